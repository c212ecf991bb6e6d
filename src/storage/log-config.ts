// What a topic's configuration says to its log. The names are the topic configs' own, in camel case; limits of -1 and
// Kafka's Long.MAX_VALUE are Infinity here.

import type { Random } from '../base/index.ts'
import type { CompressionCodec } from '../protocol/index.ts'

export interface LogConfig {
  readonly cleanupPolicy: readonly ('delete' | 'compact')[]
  readonly compressionType: 'producer' | 'uncompressed' | Exclude<CompressionCodec, 'none'>
  readonly compressionGzipLevel: number
  readonly compressionZstdLevel: number
  readonly maxMessageBytes: number
  readonly messageTimestampType: 'CreateTime' | 'LogAppendTime'
  readonly messageTimestampBeforeMaxMs: number
  readonly messageTimestampAfterMaxMs: number
  readonly segmentBytes: number
  readonly segmentMs: number
  readonly segmentJitterMs: number
  readonly segmentIndexBytes: number
  readonly indexIntervalBytes: number
  readonly retentionMs: number
  readonly retentionBytes: number
  readonly fileDeleteDelayMs: number
  /** How long readers may find a tombstone, once what it deletes is gone. */
  readonly deleteRetentionMs: number
  readonly minCompactionLagMs: number
  readonly maxCompactionLagMs: number
  readonly minCleanableDirtyRatio: number
  /** So many records not yet synced make the next acknowledgement wait for a sync. */
  readonly flushMessages: number
  readonly flushMs: number
}

const dayMs = 24 * 60 * 60 * 1000

/** Apache Kafka 4.2's defaults. */
export const defaultLogConfig: LogConfig = {
  cleanupPolicy: ['delete'],
  compressionType: 'producer',
  compressionGzipLevel: -1,
  compressionZstdLevel: 3,
  maxMessageBytes: 1048588,
  messageTimestampType: 'CreateTime',
  messageTimestampBeforeMaxMs: Infinity,
  messageTimestampAfterMaxMs: dayMs / 24,
  segmentBytes: 2 ** 30,
  segmentMs: 7 * dayMs,
  segmentJitterMs: 0,
  segmentIndexBytes: 10 * 2 ** 20,
  indexIntervalBytes: 4096,
  retentionMs: 7 * dayMs,
  retentionBytes: Infinity,
  fileDeleteDelayMs: 60_000,
  deleteRetentionMs: dayMs,
  minCompactionLagMs: 0,
  maxCompactionLagMs: Infinity,
  minCleanableDirtyRatio: 0.5,
  flushMessages: Infinity,
  flushMs: Infinity,
}

export const isCompacted = (config: LogConfig): boolean => config.cleanupPolicy.includes('compact')
/** After how long a segment ends: a compacted one must end for compaction to come by in time (KIP-354). */
export const segmentMsMax = (config: LogConfig): number =>
  isCompacted(config) ? Math.min(config.segmentMs, config.maxCompactionLagMs) : config.segmentMs
/** What of segment.jitter.ms falls to one segment. */
export const jitterMsFor = (config: LogConfig, random: Random): number =>
  Math.floor(random.next() * config.segmentJitterMs)
