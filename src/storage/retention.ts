// Which of its oldest segments a log no longer needs, as Kafka's retention.ms, retention.bytes and log start offset say.

import type { LogConfig } from './log-config.ts'
import type { Segment } from './segment.ts'

export interface RetentionView {
  readonly segments: readonly Segment[]
  readonly config: LogConfig
  readonly logStartOffset: number
  /** What is not on all replicas is kept. */
  readonly highWatermark: number
  readonly endOffset: number
  readonly now: number
}

/** How many segments, from the first on, may go. The active one may be among them, when it holds anything. */
export function deletableSegments(view: RetentionView): number {
  const { segments, config, logStartOffset, highWatermark, endOffset, now } = view
  const deletes = config.cleanupPolicy.includes('delete')
  let count = 0,
    excessBytes = segments.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0) - config.retentionBytes
  for (const segment of segments) {
    const next = segments[count + 1]
    if ((next?.baseOffset ?? endOffset) > highWatermark) break
    if (next === undefined && segment.sizeBytes === 0) break
    const isBeforeStart = next !== undefined && next.baseOffset <= logStartOffset
    const isTooOld = deletes && now - segment.latestTimestampMs > config.retentionMs
    const isExcess = deletes && excessBytes - segment.sizeBytes >= 0
    if (!isBeforeStart && !isTooOld && !isExcess) break
    excessBytes -= segment.sizeBytes
    count++
  }
  return count
}
