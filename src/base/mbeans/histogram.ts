// How values are spread, in a fixed few kilobytes and a few operations a value: sixteen buckets for each doubling, so that a
// percentile is within three hundredths of the truth. Recent values weigh more (decay.ts).

import { Decay, type Decaying } from './decay.ts'

/** Kafka's, as the names of attributes have them: 50thPercentile to 999thPercentile. */
export const quantiles = [0.5, 0.75, 0.95, 0.98, 0.99, 0.999] as const

const bitsOfStep = 4
const steps = 1 << bitsOfStep
const bucketCount = (31 - bitsOfStep + 1) * steps
const valueMax = 0x7fffffff
/** A bucket in which this much of one present value is left has been silent for ten minutes: it no longer tells the extremes. */
const forgotten = 1e-4

export interface HistogramOptions {
  /** How finely values are told apart: 1000 keeps thousandths. What is larger than 2^31 by this many parts counts as that. */
  readonly partsOfOne?: number
}

export class Histogram implements Decaying {
  readonly #weights = new Float64Array(bucketCount)
  readonly #decay: Decay
  readonly #partsOfOne: number
  #count = 0
  #sum = 0
  constructor(decay: Decay, { partsOfOne = 1 }: HistogramOptions = {}) {
    this.#decay = decay
    this.#partsOfOne = partsOfOne
    decay.add(this)
  }

  /** `count`: for how many it stands. */
  update(value: number, count = 1): void {
    this.#count += count
    this.#sum += value * count
    this.#weights[bucketOf(value * this.#partsOfOne)]! += this.#decay.weight * count
  }
  scale(factor: number): void {
    for (let i = 0; i < bucketCount; i++) this.#weights[i]! *= factor
  }

  /** Of all values ever. */
  get count(): number {
    return this.#count
  }
  get sum(): number {
    return this.#sum
  }
  /** Of the recent values; all 0 where there are none. */
  snapshot(): HistogramSnapshot {
    return new HistogramSnapshot(this.#weights, this.#partsOfOne, this.#decay.weight * forgotten)
  }
}

export class HistogramSnapshot {
  readonly mean: number = 0
  readonly stdDev: number = 0
  readonly min: number = 0
  readonly max: number = 0
  /** In the order of `quantiles`. */
  readonly percentiles: readonly number[]

  constructor(weights: Float64Array, partsOfOne: number, weightMin: number) {
    let total = 0,
      sum = 0,
      squares = 0,
      first = -1,
      last = -1
    for (let i = 0; i < bucketCount; i++) {
      const weight = weights[i]!
      if (weight === 0) continue
      const value = middleOf(i)
      total += weight
      sum += weight * value
      squares += weight * value * value
      if (weight < weightMin) continue
      if (first === -1) first = i
      last = i
    }
    if (total > 0) {
      const mean = sum / total
      this.mean = mean / partsOfOne
      this.stdDev = Math.sqrt(Math.max(0, squares / total - mean * mean)) / partsOfOne
    }
    if (first >= 0) {
      this.min = lowestOf(first) / partsOfOne
      this.max = (lowestOf(last + 1) - 1) / partsOfOne
    }
    this.percentiles = percentilesOf(weights, total).map(value => value / partsOfOne)
  }
}
function percentilesOf(weights: Float64Array, total: number): number[] {
  const found: number[] = []
  let below = 0
  for (let i = 0; i < bucketCount && found.length < quantiles.length && total > 0; i++) {
    below += weights[i]!
    // Sums of fractions come out a little short of the total.
    while (found.length < quantiles.length && below >= quantiles[found.length]! * total * (1 - 1e-12))
      found.push(middleOf(i))
  }
  return quantiles.map((_, at) => found[at] ?? 0)
}

/** Below sixteen each whole number has a bucket. */
function bucketOf(value: number): number {
  const whole = value >= valueMax ? valueMax : value > 0 ? value | 0 : 0
  if (whole < steps) return whole
  const exponent = 31 - Math.clz32(whole)
  return ((exponent - bitsOfStep + 1) << bitsOfStep) | ((whole >>> (exponent - bitsOfStep)) & (steps - 1))
}
function lowestOf(bucket: number): number {
  if (bucket < steps) return bucket
  const doublings = (bucket >>> bitsOfStep) - 1
  return (steps + (bucket & (steps - 1))) * 2 ** doublings
}
const middleOf = (bucket: number): number => (lowestOf(bucket) + lowestOf(bucket + 1) - 1) / 2
