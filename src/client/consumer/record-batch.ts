// What a poll gives: the records of one batch in one partition. Columns first; an object for a record is made when asked for.
//
//   for (const batch of await consumer.poll())
//     for (let i = 0; i < batch.count; i++) total += batch.value(i)?.length ?? 0
//
// A batch is good until the next poll, whose batches take over its index. The records made of it stay.

import type { RecordIndex } from '../../protocol/index.ts'
import type { ConsumedRecord } from '../record.ts'
import type { RecordDecoder } from '../serdes/record-decoder.ts'

export interface BatchPlace {
  readonly topic: string
  readonly partition: number
  readonly leaderEpoch: number
  /** Of the partition, when the batch was fetched. */
  readonly highWatermark: number
  /** The record of the index that comes first here: those before it lie below the position that was asked for. */
  readonly first: number
  /** Where reading goes on after this batch. */
  readonly nextOffset: number
  readonly bytes: Buffer
}
const noHeaders: ConsumedRecord['headers'] = Object.freeze([])

export class RecordBatch<K = Buffer | null, V = Buffer | null> implements Iterable<ConsumedRecord<K, V>> {
  readonly topic: string
  readonly partition: number
  readonly leaderEpoch: number
  readonly highWatermark: number
  readonly nextOffset: number
  readonly count: number
  /** The columns. Record `i` of this batch is number `first + i` of the index. */
  readonly index: RecordIndex
  readonly first: number
  /** The batch as it was fetched, compressed if it was, with the records before `first`: for `Producer.sendBatch`, say. */
  readonly bytes: Buffer
  /** Of a consumer with serdes: makes its records. */
  decoder: RecordDecoder<K, V> | undefined
  /** What was decoded ahead, because records that cannot be read are left out: those are undefined. */
  decoded: readonly (ConsumedRecord<K, V> | undefined)[] | undefined

  constructor(index: RecordIndex, place: BatchPlace) {
    this.index = index
    this.topic = place.topic
    this.partition = place.partition
    this.leaderEpoch = place.leaderEpoch
    this.highWatermark = place.highWatermark
    this.nextOffset = place.nextOffset
    this.first = place.first
    this.bytes = place.bytes
    this.count = index.count - place.first
  }
  /** Of the first record. */
  get baseOffset(): number {
    return this.offset(0)
  }
  offset(i: number): number {
    return this.index.offset(this.first + i)
  }
  timestamp(i: number): number {
    return this.index.timestamp[this.first + i]!
  }
  key(i: number): Buffer | null {
    return this.index.key(this.first + i)
  }
  value(i: number): Buffer | null {
    return this.index.value(this.first + i)
  }
  headers(i: number): ConsumedRecord['headers'] {
    if (this.index.headerCount(this.first + i) === 0) return noHeaders
    return this.index.headers(this.first + i).map(([name, value]) => [name.toString(), value] as const)
  }
  /** With serdes: throws a DeserializationError for what they cannot read. */
  record(i: number): ConsumedRecord<K, V> {
    // Without serdes, K and V are what the bytes are.
    if (this.decoder === undefined) return this.rawRecord(i) as ConsumedRecord<K, V>
    return this.decoded?.[i] ?? this.decoder.decode(this.rawRecord(i))
  }
  /** It cannot be read, and was skipped, or given to `onDeserializationError`. */
  isLeftOut(i: number): boolean {
    return this.decoded !== undefined && this.decoded[i] === undefined
  }
  /** As it was fetched, whatever the serdes. */
  rawRecord(i: number): ConsumedRecord {
    return {
      topic: this.topic,
      partition: this.partition,
      offset: this.offset(i),
      timestamp: this.timestamp(i),
      key: this.key(i),
      value: this.value(i),
      headers: this.headers(i),
    }
  }
  records(): ConsumedRecord<K, V>[] {
    return [...this]
  }
  *[Symbol.iterator](): Generator<ConsumedRecord<K, V>, void, undefined> {
    for (let i = 0; i < this.count; i++) if (!this.isLeftOut(i)) yield this.record(i)
  }
}
