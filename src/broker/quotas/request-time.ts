// What requests take of the thread that serves them (KIP-124). A handler is only a part of that: reading, decoding, the
// writing of logs and of answers happen for many requests at once. So all that the thread worked is shared out among the
// requests of the time, in the measure in which their handlers took it.

import type { Clock } from '../../base/index.ts'

/** How often the share is reckoned anew. */
const spanMs = 100
/** A thread that was busy with something else meanwhile is not the requests' doing. */
const factorMax = 50

export class RequestTime {
  readonly #clock: Clock
  readonly #busyMs: () => number
  #spanBeganAt: number
  #busyAtBegin: number
  #handlersMs = 0
  #factor = 1

  constructor(clock: Clock, busyMs: () => number) {
    this.#clock = clock
    this.#busyMs = busyMs
    this.#spanBeganAt = clock.monotonic()
    this.#busyAtBegin = busyMs()
  }
  /** The milliseconds of a request whose handler took so many. */
  of(handlerMs: number): number {
    this.#handlersMs += handlerMs
    const now = this.#clock.monotonic()
    if (now - this.#spanBeganAt >= spanMs && this.#handlersMs > 0) {
      const busy = this.#busyMs()
      this.#factor = Math.min(factorMax, Math.max(1, (busy - this.#busyAtBegin) / this.#handlersMs))
      this.#spanBeganAt = now
      this.#busyAtBegin = busy
      this.#handlersMs = 0
    }
    return handlerMs * this.#factor
  }
}
