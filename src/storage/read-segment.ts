// A read from the file of a segment: whole batches, in a buffer of the pool.

import { batchBaseOffset, batchHeaderSize, batchLastOffset, batchMagic, batchSizeBytes } from '../protocol/index.ts'
import type { ReadBatches } from './log-outcomes.ts'
import type { ReadBuffers } from './read-buffers.ts'
import type { Segment } from './segment.ts'

/** Undefined: the segment ends before the offset. */
export function readSegment(
  segment: Segment,
  offset: number,
  { maxBytes, upTo, minOneBatch }: { maxBytes: number; upTo: number; minOneBatch: boolean },
  buffers: ReadBuffers,
): ReadBatches | undefined {
  const first = segment.locate(offset)
  if (first === undefined) return undefined
  const size = Math.min(
    minOneBatch ? Math.max(maxBytes, first.sizeBytes) : maxBytes,
    segment.sizeBytes - first.position,
  )
  if (size < first.sizeBytes) return { records: new Uint8Array(0), lastOffset: offset - 1, release() {} }
  const buffer = buffers.take(size),
    filled = segment.file.read(buffer, 0, size, first.position)
  let end = 0,
    lastOffset = offset - 1
  while (end + batchHeaderSize <= filled && batchBaseOffset(buffer, end) < upTo) {
    const batchEnd = end + batchSizeBytes(buffer, end)
    // Whoever reads on from a place where no batch can be is told.
    if (batchEnd > filled || batchEnd < end + batchHeaderSize || batchMagic(buffer, end) !== 2) break
    lastOffset = batchLastOffset(buffer, end)
    end = batchEnd
  }
  segment.expect(lastOffset + 1, first.position + end)
  let isHeld = true
  const release = (): void => {
    if (isHeld) buffers.give(buffer)
    isHeld = false
  }
  return { records: buffer.subarray(0, end), lastOffset, release }
}
