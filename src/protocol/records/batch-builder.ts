// Builds a record batch: records are appended straight into one buffer, behind the room that the header takes, and
// `finish` compresses them and fills the header in.

import assert from 'node:assert/strict'

import { codecNumber, compress, type Codec } from '../compression/codec.ts'
import { freeMemory } from '../compression/free-memory.ts'
import { writeUtf8 } from '../text.ts'
import { batchHeaderSize, writeBatchHeader } from './batch-header.ts'
import { varintSize, varlongSize, writeVarint, writeVarlong } from './varint.ts'

/** Texts are written as UTF-8. */
export type RecordBytes = Uint8Array | string
export interface RecordDraft {
  readonly timestamp: number
  readonly key?: RecordBytes | null
  readonly value?: RecordBytes | null
  readonly headers?: readonly (readonly [key: RecordBytes, value: RecordBytes | null])[] | undefined
}
export interface BatchOptions {
  /** 'none' where it is not said. */
  readonly codec?: Codec
  readonly level?: number | undefined
  readonly baseOffset?: number
  readonly leaderEpoch?: number
  readonly producerId?: number
  readonly producerEpoch?: number
  readonly baseSequence?: number
  readonly transactional?: boolean
  readonly control?: boolean
  /** 'LogAppendTime' is the broker's to set. */
  readonly timestampType?: 'CreateTime' | 'LogAppendTime'
}

const startSize = 1024
/** Room for one more character behind a record: one that had no room would not be written, and not be missed. */
const characterSizeMax = 4
/** Kafka's default of max.request.size, batch.size being what a producer aims at. */
const sizeMaxDefault = 1024 * 1024

export class BatchBuilder {
  /** Records in it. */
  count = 0
  readonly sizeMax: number
  #buffer: Buffer = Buffer.allocUnsafeSlow(startSize)
  #end = batchHeaderSize
  #baseTimestamp = 0
  #maxTimestamp = 0

  constructor({ sizeMax = sizeMaxDefault }: { readonly sizeMax?: number } = {}) {
    this.sizeMax = sizeMax
  }
  /** Of the batch as it is, uncompressed. */
  get sizeBytes(): number {
    return this.#end
  }

  /** False: the batch would outgrow `sizeMax`. The first record is always taken, lest it never be sent. */
  append({ timestamp, key = null, value = null, headers }: RecordDraft): boolean {
    return this.appendRecord(timestamp, key, value, headers)
  }
  /** The same without an object for it. */
  appendRecord(
    timestamp: number,
    key: RecordBytes | null,
    value: RecordBytes | null,
    headers: RecordDraft['headers'],
  ): boolean {
    // Most texts have as many bytes as characters: they are not counted first, but written, and anew where that was wrong.
    return (
      this.#append(timestamp, key, value, headers, sizeIfPlain) ??
      this.#append(timestamp, key, value, headers, exactSize) ??
      assert.fail('a record has another size than was reckoned')
    )
  }
  /** Undefined: a text takes another number of bytes than `sizeOf` says. */
  #append(
    timestamp: number,
    key: RecordBytes | null,
    value: RecordBytes | null,
    headers: RecordDraft['headers'],
    sizeOf: SizeOf,
  ): boolean | undefined {
    const timestampDelta = this.count === 0 ? 0 : timestamp - this.#baseTimestamp
    const keySize = sizeOf(key),
      valueSize = sizeOf(value)
    let bodySize =
      1 +
      varlongSize(timestampDelta) +
      varintSize(this.count) +
      varintSize(keySize) +
      Math.max(0, keySize) +
      varintSize(valueSize) +
      Math.max(0, valueSize)
    bodySize += headers === undefined || headers.length === 0 ? 1 : headersSize(headers, sizeOf)
    const size = varintSize(bodySize) + bodySize
    if (this.count > 0 && this.#end + size > this.sizeMax) return false
    this.#reserve(size + characterSizeMax)
    const b = this.#buffer
    let p = writeVarint(b, this.#end, bodySize)
    b[p++] = 0
    p = writeVarlong(b, p, timestampDelta)
    p = writeVarint(b, p, this.count)
    if ((p = writeBytes(b, p, key, keySize)) < 0) return undefined
    if ((p = writeBytes(b, p, value, valueSize)) < 0) return undefined
    if (headers === undefined || headers.length === 0) b[p++] = 0
    else {
      p = writeVarint(b, p, headers.length)
      for (const [headerKey, headerValue] of headers) {
        if ((p = writeBytes(b, p, headerKey, sizeOf(headerKey))) < 0) return undefined
        if ((p = writeBytes(b, p, headerValue, sizeOf(headerValue))) < 0) return undefined
      }
    }
    if (p !== this.#end + size) assert.fail('a record has another size than was reckoned')
    this.#end = p
    if (this.count++ === 0) this.#baseTimestamp = this.#maxTimestamp = timestamp
    else if (timestamp > this.#maxTimestamp) this.#maxTimestamp = timestamp
    return true
  }

  /** The batch, in a buffer that is the caller's. The builder is empty again. */
  finish(options: BatchOptions = {}): Buffer {
    const batch = this.#batch(options, { inPlace: false })
    this.reset()
    return batch
  }
  /**
   * The same without a copy, where the records take most of the builder's buffer: the batch `lies` there then, until `reset`,
   * before which nothing more is appended.
   */
  seal(options: BatchOptions = {}): Buffer {
    return this.#batch(options, { inPlace: this.#end * 2 >= this.#buffer.length })
  }
  /** Whether a sealed batch is good until `reset` only. */
  lies(batch: Buffer): boolean {
    return batch.buffer === this.#buffer.buffer
  }
  reset(): void {
    this.count = 0
    this.#end = batchHeaderSize
  }

  #batch(options: BatchOptions, { inPlace }: { readonly inPlace: boolean }): Buffer {
    assert(this.count > 0, 'a batch has records')
    const records = this.#buffer.subarray(batchHeaderSize, this.#end)
    const compressed = compress(options.codec ?? 'none', records, options.level)
    const size = batchHeaderSize + compressed.length
    const batch = inPlace && size <= this.#buffer.length ? this.#buffer.subarray(0, size) : Buffer.allocUnsafeSlow(size)
    if (compressed !== records || !this.lies(batch)) compressed.copy(batch, batchHeaderSize)
    if (compressed !== records) freeMemory(compressed)
    this.#writeHeader(batch, options)
    return batch
  }
  #writeHeader(batch: Buffer, options: BatchOptions): void {
    writeBatchHeader(batch, {
      baseOffset: options.baseOffset ?? 0,
      sizeBytes: batch.length,
      leaderEpoch: options.leaderEpoch ?? -1,
      codecBits: codecNumber(options.codec ?? 'none'),
      logAppendTime: options.timestampType === 'LogAppendTime',
      transactional: options.transactional ?? false,
      control: options.control ?? false,
      lastOffsetDelta: this.count - 1,
      baseTimestamp: this.#baseTimestamp,
      maxTimestamp: this.#maxTimestamp,
      producerId: options.producerId ?? -1,
      producerEpoch: options.producerEpoch ?? -1,
      baseSequence: options.baseSequence ?? -1,
      recordCount: this.count,
    })
  }
  #reserve(size: number): void {
    if (this.#end + size <= this.#buffer.length) return
    const larger = Buffer.allocUnsafeSlow(Math.max(this.#end + size, this.#buffer.length * 2))
    this.#buffer.copy(larger, 0, 0, this.#end)
    this.#buffer = larger
  }
}

/** One batch of these records, whatever their size. */
export function buildBatch(records: Iterable<RecordDraft>, options: BatchOptions = {}): Buffer {
  const builder = new BatchBuilder({ sizeMax: Infinity })
  for (const record of records) builder.append(record)
  return builder.finish(options)
}

type SizeOf = (bytes: RecordBytes | null) => number
const sizeIfPlain: SizeOf = bytes => (bytes === null ? -1 : bytes.length)
const exactSize: SizeOf = bytes =>
  bytes === null ? -1 : typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length
function headersSize(headers: NonNullable<RecordDraft['headers']>, sizeOf: SizeOf): number {
  let size = varintSize(headers.length)
  for (const [key, value] of headers) {
    const keySize = sizeOf(key),
      valueSize = sizeOf(value)
    size += varintSize(keySize) + keySize + varintSize(valueSize) + Math.max(0, valueSize)
  }
  return size
}
/** Gives where it ends; -1 for a text of another size. What it may have written then lies in the builder's room. */
function writeBytes(b: Buffer, at: number, bytes: RecordBytes | null, size: number): number {
  at = writeVarint(b, at, size)
  if (bytes === null) return at
  if (typeof bytes !== 'string') b.set(bytes, at)
  else if (writeUtf8(b, bytes, at) !== size) return -1
  return at + size
}
