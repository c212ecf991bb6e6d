// What a data directory does by the clock, until it is closed.

import type { Clock, Logger, Timer } from '../base/index.ts'

export class BackgroundWork {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #timers = new Set<Timer>()
  #isClosed = false
  constructor({ clock, logger }: { clock: Clock; logger: Logger }) {
    this.#clock = clock
    this.#logger = logger
  }
  every(ms: number, work: () => void | Promise<void>): void {
    this.after(ms, () => {
      this.every(ms, work)
      return work()
    })
  }
  after(ms: number, work: () => void | Promise<void>): void {
    if (this.#isClosed) return
    const timer = this.#clock.after(ms, () => {
      this.#timers.delete(timer)
      void this.#attempt(work)
    })
    this.#timers.add(timer)
  }
  async #attempt(work: () => void | Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#logger.error('background work failed', { reason: (error as Error).message })
    }
  }
  close(): void {
    this.#isClosed = true
    for (const timer of this.#timers) timer.cancel()
  }
}
