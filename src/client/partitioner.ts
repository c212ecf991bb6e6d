// Which partition a record goes to: by the hash of its key as Java's client does it, or librdkafka's, or, without a key, to
// the same partition until a batch's worth went there (KIP-480, KIP-794), so that batches grow large.

import { crc32 } from 'node:zlib'

import type { Random } from '../base/index.ts'
import { KafkaError } from './errors.ts'
import type { Bytes, OutgoingRecord } from './record.ts'

/** Chooses a partition from 0 to below `partitionCount`; undefined takes the one whose batch is being filled. */
export type Partitioner = (record: OutgoingRecord, partitionCount: number) => number | undefined

/**
 * By librdkafka's names. `murmur2_random` is what Java's client does, and the default here; `consistent_random` (CRC-32) is
 * the default of librdkafka, so of confluent-kafka and kcat. The plain ones put all records without a key into one partition.
 */
export const partitioners = {
  murmur2_random: ({ key }, count) => (key == null ? undefined : partitionOfKey(key, count)),
  murmur2: ({ key }, count) => partitionOfKey(key ?? none, count),
  // librdkafka takes an empty key for none.
  consistent_random: ({ key }, count) => (key == null || key.length === 0 ? undefined : crc32(key) % count),
  consistent: ({ key }, count) => crc32(bytesOf(key)) % count,
  random: () => undefined,
} as const satisfies Record<string, Partitioner>
export type PartitionerName = keyof typeof partitioners

/** The partitioner that an option means. One of the user's own that does not choose leaves it to the default. */
export function partitionerOf(option: PartitionerName | Partitioner): Partitioner {
  if (typeof option === 'function')
    return (record, count) => option(record, count) ?? partitioners.murmur2_random(record, count)
  if (Object.hasOwn(partitioners, option)) return partitioners[option]
  throw new KafkaError('INVALID_ARGUMENT', {
    message: `There is no partitioner '${String(option)}': there are ${Object.keys(partitioners).join(', ')}.`,
  })
}
const none = Buffer.alloc(0)
const bytesOf = (key: Bytes | null | undefined) => (typeof key === 'string' ? Buffer.from(key) : (key ?? none))

/** The murmur2 of Java's client (seed 0x9747b28c), as a signed 32-bit integer. */
export function murmur2(data: Uint8Array, length: number = data.length): number {
  const m = 0x5bd1e995
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
export function partitionOfKey(key: Bytes, partitionCount: number): number {
  const hash =
    typeof key !== 'string'
      ? murmur2(key)
      : key.length <= textLengthMax
        ? murmur2(text, text.write(key))
        : murmur2(Buffer.from(key))
  return (hash & 0x7fffffff) % partitionCount
}
/** Where the bytes of a text lie while it is hashed; a character takes at most three. */
const textLengthMax = 256
const text = Buffer.allocUnsafeSlow(textLengthMax * 3)

interface Chosen {
  readonly partition: number
  /** Those that it was found among: the list is another when the topic has changed. */
  among: readonly number[]
  /** What records without a key brought to it since it was chosen. */
  addedBytes: number
}
/** How many batches wait for a partition. */
export type LoadOf = (partition: number) => number

/**
 * Chooses, for records without a key, one partition a topic, as Java's client does (KIP-480, KIP-794): until a batch's worth of
 * bytes went to it, so that all get the same share however fast their brokers are, and then another, the rather the fewer
 * batches wait for it, so that a slow broker gets less.
 */
export class StickyPartitions {
  readonly #random: Random
  readonly #batchSizeBytes: number
  readonly #chosen = new Map<string, Chosen>()

  constructor(random: Random, batchSizeBytes: number) {
    this.#random = random
    this.#batchSizeBytes = batchSizeBytes
  }
  /** `available` are the partitions that have a leader: never empty. */
  of(topic: string, available: readonly number[], load: LoadOf): number {
    const chosen = this.#chosen.get(topic)
    if (chosen === undefined) return this.next(topic, available, load)
    if (chosen.among !== available) {
      if (!available.includes(chosen.partition)) return this.next(topic, available, load)
      chosen.among = available
    }
    // Batches that others fill or send at once never come to their end here.
    return chosen.addedBytes >= 2 * this.#batchSizeBytes ? this.next(topic, available, load) : chosen.partition
  }
  added(topic: string, bytes: number): void {
    this.#chosen.get(topic)!.addedBytes += bytes
  }
  /** Its batch has no room for a record of `bytes`. Gives where that goes. */
  filled(topic: string, bytes: number, available: readonly number[], load: LoadOf): number {
    const chosen = this.#chosen.get(topic)!
    return chosen.addedBytes + bytes >= this.#batchSizeBytes ? this.next(topic, available, load) : chosen.partition
  }
  /** Its batch goes out, full or not: a good moment for another. */
  sent(topic: string, partition: number, available: readonly number[], load: LoadOf): void {
    const chosen = this.#chosen.get(topic)
    if (chosen?.partition === partition && chosen.addedBytes >= this.#batchSizeBytes) this.next(topic, available, load)
  }
  /** Another than the last, where there is one and none has more waiting than the others. */
  next(topic: string, available: readonly number[], load: LoadOf): number {
    const last = this.#chosen.get(topic)?.partition
    const loads = available.map(load)
    const most = Math.max(...loads)
    const partition = loads.every(one => one === most)
      ? this.#random.pick(available.length > 1 ? available.filter(other => other !== last) : available)
      : this.#byLoad(available, loads, most)
    this.#chosen.set(topic, { partition, among: available, addedBytes: 0 })
    return partition
  }
  #byLoad(available: readonly number[], loads: readonly number[], most: number): number {
    const weights = loads.map(load => most + 1 - load)
    let at = this.#random.below(weights.reduce((sum, weight) => sum + weight, 0))
    return available[weights.findIndex(weight => (at -= weight) < 0)]!
  }
}
