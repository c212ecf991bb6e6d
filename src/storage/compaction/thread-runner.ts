// Runs cleanings in a thread, which lives while there is something to clean.

import { threadModule, type StartThread, type Thread } from '../../base/index.ts'
import type { CleaningRunner, RunOptions } from './cleaning-runner.ts'
import type { CleanedGroup, CleaningResult, CleaningTask } from './cleaning.ts'

export type ToThread =
  | { readonly kind: 'run'; readonly task: CleaningTask; readonly bytesPerSecondMax: number }
  | { readonly kind: 'cancel' }
export type FromThread =
  | { readonly kind: 'cleaned'; readonly group: CleanedGroup }
  | { readonly kind: 'ended'; readonly result: CleaningResult }
  | { readonly kind: 'failed'; readonly reason: string }

interface Run extends RunOptions {
  resolve(result: CleaningResult): void
  reject(error: Error): void
}

export class ThreadRunner implements CleaningRunner {
  readonly #start: StartThread
  #thread: Thread | undefined
  #run: Run | undefined
  constructor(start: StartThread) {
    this.#start = start
  }
  async run(task: CleaningTask, options: RunOptions): Promise<CleaningResult> {
    const { bytesPerSecondMax, signal } = options
    signal.throwIfAborted()
    this.#thread ??= this.#start(threadModule('./cleaning-thread', import.meta.url), {
      message: message => this.#take(message as FromThread),
      ended: error => this.#ended(error),
    })
    const cancel = (): void => this.#thread?.post({ kind: 'cancel' } satisfies ToThread)
    signal.addEventListener('abort', cancel)
    try {
      return await new Promise<CleaningResult>((resolve, reject) => {
        this.#run = { ...options, resolve, reject }
        this.#thread!.post({ kind: 'run', task, bytesPerSecondMax } satisfies ToThread)
      })
    } finally {
      this.#run = undefined
      signal.removeEventListener('abort', cancel)
    }
  }
  #take(message: FromThread): void {
    if (message.kind === 'cleaned') this.#run?.onCleaned(message.group)
    else if (message.kind === 'ended') this.#run?.resolve(message.result)
    else this.#run?.reject(new Error(message.reason))
  }
  #ended(error: Error | undefined): void {
    this.#thread = undefined
    this.#run?.reject(error ?? new Error('the thread that compacts has ended'))
  }
  async rest(): Promise<void> {
    await this.#thread?.end()
  }
}
