// From times to offsets, record by record.

import {
  batchBaseOffset,
  batchLastOffset,
  batchLeaderEpoch,
  batchMaxTimestamp,
  RecordIndex,
} from '../protocol/index.ts'
import type { Segment } from './segment.ts'

export interface FoundRecord {
  readonly offset: number
  readonly timestamp: number
  readonly leaderEpoch: number
}

const records = new RecordIndex()

/** The first record from `startOffset` on whose timestamp is not below the one asked for. */
export function firstRecordSince(
  segments: readonly Segment[],
  timestamp: number,
  startOffset: number,
): FoundRecord | undefined {
  for (const segment of segments) {
    if (segment.latest.timestamp < timestamp) continue
    const place = segment.locate(Math.max(knownBefore(segment, timestamp), startOffset))
    for (const { bytes, at } of place === undefined ? [] : segment.scan(place.position)) {
      if (batchMaxTimestamp(bytes, at) < timestamp || batchLastOffset(bytes, at) < startOffset) continue
      records.read(bytes, at)
      for (let i = 0; i < records.count; i++)
        if (records.timestamp[i]! >= timestamp && records.offset(i) >= startOffset) return found(bytes, at, i)
    }
  }
  return undefined
}

/** Up to this offset no record is as late. */
function knownBefore(segment: Segment, timestamp: number): number {
  const entry = segment.timeIndex.floor(timestamp)
  if (segment.confirms(entry)) return entry.offset
  segment.reindex('its time index has an entry that is not in the log')
  return segment.timeIndex.floor(timestamp).offset
}

/** The first record with the largest timestamp of all. */
export function latestRecord(segments: readonly Segment[]): FoundRecord | undefined {
  let latest: Segment | undefined
  for (const segment of segments) if (segment.latest.timestamp > (latest?.latest.timestamp ?? -1)) latest = segment
  if (latest === undefined) return undefined
  const { timestamp, offset } = latest.latest
  const place = latest.locate(offset)
  for (const { bytes, at } of place === undefined ? [] : latest.scan(place.position)) {
    if (batchLastOffset(bytes, at) < offset) continue
    records.read(bytes, at)
    for (let i = 0; i < records.count; i++) if (records.timestamp[i] === timestamp) return found(bytes, at, i)
    return { offset: batchBaseOffset(bytes, at), timestamp, leaderEpoch: batchLeaderEpoch(bytes, at) }
  }
  return undefined
}
function found(bytes: Buffer, at: number, i: number): FoundRecord {
  return { offset: records.offset(i), timestamp: records.timestamp[i]!, leaderEpoch: batchLeaderEpoch(bytes, at) }
}
