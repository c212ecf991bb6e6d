// One cleaning of one log, in two passes, as Kafka's Cleaner does it: the dirty part is read, and the last offset of each key
// noted; then all segments up to there are copied, group by group, without what the notes make needless.
//
// It knows the log by this task alone and touches no file that is in use, so it may run in a thread of its own. Nothing is
// lost when it ends anywhere: what it wrote bears names of its own until the log puts it in place.

import type { Files } from '../../base/index.ts'
import { batchLastOffset } from '../../protocol/index.ts'
import { Segment } from '../segment.ts'
import type { AbortedTransaction } from '../transaction-index.ts'
import { BatchFilter, mapKeys, type LastBatch } from './batch-filter.ts'
import { CleanedSegment, removeCleaned, writeBuffer } from './cleaned-segment.ts'
import { CleanedTransactions } from './cleaned-transactions.ts'
import { OffsetMap, offsetMapEntryBytes } from './offset-map.ts'
import { groupsOf, type CleanableSegment } from './segment-groups.ts'

/** Plain data, fit to be posted to a thread. */
export interface CleaningTask {
  readonly directory: string
  /** Base offsets of the segments below `upTo`, from the first of the log on. */
  readonly segments: readonly number[]
  /** Below it the log was cleaned before. */
  readonly firstDirtyOffset: number
  /** Where a segment begins that is not cleaned now. */
  readonly upTo: number
  readonly now: number
  readonly deleteRetentionMs: number
  readonly segmentBytes: number
  readonly segmentIndexBytes: number
  readonly indexIntervalBytes: number
  readonly producers: ReadonlyMap<number, LastBatch>
  /** Of all segments, this side of `upTo` and beyond. */
  readonly aborted: readonly AbortedTransaction[]
  readonly limits: CleaningLimits
}
export interface CleaningLimits {
  /** Of the map of keys. Where they do not fit, the log is cleaned as far as they do. */
  readonly mapBytesMax: number
  readonly mapLoadFactor: number
  /** So much is written at once, and others get a turn about as often. */
  readonly bufferBytes: number
}
/** A new segment that stands for neighbouring old ones, ready to be put in place. */
export interface CleanedGroup {
  readonly baseOffset: number
  /** Base offsets of those that it stands for. */
  readonly replaced: readonly number[]
}
export interface CleaningResult {
  /** Up to it the log is clean. */
  readonly endOffset: number
  readonly readBytes: number
  readonly writtenBytes: number
}
export type CleaningStep =
  | { readonly kind: 'worked'; readonly bytes: number }
  | { readonly kind: 'cleaned'; readonly group: CleanedGroup }

export type Cleaning = AsyncGenerator<CleaningStep, CleaningResult, undefined>

export async function* clean(task: CleaningTask, files: Files, giveWay?: () => void): Cleaning {
  const { directory, now, upTo } = task
  const segments = task.segments.map(baseOffset => Segment.open({ files, directory, baseOffset, now }))
  try {
    const map = mapFor(task, segments)
    yield* fillMap(task, segments, map, giveWay)
    const endOffset = map.latestOffset + 1
    const filter = { map, now, upTo, producers: task.producers, deleteRetentionMs: task.deleteRetentionMs }
    const transactions = new CleanedTransactions(task.aborted)
    const buffer = writeBuffer(task.limits.bufferBytes)
    const context = { task, files, giveWay, transactions, buffer, filter: new BatchFilter({ ...filter, transactions }) }
    let readBytes = 0,
      writtenBytes = 0
    const dirty = segments.filter(({ baseOffset }) => baseOffset < endOffset).map(segment => sized(segment, files))
    const { segmentBytes, segmentIndexBytes } = task
    for (const group of groupsOf(dirty, { segmentBytes, segmentIndexBytes, endOffset: upTo })) {
      writtenBytes += yield* cleanGroup(group, context)
      readBytes += group.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
    }
    return { endOffset, readBytes, writtenBytes }
  } finally {
    for (const segment of segments) segment.close()
  }
}

interface SizedSegment extends CleanableSegment {
  readonly segment: Segment
}
function sized(segment: Segment, files: Files): SizedSegment {
  const sizeOf = (path: string): number => (files.exists(path) ? files.stat(path).sizeBytes : 0)
  return {
    segment,
    baseOffset: segment.baseOffset,
    sizeBytes: segment.sizeBytes,
    offsetIndexBytes: sizeOf(segment.offsetIndex.path),
    timeIndexBytes: sizeOf(segment.timeIndex.path),
  }
}

/** As large as it may be, or as so many bytes of the smallest records could need. */
function mapFor({ firstDirtyOffset, upTo, limits }: CleaningTask, segments: readonly Segment[]): OffsetMap {
  const { mapBytesMax, mapLoadFactor: loadFactor } = limits
  const slotsMax = Math.floor(mapBytesMax / offsetMapEntryBytes)
  const recordsMax = upTo - Math.max(firstDirtyOffset, segments[0]!.baseOffset)
  return new OffsetMap({ slots: Math.min(slotsMax, Math.ceil((recordsMax + 1) / loadFactor) + 1), loadFactor })
}

async function* fillMap(
  { firstDirtyOffset, upTo, aborted, limits }: CleaningTask,
  segments: readonly Segment[],
  map: OffsetMap,
  giveWay: (() => void) | undefined,
): AsyncGenerator<CleaningStep, void, undefined> {
  const noting = { map, transactions: new CleanedTransactions(aborted), from: firstDirtyOffset }
  let worked = 0
  for (const [i, segment] of segments.entries()) {
    const next = segments[i + 1]?.baseOffset ?? upTo
    if (next <= firstDirtyOffset) continue
    const start = firstDirtyOffset > segment.baseOffset ? segment.offsetIndex.positionOf(firstDirtyOffset) : 0
    for (const { bytes, at, sizeBytes } of sound(segment, start)) {
      if (batchLastOffset(bytes, at) >= firstDirtyOffset && !mapKeys(bytes, at, noting)) return
      giveWay?.()
      worked += sizeBytes
      if (worked < limits.bufferBytes) continue
      yield { kind: 'worked', bytes: worked }
      worked = 0
    }
    // Beyond the last batch there may be a gap, up to the next segment.
    map.latestOffset = Math.max(map.latestOffset, next - 1)
    segment.close()
  }
}

interface GroupContext {
  readonly task: CleaningTask
  readonly files: Files
  readonly giveWay: (() => void) | undefined
  readonly transactions: CleanedTransactions
  readonly filter: BatchFilter
  readonly buffer: Buffer
}
/** Gives how many bytes were written. */
async function* cleanGroup(
  group: readonly SizedSegment[],
  { task, files, giveWay, transactions, filter, buffer }: GroupContext,
): AsyncGenerator<CleaningStep, number, undefined> {
  const { directory, now, indexIntervalBytes, limits } = task,
    { baseOffset } = group[0]!
  const cleaned = new CleanedSegment({ files, directory, baseOffset, now, indexIntervalBytes, buffer })
  transactions.onLeft = transaction => cleaned.addAborted(transaction)
  let isFinished = false
  try {
    let worked = 0
    for (const { segment } of group) {
      for (const { bytes, at, sizeBytes } of sound(segment, 0)) {
        const left = filter.filter(bytes, at)
        const writing = left && cleaned.append(left)
        if (writing !== undefined) await writing
        giveWay?.()
        worked += sizeBytes + (left?.length ?? 0)
        if (worked < limits.bufferBytes) continue
        yield { kind: 'worked', bytes: worked }
        worked = 0
      }
      segment.close()
    }
    await cleaned.finish()
    isFinished = true
    if (worked > 0) yield { kind: 'worked', bytes: worked }
  } finally {
    cleaned.close()
    if (!isFinished) removeCleaned(files, directory, baseOffset)
  }
  yield { kind: 'cleaned', group: { baseOffset, replaced: group.map(segment => segment.baseOffset) } }
  return cleaned.sizeBytes
}

/** The batches of a segment, all of them: what cannot be read must not be taken for what is not there. */
function* sound(segment: Segment, start: number) {
  const fault = yield* segment.verifiedScan(start)
  if (fault !== undefined) throw new Error(`${segment.path}: ${fault}`)
}
