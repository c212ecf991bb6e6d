// What of a batch stays when a log is compacted: the last record of each key, tombstones until their time has come, no aborted
// records, markers as long as they tell something, and the last batch of each active producer, be it empty (KIP-98).

import {
  batchDeleteHorizon,
  batchIsControl,
  batchIsTransactional,
  batchLastOffset,
  batchProducerEpoch,
  batchProducerId,
  batchRecordCount,
  batchSizeBytes,
  controlType,
  emptyBatch,
  RecordIndex,
  retainRecords,
} from '../../protocol/index.ts'
import type { CleanedTransactions } from './cleaned-transactions.ts'
import type { OffsetMap } from './offset-map.ts'

/** The last that an active producer wrote. */
export interface LastBatch {
  readonly epoch: number
  /** -1: nothing but markers is known. */
  readonly lastOffset: number
}
export interface BatchFilterOptions {
  readonly map: OffsetMap
  readonly transactions: CleanedTransactions
  readonly producers: ReadonlyMap<number, LastBatch>
  readonly now: number
  /** delete.retention.ms */
  readonly deleteRetentionMs: number
  /** Where this cleaning ends: the batch that ends there stays, so that the log keeps its offsets. */
  readonly upTo: number
}

const records = new RecordIndex()

export class BatchFilter {
  readonly #options: BatchFilterOptions
  #room = Buffer.alloc(0)
  constructor(options: BatchFilterOptions) {
    this.#options = options
  }
  /** What stays of it: a view of the same bytes, another batch, which is good until the next is filtered, or nothing. */
  filter(bytes: Buffer, at: number): Buffer | undefined {
    const { now, deleteRetentionMs } = this.#options
    const isControl = batchIsControl(bytes, at),
      horizon = batchDeleteHorizon(bytes, at),
      isPastHorizon = horizon !== undefined && horizon <= now
    records.read(bytes, at, { briefly: true })
    const isNeedless = this.#isNeedless(bytes, at)
    const retained: number[] = []
    let hasTombstones = isControl && isNeedless
    if (!isNeedless || (isControl && !isPastHorizon))
      for (let i = 0; i < records.count; i++) {
        if (!isControl && !this.#isLast(i, isPastHorizon)) continue
        retained.push(i)
        if (records.valueStart[i] === -1) hasTombstones = true
      }
    if (retained.length === 0) return this.#mustStay(bytes, at) ? emptyBatch(bytes, at) : undefined
    const isDated = horizon !== undefined || !hasTombstones
    if (isDated && retained.length === records.count) return bytes.subarray(at, at + batchSizeBytes(bytes, at))
    const deleteHorizonMs = isDated ? undefined : now + deleteRetentionMs
    return retainRecords(bytes, at, { records, retained, deleteHorizonMs, roomFor: this.#roomFor })
  }
  /** A new buffer for each batch would have the collector run all the time. */
  readonly #roomFor = (sizeBytes: number): Buffer => {
    if (this.#room.length < sizeBytes) this.#room = Buffer.allocUnsafeSlow(Math.max(sizeBytes, this.#room.length * 2))
    return this.#room
  }
  /** Aborted records, and markers of transactions of which nothing is left. */
  #isNeedless(bytes: Buffer, at: number): boolean {
    const { transactions } = this.#options
    const producerId = batchProducerId(bytes, at),
      lastOffset = batchLastOffset(bytes, at)
    if (!batchIsControl(bytes, at))
      return transactions.isAborted({ producerId, lastOffset, transactional: batchIsTransactional(bytes, at) })
    const type = records.count === 0 ? 'none' : controlType(records.key(0))
    return transactions.isNeedless({ producerId, lastOffset, type })
  }
  #isLast(i: number, isPastHorizon: boolean): boolean {
    const { map } = this.#options,
      offset = records.offset(i)
    if (offset > map.latestOffset) return true
    const { bytes, keyStart, keyEnd } = records,
      start = keyStart[i]!
    if (start === -1 || map.get(bytes, start, keyEnd[i]) > offset) return false
    return records.valueStart[i] !== -1 || !isPastHorizon
  }
  #mustStay(bytes: Buffer, at: number): boolean {
    const lastOffset = batchLastOffset(bytes, at)
    if (lastOffset + 1 === this.#options.upTo) return true
    const producer = this.#options.producers.get(batchProducerId(bytes, at))
    if (producer === undefined) return false
    if (producer.lastOffset >= 0) return producer.lastOffset === lastOffset
    return batchIsControl(bytes, at) && producer.epoch === batchProducerEpoch(bytes, at)
  }
}

/** Notes the last offset of each key in the batch, from an offset on. False: the map is full. */
export function mapKeys(
  bytes: Buffer,
  at: number,
  { map, transactions, from }: { map: OffsetMap; transactions: CleanedTransactions; from: number },
): boolean {
  const producerId = batchProducerId(bytes, at),
    lastOffset = batchLastOffset(bytes, at)
  if (batchIsControl(bytes, at)) {
    const type = batchRecordCount(bytes, at) === 0 ? 'none' : controlType(records.read(bytes, at).key(0))
    transactions.isNeedless({ producerId, lastOffset, type })
  } else if (!transactions.isAborted({ producerId, lastOffset, transactional: batchIsTransactional(bytes, at) })) {
    records.read(bytes, at, { briefly: true })
    const { bytes: all, keyStart, keyEnd } = records
    for (let i = 0; i < records.count; i++) {
      const start = keyStart[i]!,
        offset = records.offset(i)
      if (start !== -1 && offset >= from && !map.put(offset, all, start, keyEnd[i])) return false
    }
  }
  map.latestOffset = Math.max(map.latestOffset, lastOffset)
  return true
}
