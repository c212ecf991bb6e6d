// The producers of a log as of an offset: from the last snapshot at or before it, and the batches between.

import { batchBaseOffset, batchLastOffset } from '../protocol/index.ts'
import type { ProducerSnapshots } from './producer-snapshots.ts'
import type { ProducerState } from './producer-state.ts'
import type { Segments } from './segments.ts'

export interface ReloadFrom {
  readonly snapshots: ProducerSnapshots
  readonly segments: Segments
  readonly logStartOffset: number
  readonly endOffset: number
}

export function reloadProducers(
  producers: ProducerState,
  { snapshots, segments, logStartOffset, endOffset }: ReloadFrom,
): void {
  const snapshot = snapshots.load({ above: logStartOffset, upTo: endOffset })
  const from = snapshot?.offset ?? logStartOffset
  producers.reset(snapshot?.entries)
  for (const segment of from < endOffset ? segments.from(from) : [])
    for (const { bytes, at } of segment.scan(segment.offsetIndex.positionOf(from)))
      if (batchLastOffset(bytes, at) >= from && batchBaseOffset(bytes, at) < endOffset) producers.apply(bytes, at)
}
