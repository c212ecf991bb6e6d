// One write a loop turn: logs whose batches wait in memory are written when all that arrived in this turn was handled,
// and who waits for acknowledgements is told.

import type { Clock } from '../base/index.ts'

export interface StagedLog {
  /** Writes what waits. Where that fails, the log knows what to do. */
  writeStaged(): void
  /** Tells, or sees to the sync that must come first. */
  settle(): void
}

export class WriteStage {
  readonly #clock: Clock
  #waiting = new Set<StagedLog>()
  #isPlanned = false
  constructor(clock: Clock) {
    this.#clock = clock
  }
  add(log: StagedLog): void {
    this.#waiting.add(log)
    if (this.#isPlanned) return
    this.#isPlanned = true
    this.#clock.soon(() => {
      this.#isPlanned = false
      this.flush()
    })
  }
  /** Bytes may be given up: all that waits is written, and still told at the end of the turn. */
  write(): void {
    for (const log of this.#waiting) log.writeStaged()
  }
  flush(): void {
    const waiting = this.#waiting
    this.#waiting = new Set()
    for (const log of waiting) log.writeStaged()
    for (const log of waiting) log.settle()
  }
  remove(log: StagedLog): void {
    this.#waiting.delete(log)
  }
}
