// Where cleanings run: on the broker's own loop in small steps, for logs in memory and for simulations; or in a thread, for
// logs on disk.

import type { Clock, Files } from '../../base/index.ts'
import { clean, type CleanedGroup, type CleaningResult, type CleaningTask } from './cleaning.ts'
import { Pace } from './pace.ts'

export interface RunOptions {
  readonly bytesPerSecondMax: number
  /** A group of segments can be put in place. */
  readonly onCleaned: (group: CleanedGroup) => void
  /** Ends it early, by rejection. */
  readonly signal: AbortSignal
}
export interface CleaningRunner {
  run(task: CleaningTask, options: RunOptions): Promise<CleaningResult>
  /** There is nothing more to do, for now or for ever. */
  rest(): Promise<void>
}

export class LoopRunner implements CleaningRunner {
  readonly #files: Files
  readonly #clock: Clock
  readonly #giveWay: (() => void) | undefined
  /** `giveWay` is called after each batch. */
  constructor(options: { readonly files: Files; readonly clock: Clock; readonly giveWay?: () => void }) {
    this.#files = options.files
    this.#clock = options.clock
    this.#giveWay = options.giveWay
  }
  async run(task: CleaningTask, { bytesPerSecondMax, onCleaned, signal }: RunOptions): Promise<CleaningResult> {
    signal.throwIfAborted()
    const pace = new Pace({ clock: this.#clock, bytesPerSecondMax }),
      cleaning = clean(task, this.#files, this.#giveWay)
    try {
      for (;;) {
        const step = await cleaning.next()
        if (step.done) return step.value
        if (step.value.kind === 'cleaned') onCleaned(step.value.group)
        else await pace.worked(step.value.bytes, signal)
      }
    } finally {
      await cleaning.return(undefined as never)
    }
  }
  async rest(): Promise<void> {}
}
