// Tells the log of writes that failed. On a full disk every one of a loaded broker does, hundreds a second, of all its logs
// alike: what only repeats is counted, and told once a second.

import type { Clock, Logger } from '../base/index.ts'
import type { TopicPartition } from './file-names.ts'

const toldEveryMs = 1000

export class WriteFailures {
  readonly #clock: Clock
  readonly #logger: Logger
  #toldMs = -Infinity
  #untold = 0
  constructor({ clock, logger }: { readonly clock: Clock; readonly logger: Logger }) {
    this.#clock = clock
    this.#logger = logger
  }
  /** A log that goes offline is told of in any case. */
  add({ topic, partition }: TopicPartition, { message }: Error, offline: boolean): void {
    const now = this.#clock.monotonic()
    if (!offline && now - this.#toldMs < toldEveryMs) return void this.#untold++
    const others = this.#untold > 0 ? { andBefore: this.#untold } : {}
    this.#logger.error('log write failed', { topic, partition, reason: message, offline, ...others })
    this.#toldMs = now
    this.#untold = 0
  }
}
