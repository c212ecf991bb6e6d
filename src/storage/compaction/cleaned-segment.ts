// What compaction writes: a segment under names of its own, until it is put in the place of those that it stands for. It goes
// past the kernel's cache: were it synced from there, producers would wait for the journal behind it.

import { join } from 'node:path'

import { PageAlignedBuffers, pageSize, type Files } from '../../base/index.ts'
import { batchLastOffset, batchMaxTimestamp, batchRecordCount } from '../../protocol/index.ts'
import { offsetName, suffixes } from '../file-names.ts'
import { segmentSuffixes } from '../segment-files.ts'
import { Segment } from '../segment.ts'
import type { AbortedTransaction } from '../transaction-index.ts'

/** Positions in the file are int32. */
const sizeBytesMax = 2 ** 31 - 1

export interface CleanedSegmentOptions {
  readonly files: Files
  readonly directory: string
  readonly baseOffset: number
  readonly now: number
  readonly indexIntervalBytes: number
  /** So much is written at once (writeBuffer). It can be the next segment's when this one is finished. */
  readonly buffer: Buffer
}
/** Of the size, or a little less. */
export function writeBuffer(sizeBytes: number): Buffer {
  const bufferSize = Math.max(Math.floor(sizeBytes / pageSize), 1) * pageSize
  return new PageAlignedBuffers({ bufferSize, count: 1 }).take()!
}

export class CleanedSegment {
  readonly #files: Files
  readonly #segment: Segment
  readonly #indexIntervalBytes: number
  readonly #buffer: Buffer
  #filled = 0
  #writtenBytes = 0
  constructor(options: CleanedSegmentOptions) {
    const { files, directory, baseOffset, now, indexIntervalBytes, buffer } = options
    this.#files = files
    removeCleaned(files, directory, baseOffset)
    this.#segment = Segment.create({ files, directory, baseOffset, now, suffix: suffixes.cleaned })
    this.#indexIntervalBytes = indexIntervalBytes
    this.#buffer = buffer
  }
  get sizeBytes(): number {
    return this.#segment.sizeBytes
  }
  /** The batch may not change before the promise, if there is one, is resolved. */
  append(batch: Buffer): Promise<void> | undefined {
    if (this.sizeBytes + batch.length > sizeBytesMax)
      throw new Error(`compacted, the segment ${this.#segment.path} would outgrow ${sizeBytesMax} bytes`)
    // An empty batch keeps its time, and no record can be found by it.
    const maxTimestamp = batchRecordCount(batch, 0) === 0 ? -1 : batchMaxTimestamp(batch, 0)
    const place = { lastOffset: batchLastOffset(batch, 0), maxTimestamp, sizeBytes: batch.length }
    this.#segment.add(place, this.#indexIntervalBytes)
    if (this.#filled + batch.length > this.#buffer.length) return this.#write(batch)
    this.#filled += batch.copy(this.#buffer, this.#filled)
    return undefined
  }
  addAborted(transaction: AbortedTransaction): void {
    this.#segment.transactions.append(transaction)
  }
  /** All of it is on the device. */
  async finish(): Promise<void> {
    // Less than a buffer, and not whole pages.
    this.#segment.file.write(this.#buffer, 0, this.#filled, this.#writtenBytes)
    this.#segment.finish()
    await this.#segment.sync()
    this.#segment.close()
  }
  /** Gives the file back. */
  close(): void {
    this.#segment.close()
  }
  /** Each time that the buffer is full. */
  async #write(batch: Buffer): Promise<void> {
    for (let done = 0; done < batch.length;) {
      const copied = batch.copy(this.#buffer, this.#filled, done)
      this.#filled += copied
      done += copied
      if (this.#filled < this.#buffer.length) continue
      await this.#files.writeUncached(this.#segment.path, this.#buffer, this.#buffer.length, this.#writtenBytes)
      this.#writtenBytes += this.#buffer.length
      this.#filled = 0
    }
  }
}

/** The output of a cleaning that was given up. */
export function removeCleaned(files: Files, directory: string, baseOffset: number): void {
  for (const suffix of segmentSuffixes) {
    const path = join(directory, offsetName(baseOffset) + suffix + suffixes.cleaned)
    if (files.exists(path)) files.remove(path)
  }
}
