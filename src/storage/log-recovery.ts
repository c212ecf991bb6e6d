// Opens the directory of a log as it was left. After a clean shutdown it is taken as it is; else it is recovered first: cut
// at the first bad batch behind the recovery point, with the indexes and the producers' state built anew from the batches.

import { join } from 'node:path'

import { memoryFiles, type Files, type Logger } from '../base/index.ts'
import { batchBaseOffset, batchLastOffset, batchLeaderEpoch, batchMaxTimestamp } from '../protocol/index.ts'
import { offsetOf, suffixes, type TopicPartition } from './file-names.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import type { LogConfig } from './log-config.ts'
import { removeLeftovers } from './log-leftovers.ts'
import { noTopicId, partitionMetadataName, readTopicId } from './partition-metadata.ts'
import { reloadProducers } from './producer-reload.ts'
import { ProducerSnapshots } from './producer-snapshots.ts'
import { ProducerState } from './producer-state.ts'
import { Segment } from './segment.ts'
import { Segments } from './segments.ts'

/** What a log is made of, when it is created and when it is opened. */
export interface LogParts extends TopicPartition {
  readonly directory: string
  /** 32 zeros where partition.metadata is missing. */
  readonly topicId: string
  readonly config: LogConfig
  readonly segments: readonly Segment[]
  readonly epochs: LeaderEpochs
  readonly producers: ProducerState
  readonly snapshots: ProducerSnapshots
  readonly logStartOffset: number
  readonly endOffset: number
  readonly recoveryPoint: number
  readonly highWatermark: number
  /** No file in it was made or changed since it was synced. */
  readonly wasCleanShutdown: boolean
  /** It is offline from the start. */
  readonly fault?: Error
}

/** What is known of a log that was found. It can be sent to a thread. */
export interface RecoveryTask extends TopicPartition {
  readonly directory: string
  readonly config: LogConfig
  /** What the checkpoints of the data directory say. */
  readonly recoveryPoint: number
  readonly logStartOffset: number
  readonly highWatermark: number
  readonly now: number
}
export interface RecoveryTools {
  readonly files: Files
  readonly logger: Logger
  /** So many bytes more were gone through. */
  readonly onScanned?: (bytes: number) => void
  /** Called after each batch. */
  readonly giveWay?: () => void
}
interface OpenTools extends RecoveryTools {
  readonly wasCleanShutdown: boolean
  /** `recoverLog` has gone through it. */
  readonly isRecovered: boolean
}

export const leaderEpochsName = 'leader-epoch-checkpoint'

/** Leaves the files of a log as a clean shutdown does, though not synced. `openLog` is quick then. */
export function recoverLog(task: RecoveryTask, tools: RecoveryTools): void {
  const { epochs } = openLog(task, { ...tools, wasCleanShutdown: false, isRecovered: false })
  epochs.write()
}

export function openLog(task: RecoveryTask, tools: OpenTools): LogParts {
  const options = { ...task, ...tools }
  const { files, logger, directory, config, now, topic, partition } = options
  removeLeftovers(files, directory, logger)
  const epochs = new LeaderEpochs({ files, path: join(directory, leaderEpochsName) })
  const snapshots = new ProducerSnapshots({ files, directory })
  const recovery = new Recovery(options, { epochs, snapshots })
  let segments = recovery.run()
  let endOffset = recovery.endOffset ?? options.logStartOffset
  if (segments.length > 0 && endOffset < options.logStartOffset) {
    logger.warn('log ends before its start, all of it is removed', { topic, partition, endOffset })
    removeSegments(files, segments)
    segments = []
    epochs.clear()
    snapshots.removeWhere(() => true)
    endOffset = options.logStartOffset
  }
  if (segments.length === 0) segments = [Segment.create({ files, directory, now, baseOffset: endOffset })]
  // Either may be written down later than the other.
  const knownUpTo = Math.max(options.recoveryPoint, options.highWatermark)
  if (endOffset < knownUpTo && !options.isRecovered)
    logger.error('records are missing', { topic, partition, endOffset, knownUpTo })
  const logStartOffset = Math.max(options.logStartOffset, segments[0]!.baseOffset)
  epochs.truncateFromEnd(endOffset)
  epochs.truncateFromStart(options.logStartOffset)
  snapshots.removeWhere(offset => offset > endOffset)
  const bases = new Set(segments.map(({ baseOffset }) => baseOffset))
  snapshots.removeWhere(offset => !bases.has(offset) && offset !== endOffset)
  if (!options.wasCleanShutdown) snapshots.distrustAbove(options.recoveryPoint)
  const producers = new ProducerState()
  reloadProducers(producers, { snapshots, segments: new Segments(segments), logStartOffset, endOffset })
  // Nobody may want to read or write it for long.
  for (const segment of segments) segment.close()
  return {
    topic,
    partition,
    directory,
    config,
    segments,
    epochs,
    producers,
    snapshots,
    logStartOffset,
    endOffset,
    topicId: readTopicId(files, join(directory, partitionMetadataName)) ?? noTopicId,
    // Only a sync moves the recovery point: what was recovered may still be in the page cache alone.
    recoveryPoint: options.wasCleanShutdown ? endOffset : Math.min(options.recoveryPoint, endOffset),
    highWatermark: options.highWatermark,
    wasCleanShutdown: options.wasCleanShutdown,
  }
}

/** A log whose files cannot be read: it takes and gives nothing, and what the checkpoints say of it is kept. */
export function offlineLog(task: RecoveryTask, fault: Error): LogParts {
  const { directory, now, recoveryPoint, logStartOffset, highWatermark } = task
  // Nothing is asked of it.
  const files = memoryFiles()
  files.makeDirectory(directory)
  return {
    ...task,
    fault,
    topicId: noTopicId,
    segments: [Segment.create({ files, directory, now, baseOffset: 0 })],
    epochs: new LeaderEpochs({ files, path: join(directory, leaderEpochsName) }),
    producers: new ProducerState(),
    snapshots: new ProducerSnapshots({ files, directory }),
    endOffset: Math.max(recoveryPoint, logStartOffset, highWatermark),
    wasCleanShutdown: false,
  }
}

class Recovery {
  /** Behind the last batch; undefined where there is no segment. */
  endOffset: number | undefined
  readonly #options: RecoveryTask & OpenTools
  readonly #epochs: LeaderEpochs
  readonly #snapshots: ProducerSnapshots
  constructor(
    options: RecoveryTask & OpenTools,
    { epochs, snapshots }: { epochs: LeaderEpochs; snapshots: ProducerSnapshots },
  ) {
    this.#options = options
    this.#epochs = epochs
    this.#snapshots = snapshots
  }
  /** The segments that remain, all of them sound. */
  run(): Segment[] {
    const { files, directory, recoveryPoint, now, logger, topic, partition } = this.#options
    const offsets = files
      .list(directory)
      .map(name => offsetOf(name, suffixes.log))
      .filter(offset => offset !== undefined)
    const segments = offsets.map(baseOffset => Segment.open({ files, directory, baseOffset, now, logger }))
    const firstUnflushed = segments.findLast(({ baseOffset }) => baseOffset <= recoveryPoint) ?? segments[0]
    // Later snapshots may tell of batches that are lost.
    if (!this.#isTrusted && firstUnflushed !== undefined)
      this.#snapshots.removeWhere(offset => offset > firstUnflushed.baseOffset)
    const kept: Segment[] = []
    for (const [i, segment] of segments.entries()) {
      const next = segments[i + 1]?.baseOffset ?? Infinity
      const isUnflushed = !this.#isTrusted && next > recoveryPoint
      const fault = isUnflushed
        ? 'not flushed'
        : (this.#indexFault(segment) ?? (next === Infinity ? this.#tailFault(segment) : undefined))
      kept.push(segment)
      if (fault === undefined) continue
      const cut = this.#rebuild(segment, kept, next)
      if (!isUnflushed) logger.warn('index rebuilt', { topic, partition, segment: segment.baseOffset, reason: fault })
      if (cut === undefined) continue
      const { reason, cutBytes } = cut
      logger.warn('log cut', { topic, partition, segment: segment.baseOffset, reason, cutBytes })
      removeSegments(files, segments.slice(i + 1))
      break
    }
    return kept
  }
  get #isTrusted(): boolean {
    return this.#options.wasCleanShutdown || this.#options.isRecovered
  }
  /** Indexes that are trusted are taken as they are, if they are there. */
  #indexFault(segment: Segment): string | undefined {
    const { files } = this.#options
    for (const index of [segment.offsetIndex, segment.timeIndex]) {
      const isMissing = !files.exists(index.path)
      const fault = isMissing ? `${index.path} is missing` : this.#isTrusted ? undefined : index.check()
      if (fault !== undefined) return fault
    }
    return undefined
  }
  /** Why nothing can be appended to the segment: its file was damaged since it was closed. */
  #tailFault(segment: Segment): string | undefined {
    const last = segment.offsetIndex.floor(Infinity)
    if (last.position > 0 && last.position >= segment.sizeBytes) return 'its index goes beyond the log'
    let expected = segment.baseOffset
    const scan = segment.scan(last.position)
    for (;;) {
      const step = scan.next()
      if (step.done) {
        this.endOffset = expected
        return step.value
      }
      const { bytes, at, position } = step.value
      expected = batchLastOffset(bytes, at) + 1
      const isIndexed = position === last.position && position > 0
      if (isIndexed && expected !== last.lastOffset + 1) return 'its index has a batch that is not in the log'
    }
  }
  /** Gives why and by how much the segment was cut, if it was. */
  #rebuild(
    segment: Segment,
    upToIt: readonly Segment[],
    next: number,
  ): { reason: string; cutBytes: number } | undefined {
    const { config, logStartOffset } = this.#options
    const producers = new ProducerState()
    reloadProducers(producers, {
      snapshots: this.#snapshots,
      segments: new Segments(upToIt.slice(0, -1)),
      logStartOffset,
      endOffset: segment.baseOffset,
    })
    const sizeBytes = segment.sizeBytes,
      scan = segment.verifiedScan(0)
    segment.resetForRecovery()
    let reason: string | undefined,
      expected = segment.baseOffset
    try {
      for (;;) {
        const step = scan.next()
        if (step.done) {
          reason = step.value
          break
        }
        const { bytes, at, sizeBytes: batchSize } = step.value
        const baseOffset = batchBaseOffset(bytes, at),
          lastOffset = batchLastOffset(bytes, at)
        if (baseOffset < expected || lastOffset >= next) {
          reason = `a batch of offsets ${baseOffset} to ${lastOffset}, where ${expected} was to follow`
          break
        }
        const place = { lastOffset, maxTimestamp: batchMaxTimestamp(bytes, at), sizeBytes: batchSize }
        segment.add(place, config.indexIntervalBytes)
        this.#epochs.assign(batchLeaderEpoch(bytes, at), baseOffset)
        const aborted = producers.apply(bytes, at)
        if (aborted !== undefined) segment.transactions.append(aborted)
        expected = lastOffset + 1
        this.#options.giveWay?.()
      }
    } finally {
      scan.return(undefined) // wherever it was left: it holds the file, and the memory that it is read into
    }
    this.endOffset = expected
    segment.finish()
    const cutBytes = sizeBytes - segment.sizeBytes
    if (cutBytes > 0) segment.file.truncate(segment.sizeBytes)
    this.#options.onScanned?.(sizeBytes)
    // The next segment to be rebuilt, and the next start, begin from here.
    if (expected > segment.baseOffset) this.#snapshots.write(expected, producers.entries.values())
    return reason === undefined ? undefined : { reason, cutBytes }
  }
}

function removeSegments(files: Files, segments: readonly Segment[]): void {
  for (const segment of segments) for (const path of segment.renameToDeleted()) files.remove(path)
}
