// One piece of a log: a file of batches from its base offset on, and its indexes. Only the last segment of a log grows.
// `sizeBytes` counts what was appended, which the log may hold back for a moment before it writes it to the file.

import { join } from 'node:path'

import type { File, Files, Logger } from '../base/index.ts'
import {
  batchBaseOffset,
  batchHeaderSize,
  batchLastOffset,
  batchMagic,
  batchMaxTimestamp,
  batchSizeBytes,
} from '../protocol/index.ts'
import { scanBatches, verifiedBatches, type BatchScan } from './batch-scan.ts'
import { CorruptLog } from './file-errors.ts'
import { offsetName, suffixes } from './file-names.ts'
import { segmentMsMax, type LogConfig } from './log-config.ts'
import { OffsetIndex, type IndexedBatch } from './offset-index.ts'
import { renameSegmentFiles } from './segment-files.ts'
import { TimeIndex, type TimestampOffset } from './time-index.ts'
import { TransactionIndex } from './transaction-index.ts'

export interface BatchPlace {
  readonly lastOffset: number
  readonly maxTimestamp: number
  readonly sizeBytes: number
}
export interface LocatedBatch extends BatchPlace {
  readonly position: number
  readonly baseOffset: number
}
export interface SegmentOptions {
  readonly files: Files
  /** Told when an index has to be built anew. */
  readonly logger?: Logger
  readonly directory: string
  readonly baseOffset: number
  readonly now: number
  /** What of segment.jitter.ms falls to this one. */
  readonly jitterMs?: number
  /** Behind the names of all its files, until compaction puts it in place. */
  readonly suffix?: string
}

/** Offsets in the indexes, and positions in the file, are int32. */
const relativeMax = 2 ** 31 - 1

export class Segment {
  readonly baseOffset: number
  readonly path: string
  readonly offsetIndex: OffsetIndex
  readonly timeIndex: TimeIndex
  readonly transactions: TransactionIndex
  sizeBytes = 0
  readonly #files: Files
  readonly #logger: Logger | undefined
  readonly #directory: string
  readonly #jitterMs: number
  #createdMs: number
  #file: File | undefined
  /** The largest timestamp, and the last offset of the batch that holds it; undefined: not read from the index yet. */
  #latest: TimestampOffset | undefined
  #bytesSinceIndexEntry = 0
  /** Of the first batch: time-based rolls count from it. Undefined: not read yet, or no batch. */
  #firstTimestamp: number | undefined
  /** Where the batch lies that a reader who goes on where the last one ended asks for. */
  #hint: { readonly offset: number; readonly position: number } = { offset: -1, position: 0 }

  /** The batch that the last reader without room for it asked for: it will ask again. */
  #passedOver: { readonly offset: number; readonly batch: LocatedBatch } | undefined

  private constructor({ files, directory, baseOffset, now, jitterMs = 0, suffix = '', logger }: SegmentOptions) {
    this.#files = files
    this.#logger = logger
    this.#directory = directory
    this.baseOffset = baseOffset
    this.#createdMs = now
    this.#jitterMs = jitterMs
    const place = (kind: string) => ({
      files,
      baseOffset,
      path: join(directory, offsetName(baseOffset) + kind + suffix),
    })
    this.path = place(suffixes.log).path
    this.offsetIndex = new OffsetIndex(place(suffixes.offsetIndex))
    this.timeIndex = new TimeIndex(place(suffixes.timeIndex))
    this.transactions = new TransactionIndex(place(suffixes.transactionIndex))
  }
  static create(options: SegmentOptions): Segment {
    const segment = new Segment(options)
    segment.#file = options.files.open(segment.path, 'w+')
    segment.offsetIndex.create()
    segment.timeIndex.create()
    segment.#latest = { timestamp: -1, offset: options.baseOffset }
    return segment
  }
  static open(options: SegmentOptions): Segment {
    const segment = new Segment(options)
    segment.sizeBytes = options.files.stat(segment.path).sizeBytes
    return segment
  }

  get file(): File {
    return (this.#file ??= this.#files.open(this.path, 'r+'))
  }
  get latest(): TimestampOffset {
    return (this.#latest ??= this.#indexedLatest())
  }
  /** Retention goes by it: it is looked up in the log. */
  #indexedLatest(): TimestampOffset {
    if (this.confirms(this.timeIndex.last)) return this.timeIndex.last
    this.reindex('the last entry of its time index is not in the log')
    return this.latest
  }
  /** Whether the batch of an entry of the time index is there. */
  confirms({ timestamp, offset }: TimestampOffset): boolean {
    if (timestamp < 0) return true
    const batch = this.locate(offset)
    return batch?.lastOffset === offset && batch.maxTimestamp === timestamp
  }
  /** For retention: the largest timestamp of the records or, where they have none, when the file was last written. */
  get latestTimestampMs(): number {
    return this.latest.timestamp >= 0 ? this.latest.timestamp : this.#files.stat(this.path).modifiedMs
  }

  /** Takes a batch in at the end, in the books: the bytes are the log's to write. */
  add(batch: BatchPlace, indexIntervalBytes: number): void {
    if (this.sizeBytes === 0) this.#firstTimestamp = batch.maxTimestamp
    if (batch.maxTimestamp > this.latest.timestamp)
      this.#latest = { timestamp: batch.maxTimestamp, offset: batch.lastOffset }
    if (this.#bytesSinceIndexEntry > indexIntervalBytes) {
      this.offsetIndex.append(batch.lastOffset, this.sizeBytes)
      this.timeIndex.append(this.latest)
      this.#bytesSinceIndexEntry = 0
    }
    this.#bytesSinceIndexEntry += batch.sizeBytes
    this.sizeBytes += batch.sizeBytes
  }
  mustRollBefore(batch: BatchPlace, config: LogConfig, now: number): boolean {
    const rollMs = segmentMsMax(config),
      segmentMs = rollMs - Math.min(this.#jitterMs, rollMs)
    return (
      this.sizeBytes > Math.min(config.segmentBytes, relativeMax) - batch.sizeBytes ||
      (this.sizeBytes > 0 && this.#ageMs(batch.maxTimestamp, now) > segmentMs) ||
      this.offsetIndex.sizeBytes + 8 > config.segmentIndexBytes ||
      // One place is kept for the entry that is written when the segment is finished.
      this.timeIndex.sizeBytes + 24 > config.segmentIndexBytes ||
      batch.lastOffset - this.baseOffset > relativeMax
    )
  }
  /** As Kafka: between the timestamps of the first record and the one at hand, or by the clock where records have none. */
  #ageMs(timestamp: number, now: number): number {
    return this.firstTimestamp >= 0 ? timestamp - this.firstTimestamp : now - this.#createdMs
  }
  /** Of the first batch; -1: none. */
  get firstTimestamp(): number {
    return (this.#firstTimestamp ??= this.#readFirstTimestamp())
  }
  #readFirstTimestamp(): number {
    for (const { bytes, at } of this.scan(0)) return batchMaxTimestamp(bytes, at)
    return -1
  }
  /** No more will be added: the time index gets its last entry. */
  finish(): void {
    this.timeIndex.append(this.latest)
    this.writeIndexes()
  }
  writeIndexes(): void {
    this.offsetIndex.write()
    this.timeIndex.write()
  }

  /**
   * The batch that holds the offset, or the first one beyond it; undefined where there is none. An index that leads astray
   * is built anew: it may have been damaged, and has no checksum. Throws CorruptLog where no batch is where one must be.
   */
  locate(offset: number): LocatedBatch | undefined {
    if (this.#passedOver?.offset === offset) return this.#passedOver.batch
    if (this.#hint.offset === offset) return this.#locateFrom(this.#hint.position, offset)
    const entry = this.offsetIndex.floor(offset)
    if (entry.position === 0) return this.#locateFrom(0, offset)
    if (!this.#holds(entry)) {
      this.reindex(`its index has a batch at ${entry.position} that is not there`)
      return this.#locateFrom(this.offsetIndex.positionOf(offset), offset)
    }
    return this.#locateFrom(entry.position, offset)
  }
  #holds({ lastOffset, position }: IndexedBatch): boolean {
    if (position < 0 || position + batchHeaderSize > this.sizeBytes) return false
    const header = Buffer.allocUnsafe(batchHeaderSize)
    this.file.read(header, 0, batchHeaderSize, position)
    return batchMagic(header, 0) === 2 && batchLastOffset(header, 0) === lastOffset
  }
  #locateFrom(start: number, offset: number): LocatedBatch | undefined {
    const window = locateWindow
    let from = start,
      filled = 0
    for (let position = start; position + batchHeaderSize <= this.sizeBytes;) {
      if (position + batchHeaderSize > from + filled) {
        from = position
        filled = this.file.read(window, 0, Math.min(window.length, this.sizeBytes - position), position)
        if (filled < batchHeaderSize) throw this.#corrupt(position)
      }
      const at = position - from,
        sizeBytes = batchSizeBytes(window, at),
        lastOffset = batchLastOffset(window, at)
      if (sizeBytes < batchHeaderSize || batchMagic(window, at) !== 2 || position + sizeBytes > this.sizeBytes)
        throw this.#corrupt(position)
      if (lastOffset >= offset) {
        const baseOffset = batchBaseOffset(window, at),
          maxTimestamp = batchMaxTimestamp(window, at)
        return { position, sizeBytes, baseOffset, lastOffset, maxTimestamp }
      }
      position += sizeBytes
    }
    return undefined
  }
  #corrupt(position: number): CorruptLog {
    return new CorruptLog(`${this.path} has no batch at ${position}, where one must begin`)
  }
  /** A reader had no room for the batch that `offset` lies in. */
  passOver(offset: number, batch: LocatedBatch): void {
    this.#passedOver = { offset, batch }
  }
  /** A reader will ask for `offset`, which lies at `position`. */
  expect(offset: number, position: number): void {
    this.#hint = { offset, position }
  }
  scan(start: number): BatchScan {
    return scanBatches(this.file, start, this.sizeBytes)
  }
  /** Each batch is checked by its CRC. Nothing may be held back from the file. */
  verifiedScan(start: number): BatchScan {
    return verifiedBatches(this.#files, this.path, start, this.sizeBytes)
  }

  /** Drops what lies behind the position, and was not written or only in part. */
  cutBytes(sizeBytes: number): void {
    this.#passedOver = undefined
    this.file.truncate(sizeBytes)
    this.sizeBytes = sizeBytes
  }
  /** Cuts off the batch that holds the offset, and what follows; gives where it ends now. The bytes must be in the file. */
  truncateTo(offset: number, now: number): number {
    const place = this.locate(offset)
    this.#passedOver = undefined
    this.offsetIndex.truncateTo(offset)
    this.timeIndex.truncateTo(offset)
    this.transactions.truncateTo(offset)
    if (place !== undefined) {
      this.file.truncate(place.position)
      this.sizeBytes = place.position
    }
    if (this.sizeBytes === 0) {
      this.#createdMs = now
      this.#firstTimestamp = undefined
    }
    this.#hint = { offset: -1, position: 0 }
    this.#bytesSinceIndexEntry = 0
    this.#latest = this.#findLatest()
    return Math.min(offset, place?.baseOffset ?? offset)
  }
  /** The last entry of the time index, or a later timestamp behind it. */
  #findLatest(): TimestampOffset {
    let latest = this.timeIndex.last
    for (const { bytes, at } of this.scan(this.offsetIndex.positionOf(latest.offset))) {
      const timestamp = batchMaxTimestamp(bytes, at)
      if (timestamp > latest.timestamp) latest = { timestamp, offset: batchLastOffset(bytes, at) }
    }
    return latest
  }
  /** Forgets the indexes and what came of them, to be built anew by `add`, and the size with them. */
  resetForRecovery(): void {
    this.#passedOver = undefined
    this.offsetIndex.create()
    this.timeIndex.create()
    this.transactions.truncateTo(0)
    this.#latest = { timestamp: -1, offset: this.baseOffset }
    this.#bytesSinceIndexEntry = 0
    this.sizeBytes = 0
  }

  /** Builds the indexes anew from what can be read of the batches. */
  reindex(reason: string): void {
    this.#logger?.warn('index rebuilt', { segment: this.path, reason })
    const { sizeBytes } = this
    let latest = this.#latest
    const scan = scanBatches(this.file, 0, sizeBytes)
    this.offsetIndex.create()
    this.timeIndex.create()
    this.#latest = { timestamp: -1, offset: this.baseOffset }
    this.#bytesSinceIndexEntry = this.sizeBytes = 0
    for (const { bytes, at, sizeBytes } of scan)
      this.add(
        { lastOffset: batchLastOffset(bytes, at), maxTimestamp: batchMaxTimestamp(bytes, at), sizeBytes },
        reindexIntervalBytes,
      )
    // Of an active segment some may not be in the file yet.
    if (latest !== undefined && latest.timestamp > this.#latest.timestamp) this.#latest = latest
    this.sizeBytes = sizeBytes
    this.finish()
  }

  /** What was written before the call will survive a crash of the machine. */
  async sync(): Promise<void> {
    this.writeIndexes()
    await Promise.all([this.file.sync(), this.offsetIndex.sync(), this.timeIndex.sync(), this.transactions.sync()])
  }
  /** Gives file and memory back. Another use opens it again. */
  close(): void {
    this.#file?.close()
    this.#file = undefined
    this.offsetIndex.unload()
    this.timeIndex.unload()
    this.transactions.unload()
  }
  /** Gives the memory of indexes back that were not used since the last call. */
  rest(): void {
    this.offsetIndex.rest()
    this.timeIndex.rest()
    this.transactions.rest()
  }
  /** Marks the files, so that they are gone for a restart; gives what is to be removed later. Closes them first. */
  renameToDeleted(): string[] {
    this.close()
    const { baseOffset } = this
    return renameSegmentFiles(this.#files, this.#directory, { baseOffset, from: '', to: suffixes.deleted })
  }
}
/** One for all: nothing of it is kept, and memory outside of V8's heap, taken for each, brings about full collections. */
const locateWindow = Buffer.allocUnsafeSlow(4096)
/** index.interval.bytes, by default. */
const reindexIntervalBytes = 4096
