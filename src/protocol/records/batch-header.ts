// The header of a record batch (magic 2), read and patched where it lies. `at` is where the batch begins in the buffer;
// 61 bytes must be there (checkBatch makes sure of it).
//
//    0 baseOffset        8 batchLength      12 partitionLeaderEpoch   16 magic            17 crc, of 21 to the end
//   21 attributes       23 lastOffsetDelta  27 baseTimestamp          35 maxTimestamp     43 producerId
//   51 producerEpoch    53 baseSequence     57 record count           61 records

import { crc32c } from '../../base/index.ts'
import { codecOf, type Codec } from '../compression/codec.ts'
import { fromHalves, highHalf } from '../int64.ts'

export const batchHeaderSize = 61
/** What stands before the bytes that batchLength counts. */
export const batchLengthOverhead = 12
/** Where the bytes begin that the CRC covers: base offset and leader epoch can be set without a new one. */
export const batchCrcStart = 21

const codecBits = 0b111
const logAppendTimeBit = 1 << 3
const transactionalBit = 1 << 4
const controlBit = 1 << 5
const deleteHorizonBit = 1 << 6

export const batchBaseOffset = (b: Buffer, at: number): number => int64At(b, at)
/** Of the whole batch, from its base offset to its last record. */
export const batchSizeBytes = (b: Buffer, at: number): number => b.readInt32BE(at + 8) + batchLengthOverhead
export const batchLeaderEpoch = (b: Buffer, at: number): number => b.readInt32BE(at + 12)
export const batchMagic = (b: Buffer, at: number): number => b.readInt8(at + 16)
export const batchCrc = (b: Buffer, at: number): number => b.readUInt32BE(at + 17)
export const batchAttributes = (b: Buffer, at: number): number => b.readInt16BE(at + 21)
export const batchLastOffsetDelta = (b: Buffer, at: number): number => b.readInt32BE(at + 23)
export const batchLastOffset = (b: Buffer, at: number): number => int64At(b, at) + b.readInt32BE(at + 23)
/** KIP-534: the delete horizon instead, where batchHasDeleteHorizon. Timestamps of records count from it either way. */
export const batchBaseTimestamp = (b: Buffer, at: number): number => int64At(b, at + 27)
export const batchMaxTimestamp = (b: Buffer, at: number): number => int64At(b, at + 35)
export const batchProducerId = (b: Buffer, at: number): number => int64At(b, at + 43)
export const batchProducerEpoch = (b: Buffer, at: number): number => b.readInt16BE(at + 51)
export const batchBaseSequence = (b: Buffer, at: number): number => b.readInt32BE(at + 53)
export const batchRecordCount = (b: Buffer, at: number): number => b.readInt32BE(at + 57)

/** Undefined where the attributes name none that Kafka knows: checkBatch refuses such a batch. */
export const batchCodec = (b: Buffer, at: number): Codec => codecOf(batchAttributes(b, at))!
export const batchHasLogAppendTime = (b: Buffer, at: number): boolean =>
  (batchAttributes(b, at) & logAppendTimeBit) !== 0
export const batchIsTransactional = (b: Buffer, at: number): boolean =>
  (batchAttributes(b, at) & transactionalBit) !== 0
export const batchIsControl = (b: Buffer, at: number): boolean => (batchAttributes(b, at) & controlBit) !== 0
export const batchHasDeleteHorizon = (b: Buffer, at: number): boolean =>
  (batchAttributes(b, at) & deleteHorizonBit) !== 0

export function setBaseOffset(b: Buffer, at: number, offset: number): void {
  setInt64(b, at, offset)
}
export function setLeaderEpoch(b: Buffer, at: number, epoch: number): void {
  b.writeInt32BE(epoch, at + 12)
}
/** The CRC is made anew. */
export function setMaxTimestamp(b: Buffer, at: number, timestamp: number): void {
  setInt64(b, at + 35, timestamp)
  setCrc(b, at)
}
/** message.timestamp.type=LogAppendTime: every record of the batch has this time from now on. */
export function setLogAppendTime(b: Buffer, at: number, timestamp: number): void {
  b.writeInt16BE(batchAttributes(b, at) | logAppendTimeBit, at + 21)
  setMaxTimestamp(b, at, timestamp)
}
/** Who sends the batch, and its place among what it sends: changed when an idempotent producer must begin anew (KIP-360). */
export function setProducer(
  b: Buffer,
  at: number,
  { producerId, producerEpoch, baseSequence }: { producerId: number; producerEpoch: number; baseSequence: number },
): void {
  setInt64(b, at + 43, producerId)
  b.writeInt16BE(producerEpoch, at + 51)
  b.writeInt32BE(baseSequence, at + 53)
  setCrc(b, at)
}
export function setCrc(b: Buffer, at: number): void {
  b.writeUInt32BE(crc32c(b, at + batchCrcStart, at + batchSizeBytes(b, at)), at + 17)
}

export interface BatchHeader {
  readonly baseOffset: number
  readonly sizeBytes: number
  readonly leaderEpoch: number
  readonly codecBits: number
  readonly logAppendTime: boolean
  readonly transactional: boolean
  readonly control: boolean
  readonly lastOffsetDelta: number
  readonly baseTimestamp: number
  readonly maxTimestamp: number
  readonly producerId: number
  readonly producerEpoch: number
  readonly baseSequence: number
  readonly recordCount: number
}
/** Fills in a header, and the CRC of the records that stand behind it. */
export function writeBatchHeader(b: Buffer, header: BatchHeader): void {
  setInt64(b, 0, header.baseOffset)
  b.writeInt32BE(header.sizeBytes - batchLengthOverhead, 8)
  b.writeInt32BE(header.leaderEpoch, 12)
  b[16] = 2
  b.writeInt16BE(
    (header.codecBits & codecBits) |
      (header.logAppendTime ? logAppendTimeBit : 0) |
      (header.transactional ? transactionalBit : 0) |
      (header.control ? controlBit : 0),
    21,
  )
  b.writeInt32BE(header.lastOffsetDelta, 23)
  setInt64(b, 27, header.baseTimestamp)
  setInt64(b, 35, header.maxTimestamp)
  setInt64(b, 43, header.producerId)
  b.writeInt16BE(header.producerEpoch, 51)
  b.writeInt32BE(header.baseSequence, 53)
  b.writeInt32BE(header.recordCount, 57)
  setCrc(b, 0)
}

export interface CompactedHeader {
  readonly codecBits: number
  readonly recordCount: number
  readonly baseTimestamp: number
  readonly hasDeleteHorizon: boolean
  readonly maxTimestamp: number
}
/** The header of what compaction left of a batch, and the CRC of the records that stand behind it. */
export function writeCompactedHeader(b: Buffer, original: Buffer, header: CompactedHeader): void {
  original.copy(b, 0, 0, batchHeaderSize)
  b.writeInt32BE(b.length - batchLengthOverhead, 8)
  const others = batchAttributes(original, 0) & ~(codecBits | deleteHorizonBit)
  b.writeInt16BE(others | header.codecBits | (header.hasDeleteHorizon ? deleteHorizonBit : 0), 21)
  setInt64(b, 27, header.baseTimestamp)
  setInt64(b, 35, header.maxTimestamp)
  b.writeInt32BE(header.recordCount, 57)
  setCrc(b, 0)
}

function int64At(b: Buffer, at: number): number {
  return fromHalves(b.readInt32BE(at), b.readUInt32BE(at + 4))
}
function setInt64(b: Buffer, at: number, value: number): void {
  const high = highHalf(value)
  b.writeInt32BE(high, at)
  b.writeUInt32BE(value - high * 2 ** 32, at + 4)
}
