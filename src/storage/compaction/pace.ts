// Keeps background work from taking the disk and the loop for itself: so many bytes a second, and a turn for others in between.

import type { Clock } from '../../base/index.ts'

/** Shorter waits are saved up: timers are no finer. */
const waitMsMin = 5

export class Pace {
  readonly #clock: Clock
  readonly #bytesPerSecondMax: number
  /** When what was done so far would be done at that rate. */
  #dueMs: number
  constructor({ clock, bytesPerSecondMax }: { readonly clock: Clock; readonly bytesPerSecondMax: number }) {
    this.#clock = clock
    this.#bytesPerSecondMax = bytesPerSecondMax
    this.#dueMs = clock.monotonic()
  }
  /** Resolves when the next bytes may be worked on. Rejects with the signal's reason when it aborts. */
  async worked(bytes: number, signal: AbortSignal): Promise<void> {
    const now = this.#clock.monotonic()
    this.#dueMs = Math.max(this.#dueMs, now) + (bytes / this.#bytesPerSecondMax) * 1000
    const waitMs = this.#dueMs - now
    if (waitMs >= waitMsMin) await this.#clock.sleep(waitMs, signal)
    else await new Promise<void>(resolve => this.#clock.soon(resolve))
    signal.throwIfAborted()
  }
}
