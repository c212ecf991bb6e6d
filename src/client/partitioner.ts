// Which partition a record goes to: by the hash of its key as Java's client does it, or, without a key, to the same
// partition until its batch is full (KIP-480), so that batches grow large.

import type { Random } from '../base/index.ts'

/** The murmur2 of Java's client (seed 0x9747b28c), as a signed 32-bit integer. */
export function murmur2(data: Uint8Array): number {
  const m = 0x5bd1e995
  const { length } = data
  let h = 0x9747b28c ^ length
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    let k = data[i]! | (data[i + 1]! << 8) | (data[i + 2]! << 16) | (data[i + 3]! << 24)
    k = Math.imul(k, m)
    k ^= k >>> 24
    k = Math.imul(k, m)
    h = Math.imul(h, m) ^ k
  }
  let tail = 0
  for (let i = length - 1; i >= whole; i--) tail = (tail << 8) | data[i]!
  if (whole < length) h = Math.imul(h ^ tail, m)
  h ^= h >>> 13
  h = Math.imul(h, m)
  return h ^ (h >>> 15)
}

/** The partition of a key among `partitionCount`: the same as Java's default partitioner chooses. */
export function partitionOfKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7fffffff) % partitionCount
}

/** Remembers, for records without a key, one partition a topic; `next` when its batch was sent. */
export class StickyPartitions {
  readonly #random: Random
  readonly #chosen = new Map<string, number>()

  constructor(random: Random) {
    this.#random = random
  }
  /** `available` are the partitions that have a leader: never empty. */
  of(topic: string, available: readonly number[]): number {
    const chosen = this.#chosen.get(topic)
    return chosen !== undefined && available.includes(chosen) ? chosen : this.next(topic, available)
  }
  /** Another than the last, where there is one. */
  next(topic: string, available: readonly number[]): number {
    const last = this.#chosen.get(topic)
    const others = available.length > 1 ? available.filter(partition => partition !== last) : available
    const chosen = this.#random.pick(others)
    this.#chosen.set(topic, chosen)
    return chosen
  }
}
