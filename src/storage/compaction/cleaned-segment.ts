// What compaction writes: a segment under names of its own, until it is put in the place of those that it stands for.

import { join } from 'node:path'

import type { Files } from '../../base/index.ts'
import { batchLastOffset, batchMaxTimestamp, batchRecordCount } from '../../protocol/index.ts'
import { offsetName, suffixes } from '../file-names.ts'
import { segmentSuffixes } from '../segment-files.ts'
import { Segment } from '../segment.ts'
import type { AbortedTransaction } from '../transaction-index.ts'

/** So much is synced at once: a device that is given a whole segment keeps everybody's acknowledgements waiting. */
const syncBytes = 4 * 2 ** 20
/** Positions in the file are int32. */
const sizeBytesMax = 2 ** 31 - 1

export interface CleanedSegmentOptions {
  readonly files: Files
  readonly directory: string
  readonly baseOffset: number
  readonly now: number
  readonly indexIntervalBytes: number
  /** So much is written at once. */
  readonly bufferBytes: number
}

export class CleanedSegment {
  readonly #segment: Segment
  readonly #indexIntervalBytes: number
  readonly #buffer: Buffer
  #filled = 0
  #writtenBytes = 0
  #syncedBytes = 0
  constructor(options: CleanedSegmentOptions) {
    const { files, directory, baseOffset, now, indexIntervalBytes, bufferBytes } = options
    removeCleaned(files, directory, baseOffset)
    this.#segment = Segment.create({ files, directory, baseOffset, now, suffix: suffixes.cleaned })
    this.#indexIntervalBytes = indexIntervalBytes
    this.#buffer = Buffer.allocUnsafeSlow(bufferBytes)
  }
  get sizeBytes(): number {
    return this.#segment.sizeBytes
  }
  append(batch: Buffer): void {
    if (this.sizeBytes + batch.length > sizeBytesMax)
      throw new Error(`compacted, the segment ${this.#segment.path} would outgrow ${sizeBytesMax} bytes`)
    // An empty batch keeps its time, and no record can be found by it.
    const maxTimestamp = batchRecordCount(batch, 0) === 0 ? -1 : batchMaxTimestamp(batch, 0)
    const place = { lastOffset: batchLastOffset(batch, 0), maxTimestamp, sizeBytes: batch.length }
    this.#segment.add(place, this.#indexIntervalBytes)
    if (this.#filled + batch.length > this.#buffer.length) this.#write()
    if (batch.length > this.#buffer.length) {
      this.#segment.file.write(batch, 0, batch.length, this.#writtenBytes)
      this.#writtenBytes += batch.length
    } else this.#filled += batch.copy(this.#buffer, this.#filled)
  }
  addAborted(transaction: AbortedTransaction): void {
    this.#segment.transactions.append(transaction)
  }
  /** Keeps what is not on the device yet small. */
  async keepSynced(): Promise<void> {
    if (this.#writtenBytes - this.#syncedBytes < syncBytes) return
    this.#syncedBytes = this.#writtenBytes
    await this.#segment.file.sync()
  }
  /** All of it is on the device. */
  async finish(): Promise<void> {
    this.#write()
    this.#segment.finish()
    await this.#segment.sync()
    this.#segment.close()
  }
  /** Gives the file back. */
  close(): void {
    this.#segment.close()
  }
  #write(): void {
    this.#segment.file.write(this.#buffer, 0, this.#filled, this.#writtenBytes)
    this.#writtenBytes += this.#filled
    this.#filled = 0
  }
}

/** The output of a cleaning that was given up. */
export function removeCleaned(files: Files, directory: string, baseOffset: number): void {
  for (const suffix of segmentSuffixes) {
    const path = join(directory, offsetName(baseOffset) + suffix + suffixes.cleaned)
    if (files.exists(path)) files.remove(path)
  }
}
