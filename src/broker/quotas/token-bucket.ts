// Tokens that come back with time, up to as many as a burst may take (KIP-599). The last taker may take more than there are:
// then there are fewer than none, and the next has to wait.

export class TokenBucket {
  readonly #burst: number
  #tokens: number
  #filledAt: number
  constructor({ burst, now }: { readonly burst: number; readonly now: number }) {
    this.#burst = this.#tokens = burst
    this.#filledAt = now
  }
  /** How many there are, with `rate` of them a second since the last time. */
  level(rate: number, now: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (rate * (now - this.#filledAt)) / 1000)
    this.#filledAt = now
    return this.#tokens
  }
  take(count: number): void {
    this.#tokens -= count
  }
}
