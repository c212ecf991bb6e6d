// A read from the file of a segment: whole batches, from where the offset lies.

import { batchBaseOffset, batchHeaderSize, batchLastOffset, batchMagic, batchSizeBytes } from '../protocol/index.ts'
import { noBatches, type ReadBatches } from './log-outcomes.ts'
import type { ReadAhead } from './read-ahead.ts'
import type { ReadBuffers } from './read-buffers.ts'
import type { Segment } from './segment.ts'

export interface SegmentReadLimits {
  readonly maxBytes: number
  readonly upTo: number
  readonly minOneBatch: boolean
}
interface ReadTools {
  readonly buffers: ReadBuffers
  readonly ahead: ReadAhead
}

/** Below it a read is over sooner than it could be handed to another thread. */
const aheadSizeMin = 64 * 1024

/** Undefined: the segment ends before the offset. */
export function readSegment(
  segment: Segment,
  offset: number,
  limits: SegmentReadLimits,
  tools: ReadTools,
): ReadBatches | undefined {
  return takeReady(segment, offset, limits, tools) ?? readNow(segment, offset, limits, tools)
}
function takeReady(
  segment: Segment,
  offset: number,
  limits: SegmentReadLimits,
  { ahead }: ReadTools,
): ReadBatches | undefined {
  const ready = ahead.take(segment, offset)
  if (ready === undefined) return undefined
  const { bytes, position, release } = ready,
    { end, lastOffset, isCutShort } = wholeBatches(bytes, offset, limits)
  if (end === 0) {
    release()
    return undefined
  }
  const next = { segment, offset: lastOffset + 1, position: position + end },
    sizeBytes = Math.min(limits.maxBytes, segment.sizeBytes - next.position)
  segment.expect(next.offset, next.position)
  if (sizeBytes >= aheadSizeMin && next.offset < limits.upTo) ahead.expect({ ...next, sizeBytes })
  return { records: bytes.subarray(0, end), lastOffset, isCutShort, release }
}
function readNow(
  segment: Segment,
  offset: number,
  limits: SegmentReadLimits,
  { buffers, ahead }: ReadTools,
): ReadBatches | undefined {
  const first = segment.locate(offset)
  if (first === undefined) return undefined
  // A gap up to the limit: what stands behind it is not asked for.
  if (first.baseOffset >= limits.upTo) return { ...noBatches(offset), lastOffset: limits.upTo - 1 }
  const size = wantedBytes(first, segment, limits)
  if (size < first.sizeBytes) {
    segment.passOver(offset, first)
    return { ...noBatches(offset), isCutShort: true }
  }
  const buffer = buffers.take(size),
    filled = ahead.timed(segment, () => segment.file.read(buffer, 0, size, first.position))
  const { end, lastOffset, isCutShort } = wholeBatches(buffer.subarray(0, filled), offset, limits)
  segment.expect(lastOffset + 1, first.position + end)
  let isHeld = true
  const release = (): void => {
    if (isHeld) buffers.give(buffer)
    isHeld = false
  }
  return { records: buffer.subarray(0, end), lastOffset, isCutShort, release }
}

/** Resolves when `readSegment` need not wait for the device; undefined: it need not, as far as is known. */
export function prepareSegmentRead(
  segment: Segment,
  offset: number,
  limits: SegmentReadLimits,
  ahead: ReadAhead,
): Promise<void> | undefined {
  const begun = ahead.find(segment, offset)
  if (begun !== undefined) return begun.isReady ? undefined : begun.done
  if (!ahead.isSlow(segment)) return undefined
  const first = segment.locate(offset)
  if (first === undefined || first.baseOffset >= limits.upTo) return undefined
  const sizeBytes = wantedBytes(first, segment, limits)
  if (sizeBytes < Math.max(aheadSizeMin, first.sizeBytes)) return undefined
  return ahead.begin({ segment, offset, position: first.position, sizeBytes })
}

function wantedBytes(
  first: { readonly sizeBytes: number; readonly position: number },
  segment: Segment,
  { maxBytes, minOneBatch }: SegmentReadLimits,
): number {
  return Math.min(minOneBatch ? Math.max(maxBytes, first.sizeBytes) : maxBytes, segment.sizeBytes - first.position)
}
/** As many as are allowed, from the one at the beginning of the bytes on. */
function wholeBatches(
  bytes: Buffer,
  offset: number,
  { maxBytes, upTo, minOneBatch }: SegmentReadLimits,
): { readonly end: number; readonly lastOffset: number; readonly isCutShort: boolean } {
  let end = 0,
    lastOffset = offset - 1,
    isCutShort = false
  while (end + batchHeaderSize <= bytes.length && batchBaseOffset(bytes, end) < upTo) {
    const batchEnd = end + batchSizeBytes(bytes, end)
    // Whoever reads on from a place where no batch can be is told.
    if (batchEnd < end + batchHeaderSize || batchMagic(bytes, end) !== 2) break
    isCutShort = batchEnd > maxBytes && !(end === 0 && minOneBatch)
    if (isCutShort || batchEnd > bytes.length) break
    lastOffset = batchLastOffset(bytes, end)
    end = batchEnd
  }
  // Not even the header of the next one has come: it may be one that is not asked for, for which there is no room either.
  const rest = bytes.length - end
  isCutShort ||= rest > 0 && rest < batchHeaderSize && bytes.length >= maxBytes
  return { end, lastOffset, isCutShort }
}
