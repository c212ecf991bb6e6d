// What one fetch brought of one partition: its batches are checked, decompressed and handed over one by one.
//
// read_committed is Kafka's own rule (CompletedFetch): the list of aborted transactions names a producer and where its
// transaction begins; from there on, its transactional batches are left out, until the marker that ends the transaction.

import {
  batchBaseOffset,
  batches,
  batchIsControl,
  batchIsTransactional,
  batchLastOffset,
  batchLeaderEpoch,
  batchProducerId,
  batchSizeBytes,
  checkBatch,
  controlType,
  RecordError,
  RecordIndex,
  type BatchFault,
} from '../../protocol/index.ts'
import { KafkaError } from '../errors.ts'
import { RecordBatch } from './record-batch.ts'

export interface FetchedOptions {
  readonly topic: string
  readonly partition: number
  readonly records: Buffer
  /** Where the partition was asked for: what lies below is not wanted. */
  readonly from: number
  readonly highWatermark: number
  readonly abortedTransactions: readonly { readonly producerId: number; readonly firstOffset: number }[]
  readonly isolation: 'read_uncommitted' | 'read_committed'
  readonly checkCrcs: boolean
}

export class Fetched {
  /** Where the next fetch goes on. */
  readonly endOffset: number
  /** The leader epoch of the last batch; −1 where there is none. */
  readonly lastEpoch: number
  readonly #options: FetchedOptions
  readonly #starts: readonly number[]
  #next = 0
  #position: number
  /** Those that begin later come later. */
  readonly #aborted: { readonly producerId: number; readonly firstOffset: number }[]
  readonly #abortedProducers = new Set<number>()
  readonly #marker = new RecordIndex()

  constructor(options: FetchedOptions) {
    this.#options = options
    this.#position = options.from
    this.#aborted = options.abortedTransactions.toSorted((a, b) => a.firstOffset - b.firstOffset)
    this.#starts = this.#reading(options.from, () => [...batches(options.records)])
    const last = this.#starts.at(-1)
    this.lastEpoch = last === undefined ? -1 : batchLeaderEpoch(options.records, last)
    this.endOffset = last === undefined ? options.from : batchLastOffset(options.records, last) + 1
  }
  get sizeBytes(): number {
    return this.#options.records.length
  }
  get isEmpty(): boolean {
    return this.#next >= this.#starts.length
  }
  /** Where reading goes on after what was given or left out so far. */
  get position(): number {
    return this.#position
  }
  /** The next batch that has records for the reader, read by `index`; undefined when there is no more. */
  next(takeIndex: () => RecordIndex): RecordBatch | undefined {
    const { records, topic, partition, highWatermark } = this.#options
    while (!this.isEmpty) {
      const at = this.#starts[this.#next]!
      const nextOffset = batchLastOffset(records, at) + 1
      const wanted = nextOffset > this.#position && this.#isWanted(at)
      const from = this.#position
      if (!wanted) {
        this.#passed(nextOffset)
        continue
      }
      const index = this.#reading(batchBaseOffset(records, at), () => takeIndex().read(records, at))
      const first = firstFrom(index, from)
      this.#passed(nextOffset)
      if (first === index.count) continue
      const leaderEpoch = batchLeaderEpoch(records, at)
      const bytes = records.subarray(at, at + batchSizeBytes(records, at))
      return new RecordBatch(index, { topic, partition, leaderEpoch, highWatermark, first, nextOffset, bytes })
    }
    return undefined
  }
  #passed(nextOffset: number): void {
    this.#next++
    if (nextOffset > this.#position) this.#position = nextOffset
  }
  #isWanted(at: number): boolean {
    const { records, checkCrcs, isolation } = this.#options
    if (checkCrcs) {
      const fault = checkBatch(records, at, records.length)
      if (fault !== undefined) throw this.#corrupt(batchBaseOffset(records, at), fault)
    }
    const producerId = batchProducerId(records, at)
    if (isolation === 'read_committed' && producerId >= 0) {
      const lastOffset = batchLastOffset(records, at)
      while (this.#aborted.length > 0 && this.#aborted[0]!.firstOffset <= lastOffset)
        this.#abortedProducers.add(this.#aborted.shift()!.producerId)
      if (this.#isAbortMarker(at)) this.#abortedProducers.delete(producerId)
      else if (batchIsTransactional(records, at) && this.#abortedProducers.has(producerId)) return false
    }
    return !batchIsControl(records, at)
  }
  #isAbortMarker(at: number): boolean {
    const { records } = this.#options
    if (!batchIsControl(records, at)) return false
    const index = this.#reading(batchBaseOffset(records, at), () => this.#marker.read(records, at))
    return index.count > 0 && controlType(index.key(0)) === 'abort'
  }
  #reading<T>(offset: number, read: () => T): T {
    try {
      return read()
    } catch (error) {
      if (!(error instanceof RecordError)) throw error
      throw this.#corrupt(offset, error)
    }
  }
  #corrupt(offset: number, { error, message }: BatchFault): KafkaError {
    const { topic, partition } = this.#options
    return new KafkaError(error, { context: `the batch at offset ${offset} of ${topic}-${partition}`, message })
  }
}

/** The first record at or above the offset. */
function firstFrom(index: RecordIndex, offset: number): number {
  if (offset <= index.baseOffset) return 0
  if (index.isConsecutive) return Math.min(index.count, offset - index.baseOffset)
  let first = 0
  while (first < index.count && index.offset(first) < offset) first++
  return first
}
