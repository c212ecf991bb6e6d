// What compaction leaves of a batch: some of its records, or its header alone. The batch keeps its offsets from first to last,
// its producer and its sequence numbers, and its codec; records keep their bytes.

import { codecNumber, compress } from '../compression/codec.ts'
import {
  batchBaseTimestamp,
  batchCodec,
  batchHasDeleteHorizon,
  batchHasLogAppendTime,
  batchHeaderSize,
  batchMaxTimestamp,
  batchSizeBytes,
  setBaseOffset,
  setCrc,
  writeCompactedHeader,
} from './batch-header.ts'
import type { RecordIndex } from './record-index.ts'
import { VarintReader, varlongSize, writeVarint, writeVarlong } from './varint.ts'

export interface RetainedRecords {
  /** What was read from the batch. */
  readonly records: RecordIndex
  /** Which of them stay, in their order: one at least. */
  readonly retained: readonly number[]
  /** KIP-534: from when on tombstones and markers may go. It stands in the place of the base timestamp. */
  readonly deleteHorizonMs?: number | undefined
  /** Where the batch is made, in a buffer of that size or larger: who keeps none allocates one. */
  readonly roomFor: (sizeBytes: number) => Buffer
}

/** When what the batch holds of tombstones and markers may go; undefined where that was not decided yet. */
export const batchDeleteHorizon = (b: Buffer, at: number): number | undefined =>
  batchHasDeleteHorizon(b, at) ? batchBaseTimestamp(b, at) : undefined

/** A batch of its own with the records that stay. */
export function retainRecords(b: Buffer, at: number, options: RetainedRecords): Buffer {
  const { records, retained, deleteHorizonMs, roomFor } = options
  const codec = batchCodec(b, at)
  let batch: Buffer
  if (codec === 'none') {
    const place = { bytes: records.bytes, start: at + batchHeaderSize, end: at + batchSizeBytes(b, at) }
    const room = roomFor(batchHeaderSize + sizeMax(place, retained))
    batch = room.subarray(0, copyRetained(place, options, room, batchHeaderSize))
  } else {
    const place = { bytes: records.bytes, start: 0, end: records.bytes.length }
    const kept = Buffer.allocUnsafe(sizeMax(place, retained))
    const bytes = compress(codec, kept.subarray(0, copyRetained(place, options, kept, 0)))
    batch = roomFor(batchHeaderSize + bytes.length).subarray(0, batchHeaderSize + bytes.length)
    bytes.copy(batch, batchHeaderSize)
  }
  let maxTimestamp = batchMaxTimestamp(b, at)
  if (!batchHasLogAppendTime(b, at)) {
    maxTimestamp = -1
    for (const i of retained) maxTimestamp = Math.max(maxTimestamp, records.timestamp[i]!)
  }
  writeCompactedHeader(batch, b.subarray(at, at + batchHeaderSize), {
    codecBits: codecNumber(codec),
    recordCount: retained.length,
    baseTimestamp: deleteHorizonMs ?? batchBaseTimestamp(b, at),
    hasDeleteHorizon: deleteHorizonMs !== undefined || batchHasDeleteHorizon(b, at),
    maxTimestamp,
  })
  return batch
}

/** The header alone: it still tells of its producer's sequence numbers. */
export function emptyBatch(b: Buffer, at: number): Buffer {
  const batch = Buffer.allocUnsafeSlow(batchHeaderSize)
  writeCompactedHeader(batch, b.subarray(at, at + batchHeaderSize), {
    codecBits: 0,
    recordCount: 0,
    baseTimestamp: -1,
    hasDeleteHorizon: false,
    maxTimestamp: batchMaxTimestamp(b, at),
  })
  return batch
}

/** A batch without records, of no producer, that takes the offsets from `from` up to `to`: 2 ** 31 − 1 of them at most. */
export function gapBatch(from: number, to: number): Buffer {
  const batch = Buffer.alloc(batchHeaderSize)
  setBaseOffset(batch, 0, from)
  batch.writeInt32BE(batchHeaderSize - 12, 8)
  batch.writeInt8(2, 16)
  batch.writeInt32BE(to - from - 1, 23)
  // Times, producer id, its epoch and its sequence: none.
  batch.fill(0xff, 27, 57)
  setCrc(batch, 0)
  return batch
}

const varints = new VarintReader()

/** Where the records of a batch lie. */
interface Place {
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
}
/** Calls back with where each record that stays begins, and where what its length counts begins and ends. */
function eachRetained(
  { bytes, start, end }: Place,
  retained: readonly number[],
  take: (recordStart: number, bodyStart: number, end: number) => void,
): void {
  for (let i = 0, next = 0, at = start; at < end && next < retained.length; i++) {
    const size = varints.reset(bytes, at).int32(),
      bodyStart = varints.at
    if (retained[next] === i) {
      take(at, bodyStart, bodyStart + size)
      next++
    }
    at = bodyStart + size
  }
}
/** What the records that stay can take at most. */
const sizeMax = ({ start, end }: Place, retained: readonly number[]): number =>
  end - start + retained.length * growthMax
/** Behind what is in `into` so far; gives where they end. */
function copyRetained(
  place: Place,
  { records, retained, deleteHorizonMs }: RetainedRecords,
  into: Buffer,
  filled: number,
): number {
  return deleteHorizonMs === undefined
    ? copyRecords(place, retained, into, filled)
    : copyRecordsFrom(deleteHorizonMs, place, retained, records.timestamp, into, filled)
}
/** As they are, neighbours at once: base offset and base timestamp, from which they count, stay too. */
function copyRecords(place: Place, retained: readonly number[], into: Buffer, filled: number): number {
  let from = place.start,
    to = place.start
  eachRetained(place, retained, (recordStart, _, end) => {
    if (recordStart !== to) {
      filled += place.bytes.copy(into, filled, from, to)
      from = recordStart
    }
    to = end
  })
  return filled + place.bytes.copy(into, filled, from, to)
}
/** Another base timestamp makes other deltas, and with them other lengths. */
function copyRecordsFrom(
  baseTimestamp: number,
  place: Place,
  retained: readonly number[],
  timestamps: Float64Array,
  into: Buffer,
  filled: number,
): number {
  const { bytes } = place
  let count = 0
  eachRetained(place, retained, (_, bodyStart, end) => {
    const delta = timestamps[retained[count++]!]! - baseTimestamp
    varints.reset(bytes, bodyStart + 1).int64()
    const rest = varints.at
    filled = writeVarint(into, filled, 1 + varlongSize(delta) + end - rest)
    into[filled++] = bytes[bodyStart]!
    filled = writeVarlong(into, filled, delta)
    filled += bytes.copy(into, filled, rest, end)
  })
  return filled
}
/** Of a record: its delta takes up to 10 bytes where it took 1, and its length one more. */
const growthMax = 10
