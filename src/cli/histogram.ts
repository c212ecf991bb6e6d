// How long things took, in little memory: buckets that grow by 1 %, so that a percentile is off by no more than that.

const growth = Math.log(1.01)
const leastMs = 0.001

export class Histogram {
  readonly #buckets = new Uint32Array(2_048)
  #count = 0
  #sum = 0
  max = 0

  /** In ms. */
  add(value: number): void {
    const bucket = value <= leastMs ? 0 : Math.ceil(Math.log(value / leastMs) / growth)
    this.#buckets[Math.min(bucket, this.#buckets.length - 1)]!++
    this.#count++
    this.#sum += value
    if (value > this.max) this.max = value
  }
  get mean(): number {
    return this.#count === 0 ? 0 : this.#sum / this.#count
  }
  /** The value that a share of all (0.99) do not exceed; 0 where there are none. */
  at(share: number): number {
    let seen = 0
    for (const [bucket, held] of this.#buckets.entries()) {
      seen += held
      if (held > 0 && seen >= share * this.#count) return Math.min(leastMs * Math.exp(bucket * growth), this.max)
    }
    return 0
  }
}
