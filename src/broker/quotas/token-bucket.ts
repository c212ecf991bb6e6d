// Tokens that come back with time, up to as many as a burst may take (KIP-599). The last taker may take more than there are:
// then there are fewer than none, and the next has to wait.

export class TokenBucket {
  readonly #rate: number
  readonly #burst: number
  #tokens: number
  #filledAt: number
  /** `rate`: tokens a second. */
  constructor({ rate, burst, now }: { readonly rate: number; readonly burst: number; readonly now: number }) {
    this.#rate = rate
    this.#burst = this.#tokens = burst
    this.#filledAt = now
  }
  /** How many there are. */
  level(now: number): number {
    this.#tokens = Math.min(this.#burst, this.#tokens + (this.#rate * (now - this.#filledAt)) / 1000)
    this.#filledAt = now
    return this.#tokens
  }
  /** Whether it is as good as new. */
  isFull(now: number): boolean {
    return this.level(now) === this.#burst
  }
  take(count: number): void {
    this.#tokens -= count
  }
}
