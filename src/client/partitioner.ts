// Which partition a record goes to: by the hash of its key as Java's client does it, or librdkafka's, or, without a key, to
// the same partition until its batch is full (KIP-480), so that batches grow large.

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
