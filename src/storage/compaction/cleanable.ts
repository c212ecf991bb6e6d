// What of a log compaction may take on, and how much it needs it: what is neither active, nor part of an open transaction, nor
// younger than min.compaction.lag.ms.

import type { LogConfig } from '../log-config.ts'
import type { Segment } from '../segment.ts'

export interface CompactedLog {
  readonly config: LogConfig
  /** The last one is active. */
  readonly segments: readonly Segment[]
  readonly logStartOffset: number
  readonly lastStableOffset: number
  /** Up to it the log was cleaned. */
  readonly cleanedOffset: number
}
export interface Cleanable {
  readonly firstDirtyOffset: number
  /** Where the first segment begins that must wait. */
  readonly upTo: number
  /** The share of what is dirty in what would be read. */
  readonly dirtyRatio: number
  /** max.compaction.lag.ms has passed (KIP-354). */
  readonly isOverdue: boolean
}

export function cleanableOf(log: CompactedLog, now: number): Cleanable {
  const { segments, config } = log
  const firstDirtyOffset = Math.max(log.cleanedOffset, log.logStartOffset)
  const finished = segments.slice(0, -1)
  const dirty = finished.filter((_, i) => segments[i + 1]!.baseOffset > firstDirtyOffset)
  const tooYoung = dirty.find(
    ({ latestTimestampMs }) => config.minCompactionLagMs > 0 && latestTimestampMs > now - config.minCompactionLagMs,
  )
  const limit = Math.min(log.lastStableOffset, tooYoung?.baseOffset ?? segments.at(-1)!.baseOffset)
  // The segment that holds the limit waits as a whole.
  const upTo = segments.findLast(({ baseOffset }) => baseOffset <= limit)?.baseOffset ?? segments[0]!.baseOffset
  const dirtyBytes = sizeOf(dirty.filter(({ baseOffset }) => baseOffset < upTo))
  const cleanBytes = sizeOf(finished.filter(({ baseOffset }) => baseOffset < firstDirtyOffset))
  return {
    firstDirtyOffset,
    upTo,
    dirtyRatio: dirtyBytes === 0 ? 0 : dirtyBytes / (cleanBytes + dirtyBytes),
    isOverdue: dirtyBytes > 0 && isOverdue(dirty, now - config.maxCompactionLagMs),
  }
}
function isOverdue(dirty: readonly Segment[], before: number): boolean {
  return dirty.some(({ firstTimestamp }) => firstTimestamp > 0 && firstTimestamp < before)
}
const sizeOf = (segments: readonly Segment[]): number => segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)

export interface Chosen<L> {
  readonly log: L
  readonly cleanable: Cleanable
}
/** The log with the largest share of dirt, of those that have enough of it or have waited too long. */
export function dirtiest<L extends CompactedLog>(logs: Iterable<L>, now: number): Chosen<L> | undefined {
  let found: Chosen<L> | undefined
  for (const log of logs) {
    const cleanable = cleanableOf(log, now)
    if (!cleanable.isOverdue && cleanable.dirtyRatio <= log.config.minCleanableDirtyRatio) continue
    if (cleanable.dirtyRatio > (found?.cleanable.dirtyRatio ?? -1)) found = { log, cleanable }
  }
  return found
}
