// The records of a batch as columns: one pass fills typed arrays with the place of each key and value, and nothing is made
// for a record until somebody asks for it. One index is used for batch after batch: what it gave ends with the next `read`.
//
// Every length is checked against the record that it stands in, so the bytes of any peer may be read.

import { codecOf, decompress, decompressBriefly } from '../compression/codec.ts'
import { CompressionError } from '../compression/compression-error.ts'
import {
  batchAttributes,
  batchBaseOffset,
  batchBaseTimestamp,
  batchHasLogAppendTime,
  batchHeaderSize,
  batchMagic,
  batchMaxTimestamp,
  batchRecordCount,
  batchSizeBytes,
} from './batch-header.ts'
import { RecordError } from './record-error.ts'
import { VarintReader } from './varint.ts'

/** Length, attributes, timestamp, offset, key length, value length, header count: a byte each. */
const recordSizeMin = 7
/** Kafka has no such limit. One batch of 1 MiB may give this much with every codec but a bomb. */
export const decompressedSizeMaxDefault = 256 * 2 ** 20

export interface RecordReadOptions {
  /** What a compressed batch may give, else it is refused before the memory is taken. */
  readonly decompressedSizeMax?: number
  /** The records of a compressed batch are good until any index reads another: for who looks at them and lets them go. */
  readonly briefly?: boolean
}
export type RecordHeader = readonly [key: Buffer, value: Buffer | null]

export class RecordIndex {
  count = 0
  baseOffset = 0
  /** What the positions refer to: the buffer that was read, or what came out of the decompression. */
  bytes: Buffer = Buffer.alloc(0)
  /** −1: the key is null. */
  keyStart = new Int32Array(0)
  keyEnd = new Int32Array(0)
  /** −1: the value is null. */
  valueStart = new Int32Array(0)
  valueEnd = new Int32Array(0)
  headersStart = new Int32Array(0)
  offsetDelta = new Int32Array(0)
  /** Absolute; the time of the append for all, where the batch says so. */
  timestamp = new Float64Array(0)
  /** Whether the broker set the time, and not the producer. */
  hasLogAppendTime = false
  /** Whether the offset deltas are 0, 1, 2 …: so in a batch as its producer made it; compaction leaves gaps. */
  isConsecutive = true

  readonly #varints = new VarintReader()

  /** Reads the batch at `at`, whole and of magic 2 (checkBatch). Throws a RecordError for records that are not sound. */
  read(b: Buffer, at: number, options: RecordReadOptions = {}): this {
    this.count = 0
    if (b.length - at < batchHeaderSize || batchMagic(b, at) !== 2) throw invalid('no record batch begins here')
    const end = at + batchSizeBytes(b, at),
      count = batchRecordCount(b, at)
    if (end > b.length || end - at < batchHeaderSize) throw invalid(`a batch that says it has ${end - at} bytes`)
    const codec = codecOf(batchAttributes(b, at))
    if (codec === undefined) throw invalid('compressed in a way that is not known')
    this.baseOffset = batchBaseOffset(b, at)
    if (codec === 'none') this.#index(b, at + batchHeaderSize, end, count, batchBaseTimestamp(b, at))
    else {
      const records = decompressed(codec, b.subarray(at + batchHeaderSize, end), options)
      this.#index(records, 0, records.length, count, batchBaseTimestamp(b, at))
    }
    this.hasLogAppendTime = batchHasLogAppendTime(b, at)
    if (this.hasLogAppendTime) this.timestamp.fill(batchMaxTimestamp(b, at), 0, count)
    this.count = count
    return this
  }

  offset(i: number): number {
    return this.baseOffset + this.offsetDelta[i]!
  }
  /** A view of `bytes`: who keeps it longer than the batch, copies it. */
  key(i: number): Buffer | null {
    const start = this.keyStart[i]!
    return start === -1 ? null : this.bytes.subarray(start, this.keyEnd[i])
  }
  value(i: number): Buffer | null {
    const start = this.valueStart[i]!
    return start === -1 ? null : this.bytes.subarray(start, this.valueEnd[i])
  }
  headerCount(i: number): number {
    return this.#varints.reset(this.bytes, this.headersStart[i]!).int32()
  }
  headers(i: number): RecordHeader[] {
    const { bytes } = this,
      varints = this.#varints.reset(bytes, this.headersStart[i]!)
    return Array.from({ length: varints.int32() }, () => {
      const keySize = varints.int32(),
        key = bytes.subarray(varints.at, (varints.at += keySize))
      const valueSize = varints.int32()
      return [key, valueSize === -1 ? null : bytes.subarray(varints.at, (varints.at += valueSize))]
    })
  }

  #index(bytes: Buffer, start: number, end: number, count: number, baseTimestamp: number): void {
    if (count < 0 || count * recordSizeMin > end - start) throw invalid(`${count} records in ${end - start} bytes`)
    this.#reserve(count)
    this.bytes = bytes
    const { keyStart, keyEnd, valueStart, valueEnd, headersStart, offsetDelta, timestamp } = this,
      varints = this.#varints
    let consecutive = true,
      p = start
    // Varints of one byte, nearly all, are read here; longer ones by VarintReader. A read past the end of the record gives
    // garbage or undefined, and the record is refused by where it led.
    for (let i = 0; i < count; i++) {
      let x = bytes[p]!
      let recordEnd: number
      if (p < end && x < 0x80) recordEnd = p + 1 + ((x >>> 1) ^ -(x & 1))
      else recordEnd = varints.reset(bytes, p, end).int32() + varints.at
      p += x < 0x80 ? 1 : varints.at - p
      if (recordEnd - p < recordSizeMin - 1 || recordEnd > end)
        throw badRecord(i, `of ${recordEnd - p} bytes in ${end - p}`)
      p++ // attributes: no bit is used

      x = bytes[p]!
      if (x < 0x80) {
        timestamp[i] = baseTimestamp + ((x >>> 1) ^ -(x & 1))
        p++
      } else {
        timestamp[i] = baseTimestamp + varints.reset(bytes, p, recordEnd).int64()
        p = varints.at
      }

      x = bytes[p]!
      let delta = (x >>> 1) ^ -(x & 1)
      if (x < 0x80) p++
      else {
        delta = varints.reset(bytes, p, recordEnd).int32()
        p = varints.at
      }
      offsetDelta[i] = delta
      if (delta !== i) consecutive = false

      x = bytes[p]!
      let size = (x >>> 1) ^ -(x & 1)
      if (x < 0x80) p++
      else {
        size = varints.reset(bytes, p, recordEnd).int32()
        p = varints.at
      }
      if (size < 0) {
        if (size !== -1) throw badRecord(i, `with a key of ${size} bytes`)
        keyStart[i] = keyEnd[i] = -1
      } else {
        if (size > recordEnd - p) throw badRecord(i, `with a key of ${size} bytes, of which ${recordEnd - p} are in it`)
        keyStart[i] = p
        keyEnd[i] = p += size
      }

      x = bytes[p]!
      size = (x >>> 1) ^ -(x & 1)
      if (x < 0x80) p++
      else {
        size = varints.reset(bytes, p, recordEnd).int32()
        p = varints.at
      }
      if (size < 0) {
        if (size !== -1) throw badRecord(i, `with a value of ${size} bytes`)
        valueStart[i] = valueEnd[i] = -1
      } else {
        if (size > recordEnd - p)
          throw badRecord(i, `with a value of ${size} bytes, of which ${recordEnd - p} are in it`)
        valueStart[i] = p
        valueEnd[i] = p += size
      }

      headersStart[i] = p
      if (p < recordEnd && bytes[p] === 0) p++
      else p = this.#skipHeaders(i, p, recordEnd)
      if (p !== recordEnd) throw badRecord(i, `whose fields take ${p - recordEnd} bytes more than it has`)
    }
    if (p !== end) throw invalid(`${end - p} bytes after the last of ${count} records`)
    this.isConsecutive = consecutive
  }
  #skipHeaders(i: number, at: number, end: number): number {
    const varints = this.#varints.reset(this.bytes, at, end),
      count = varints.int32()
    if (count < 0 || count * 2 > end - varints.at)
      throw badRecord(i, `with ${count} headers in ${end - varints.at} bytes`)
    for (let header = 0; header < count; header++) {
      const keySize = varints.int32()
      if (keySize < 0 || keySize > end - varints.at) throw badRecord(i, `with a header key of ${keySize} bytes`)
      varints.at += keySize
      const valueSize = varints.int32()
      if (valueSize < -1 || valueSize > end - varints.at)
        throw badRecord(i, `with a header value of ${valueSize} bytes`)
      varints.at += Math.max(0, valueSize)
    }
    return varints.at
  }
  #reserve(count: number): void {
    if (count <= this.offsetDelta.length) return
    const size = Math.max(count, this.offsetDelta.length * 2)
    this.keyStart = new Int32Array(size)
    this.keyEnd = new Int32Array(size)
    this.valueStart = new Int32Array(size)
    this.valueEnd = new Int32Array(size)
    this.headersStart = new Int32Array(size)
    this.offsetDelta = new Int32Array(size)
    this.timestamp = new Float64Array(size)
  }
}

function decompressed(codec: Parameters<typeof decompress>[0], bytes: Buffer, options: RecordReadOptions): Buffer {
  try {
    const decode = options.briefly === true ? decompressBriefly : decompress
    return decode(codec, bytes, options.decompressedSizeMax ?? decompressedSizeMaxDefault)
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error
    throw new RecordError(error.code === 'TOO_LARGE' ? 'MESSAGE_TOO_LARGE' : 'CORRUPT_MESSAGE', error.message)
  }
}
const invalid = (message: string) => new RecordError('INVALID_RECORD', message)
const badRecord = (i: number, message: string) => invalid(`record ${i} ${message}`)
