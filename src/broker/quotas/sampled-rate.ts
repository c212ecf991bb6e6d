// How much of something there was a second, over a sliding window: Kafka's Rate, so that quotas throttle as Kafka's do.
// Until the window has been seen once in full it counts as seen: who was silent before may begin with a burst.

export interface RateWindow {
  /** quota.window.num */
  readonly samples: number
  /** quota.window.size.seconds, in milliseconds. */
  readonly sampleMs: number
}

export class SampledRate {
  readonly #window: RateWindow
  /** The oldest first. */
  #samples: { readonly startedAt: number; value: number }[] = []
  #recordedAt = 0
  constructor(window: RateWindow) {
    this.#window = window
  }
  /** Whether nothing was recorded for a whole window: it is as good as new. */
  isOver(now: number): boolean {
    return now - this.#recordedAt >= this.#window.samples * this.#window.sampleMs
  }
  record(value: number, now: number): void {
    this.#recordedAt = now
    const current = this.#samples.at(-1)
    if (current === undefined || now - current.startedAt >= this.#window.sampleMs)
      this.#samples.push({ startedAt: now, value })
    else current.value += value
  }
  /** A second, as of now. */
  measure(now: number): number {
    const { samples, sampleMs } = this.#window
    this.#samples = this.#samples.filter(({ startedAt }) => now - startedAt < samples * sampleMs)
    const total = this.#samples.reduce((sum, { value }) => sum + value, 0)
    return (total * 1000) / this.#elapsedMs(now)
  }
  /** For how long nothing may be recorded, so that the rate comes back to the limit. */
  throttleMs(limit: number, now: number): number {
    const rate = this.measure(now)
    return rate <= limit ? 0 : Math.round(((rate - limit) / limit) * this.#elapsedMs(now))
  }
  #elapsedMs(now: number): number {
    const { samples, sampleMs } = this.#window
    const elapsed = now - (this.#samples[0]?.startedAt ?? now)
    const full = Math.floor(elapsed / sampleMs)
    return elapsed + Math.max(0, samples - 1 - full) * sampleMs
  }
}
