// How many, and how many a second: over all time, and over about the last one, five and fifteen minutes, as the meters of
// Kafka's metrics library tell it. Marking is an addition; the moving rates are moved by whoever ticks every five seconds.

/** Of that library. */
export const tickMs = 5_000
/** A rate below this is none: the meter rests until it is marked again. */
const restRate = 1e-6

const factorOf = (minutes: number): number => 1 - Math.exp(-tickMs / 60_000 / minutes)
const factors = [factorOf(1), factorOf(5), factorOf(15)] as const

export class Meter {
  readonly #startedMs: number
  readonly #wake: (meter: Meter) => void
  readonly #rates: [number, number, number] = [0, 0, 0]
  #count = 0
  #countAtTick = 0
  #isAwake = false
  #hasRates = false
  /** `wake` is called when it is marked after a rest: it wants to be ticked from then on. */
  constructor(startedMs: number, wake: (meter: Meter) => void) {
    this.#startedMs = startedMs
    this.#wake = wake
  }
  mark(amount = 1): void {
    this.#count += amount
    if (this.#isAwake) return
    this.#isAwake = true
    this.#wake(this)
  }
  /** False: it rests. */
  tick(): boolean {
    const rate = ((this.#count - this.#countAtTick) / tickMs) * 1000
    this.#countAtTick = this.#count
    for (const [i, factor] of factors.entries())
      this.#rates[i] = this.#hasRates ? this.#rates[i]! + factor * (rate - this.#rates[i]!) : rate
    this.#hasRates = true
    this.#isAwake = rate > 0 || this.#rates[2] > restRate
    if (!this.#isAwake) this.#rates.fill(0)
    return this.#isAwake
  }

  get count(): number {
    return this.#count
  }
  /** A second, as all rates. */
  get oneMinuteRate(): number {
    return this.#rates[0]
  }
  get fiveMinuteRate(): number {
    return this.#rates[1]
  }
  get fifteenMinuteRate(): number {
    return this.#rates[2]
  }
  meanRate(nowMs: number): number {
    const passedMs = nowMs - this.#startedMs
    return passedMs > 0 ? (this.#count / passedMs) * 1000 : 0
  }
}
