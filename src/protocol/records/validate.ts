// Whether bytes are a record batch, judged by its header and checksum. What its records hold is RecordIndex's to say.

import { crc32c } from '../../base/index.ts'
import { codecOf } from '../compression/codec.ts'
import {
  batchAttributes,
  batchBaseSequence,
  batchCrc,
  batchCrcStart,
  batchHasLogAppendTime,
  batchHeaderSize,
  batchIsControl,
  batchLastOffsetDelta,
  batchLengthOverhead,
  batchMagic,
  batchProducerId,
  batchRecordCount,
  batchSizeBytes,
} from './batch-header.ts'
import { RecordError, type BatchFault } from './record-error.ts'

/** What is wrong with the batch at `at`, of which no byte lies at `end` or beyond. */
export function checkBatch(b: Buffer, at: number, end: number): BatchFault | undefined {
  if (end - at < batchHeaderSize)
    return fault('CORRUPT_MESSAGE', `${end - at} bytes, where the header of a batch takes ${batchHeaderSize}`)
  // The magic byte lies at the same place in every format, the rest of the header does not.
  const magic = batchMagic(b, at)
  if (magic !== 2)
    return magic === 0 || magic === 1
      ? fault('INVALID_RECORD', `a message set of magic ${magic}; since Kafka 4.0 only record batches (2) are taken`)
      : fault('CORRUPT_MESSAGE', `magic ${magic}, which is no format of records`)
  const size = batchSizeBytes(b, at)
  if (size < batchHeaderSize) return fault('CORRUPT_MESSAGE', `a batch that says it has ${size} bytes`)
  if (size > end - at) return fault('CORRUPT_MESSAGE', `a batch of ${size} bytes, of which ${end - at} are here`)
  const crc = crc32c(b, at + batchCrcStart, at + size)
  if (crc !== batchCrc(b, at))
    return fault('CORRUPT_MESSAGE', `CRC ${hex(crc)}, where the batch says ${hex(batchCrc(b, at))}`)
  if (codecOf(batchAttributes(b, at)) === undefined)
    return fault('INVALID_RECORD', `compression ${batchAttributes(b, at) & 7}, which is not known`)
  const lastOffsetDelta = batchLastOffsetDelta(b, at),
    count = batchRecordCount(b, at)
  if (lastOffsetDelta < 0) return fault('INVALID_RECORD', `a last offset delta of ${lastOffsetDelta}`)
  // Compaction takes records away and leaves the offsets: there may be fewer, even none, and never more.
  if (count < 0 || count > lastOffsetDelta + 1)
    return fault('INVALID_RECORD', `${count} records, with a last offset delta of ${lastOffsetDelta}`)
  return undefined
}

/**
 * The same for a batch that a producer sends: it has all of its records, its times are its own, and it is none of the
 * markers that only a coordinator writes.
 */
export function checkProducedBatch(b: Buffer, at: number, end: number): BatchFault | undefined {
  const found = checkBatch(b, at, end)
  if (found !== undefined) return found
  const count = batchRecordCount(b, at),
    lastOffsetDelta = batchLastOffsetDelta(b, at)
  if (count !== lastOffsetDelta + 1)
    return fault('INVALID_RECORD', `${count} records, with a last offset delta of ${lastOffsetDelta}`)
  if (batchIsControl(b, at)) return fault('INVALID_RECORD', 'a control batch, which producers may not send')
  if (batchHasLogAppendTime(b, at))
    return fault('INVALID_TIMESTAMP', 'marked as having the time of its append, which the broker alone may set')
  if (batchProducerId(b, at) >= 0 && batchBaseSequence(b, at) < 0)
    return fault('INVALID_RECORD', `producer ${batchProducerId(b, at)} with sequence ${batchBaseSequence(b, at)}`)
  return undefined
}

/**
 * Where each whole batch from `start` begins. A partial one at the end, which a fetch may leave, ends the list; a size that
 * no batch can have is a RecordError.
 */
export function* batches(b: Buffer, start = 0, end = b.length): Generator<number, void, undefined> {
  for (let at = start; end - at >= batchLengthOverhead;) {
    const size = batchSizeBytes(b, at)
    if (size < batchHeaderSize) throw new RecordError('CORRUPT_MESSAGE', `a batch that says it has ${size} bytes`)
    if (size > end - at) return
    yield at
    at += size
  }
}

const fault = (error: BatchFault['error'], message: string): BatchFault => ({ error, message })
const hex = (crc: number) => crc.toString(16).padStart(8, '0')
