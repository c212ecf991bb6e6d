// The log of one partition: appends, reads, and the offsets between which they move.
//
//   logStartOffset <= highWatermark <= durableOffset <= writtenOffset <= endOffset
//
// An append is in memory first: small batches wait in the tail cache for the one write of the loop turn, large ones are
// written at once from the buffer that they came in. Then they are written, and, where that is asked for, synced. Only what
// is below `durableOffset` may be acknowledged.

import { join } from 'node:path'

import type { Clock, Files, Logger, Random } from '../base/index.ts'
import {
  batchBaseOffset,
  batches,
  batchLastOffset,
  batchLeaderEpoch,
  batchMaxTimestamp,
  batchSizeBytes,
  checkBatch,
  type ErrorName,
} from '../protocol/index.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import type { LogConfig } from './log-config.ts'
import type { LogParts } from './log-recovery.ts'
import { validateBatch, type Refusal } from './log-validator.ts'
import { partitionMetadataName } from './partition-metadata.ts'
import type { ProducerEntry } from './producer-entry.ts'
import { reloadProducers } from './producer-reload.ts'
import type { ProducerSnapshots } from './producer-snapshots.ts'
import type { AppendOrigin, ProducerState } from './producer-state.ts'
import type { ReadBuffers } from './read-buffers.ts'
import { readSegment, type SegmentRead } from './read-segment.ts'
import { deletableSegments } from './retention.ts'
import { Segment } from './segment.ts'
import { Segments } from './segments.ts'
import { LogTail, type TailCache } from './tail-cache.ts'
import { firstRecordSince, latestRecord, type FoundRecord } from './time-search.ts'
import type { StagedLog, WriteStage } from './write-stage.ts'

/** From here on a batch is written from where it came in: the copy costs more than a write of its own. */
export const directWriteSizeMin = 64 * 1024
/** So many large appends after a read at the tail are copied into the cache: somebody follows. */
const followedAppends = 16

/** What acknowledgements count on: 'flush', that the file was written; 'fsync', that it was synced. */
export type Durability = 'flush' | 'fsync'

/** What the logs of a directory share. */
export interface LogContext {
  readonly files: Files
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly cache: TailCache
  readonly buffers: ReadBuffers
  readonly stage: WriteStage
  readonly durability: Durability
  readonly producerIdExpirationMs: number
  onProgress(log: PartitionLog): void
  onFault(log: PartitionLog, error: Error): void
  /** Removes files a little later, when nobody reads them any more. */
  removeLater(paths: readonly string[], delayMs: number): void
}
export interface AppendOptions {
  readonly leaderEpoch: number
  readonly origin: AppendOrigin
  readonly now: number
}
export interface Appended {
  readonly error: 'NONE'
  readonly baseOffset: number
  readonly lastOffset: number
  /** -1 unless message.timestamp.type is LogAppendTime. */
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
  /** It was appended before, at these offsets. */
  readonly duplicate: boolean
}
export type AppendOutcome = Appended | Refusal

export interface ReadLimits {
  readonly maxBytes: number
  /** The first offset that may not be read: high watermark or last stable offset. The end of the log if not given. */
  readonly upTo?: number
  /** KIP-74: the first batch comes whatever its size. */
  readonly minOneBatch?: boolean
}
export type ReadOutcome = LogRead | { readonly error: Exclude<ErrorName, 'NONE'>; readonly message: string }
export interface LogRead {
  readonly error: 'NONE'
  /** Whole batches from the one that holds the offset; good until `release`. */
  readonly records: Uint8Array
  /** Of the last batch; the offset before the one asked for, where there is none. */
  readonly lastOffset: number
  /** To be called once, when the records were sent. */
  readonly release: () => void
}
const noRecords = new Uint8Array(0)
const nothing = (offset: number): LogRead => ({
  error: 'NONE',
  records: noRecords,
  lastOffset: offset - 1,
  release() {},
})

interface StagedRun {
  readonly bytes: Buffer
  readonly start: number
  end: number
}

export class PartitionLog implements StagedLog {
  readonly topic: string
  readonly partition: number
  readonly topicId: string
  directory: string
  #config: LogConfig
  #logStartOffset: number
  #endOffset: number
  #writtenOffset: number
  #durableOffset: number
  #syncedOffset: number
  #highWatermark: number
  #fault: Error | undefined
  #isClosed = false

  readonly #context: LogContext
  readonly #segments: Segments
  readonly #epochs: LeaderEpochs
  readonly #producers: ProducerState
  readonly #snapshots: ProducerSnapshots
  readonly #tail: LogTail
  #staged: StagedRun[] = []
  #writtenPosition: number
  #followed = 0
  /** Finished segments whose last bytes and indexes are not synced yet. */
  #unsyncedSegments = new Set<Segment>()
  /** Names of files, or the directory itself, are not synced yet. */
  #hasUnsyncedNames: boolean
  #isNew: boolean
  #syncing: Promise<void> | undefined
  #syncTarget = 0
  #unsyncedSinceMs = 0
  /** All of it is on the device, with a snapshot at its end. */
  closedCleanly = false

  constructor(context: LogContext, parts: LogParts, { isNew }: { isNew: boolean }) {
    this.#context = context
    this.topic = parts.topic
    this.partition = parts.partition
    this.topicId = parts.topicId
    this.directory = parts.directory
    this.#config = parts.config
    this.#segments = new Segments(parts.segments)
    this.#epochs = parts.epochs
    this.#producers = parts.producers
    this.#snapshots = parts.snapshots
    this.#logStartOffset = parts.logStartOffset
    this.#endOffset = this.#writtenOffset = this.#durableOffset = parts.endOffset
    this.#syncedOffset = parts.recoveryPoint
    this.#highWatermark = Math.min(Math.max(parts.highWatermark, parts.logStartOffset), parts.endOffset)
    this.#tail = new LogTail(context.cache)
    this.#writtenPosition = this.#segments.active.sizeBytes
    this.#hasUnsyncedNames = this.#isNew = isNew
  }

  get config(): LogConfig {
    return this.#config
  }
  setConfig(config: LogConfig): void {
    this.#config = config
  }
  get logStartOffset(): number {
    return this.#logStartOffset
  }
  /** The next offset to be appended. */
  get endOffset(): number {
    return this.#endOffset
  }
  /** Below it: in the file. */
  get writtenOffset(): number {
    return this.#writtenOffset
  }
  /** Below it: what acknowledgements may count on. */
  get durableOffset(): number {
    return this.#durableOffset
  }
  /** Below it: synced. Where recovery starts. */
  get recoveryPoint(): number {
    return this.#syncedOffset
  }
  get highWatermark(): number {
    return this.#highWatermark
  }
  setHighWatermark(offset: number): void {
    this.#highWatermark = Math.min(Math.max(offset, this.#logStartOffset), this.#endOffset)
  }
  /** Readers of committed records stop here. */
  get lastStableOffset(): number {
    const unstable = this.#producers.firstUnstableOffset(this.#highWatermark)
    return unstable === undefined ? this.#highWatermark : Math.min(unstable, this.#highWatermark)
  }
  get sizeBytes(): number {
    return this.#segments.sizeBytes
  }
  get firstSegmentOffset(): number {
    return this.#segments.first.baseOffset
  }
  get segmentCount(): number {
    return this.#segments.all.length
  }
  /** Why the log takes and gives nothing any more. */
  get fault(): Error | undefined {
    return this.#fault
  }
  activeProducers(): readonly ProducerEntry[] {
    return [...this.#producers.entries.values()]
  }

  // Appends

  /** Borrows `bytes` until it returns, and sets offsets, epoch and times in them. */
  append(bytes: Buffer, options: AppendOptions): AppendOutcome {
    if (this.#fault) return this.#storageError()
    try {
      return options.origin === 'replication'
        ? this.#appendReplicated(bytes, options)
        : this.#appendProduced(bytes, { ...options, origin: options.origin })
    } catch (error) {
      this.#writeFailed(error as Error)
      return this.#storageError(error as Error)
    }
  }
  #appendProduced(
    bytes: Buffer,
    { leaderEpoch, origin, now }: AppendOptions & { origin: 'client' | 'coordinator' },
  ): AppendOutcome {
    const baseOffset = this.#endOffset
    const batch = validateBatch(bytes, { origin, config: this.#config, baseOffset, leaderEpoch, now })
    if (!Buffer.isBuffer(batch)) return batch
    const verdict = this.#producers.judge(batch, 0, origin)
    if (verdict.kind === 'refused') return { error: verdict.error as Refusal['error'], message: verdict.message }
    const hasAppendTime = this.#config.messageTimestampType === 'LogAppendTime'
    if (verdict.kind === 'duplicate') {
      const { lastOffset, offsetDelta, timestamp } = verdict.batch
      return this.#appended(lastOffset - offsetDelta, lastOffset, hasAppendTime ? timestamp : -1, true)
    }
    this.#epochs.assign(leaderEpoch, baseOffset)
    this.#place(batch, now)
    return this.#appended(baseOffset, this.#endOffset - 1, hasAppendTime ? now : -1, false)
  }
  /** Offsets and epochs are the leader's. All or nothing is taken. */
  #appendReplicated(bytes: Buffer, { now }: AppendOptions): AppendOutcome {
    let next = this.#endOffset,
      end = 0
    for (const at of batches(bytes)) {
      const fault = checkBatch(bytes, at, bytes.length)
      if (fault !== undefined) return { error: fault.error as Refusal['error'], message: fault.message }
      if (batchBaseOffset(bytes, at) < next)
        return {
          error: 'OFFSET_OUT_OF_RANGE',
          message: `a batch at ${batchBaseOffset(bytes, at)}, where the log goes on at ${next}`,
        }
      next = batchLastOffset(bytes, at) + 1
      end = at + batchSizeBytes(bytes, at)
    }
    const baseOffset = end === 0 ? next : batchBaseOffset(bytes, 0)
    for (const at of batches(bytes, 0, end)) {
      this.#epochs.assign(batchLeaderEpoch(bytes, at), batchBaseOffset(bytes, at))
      this.#place(bytes.subarray(at, at + batchSizeBytes(bytes, at)), now)
    }
    return this.#appended(baseOffset, this.#endOffset - 1, -1, false)
  }
  #appended(baseOffset: number, lastOffset: number, logAppendTimeMs: number, duplicate: boolean): Appended {
    return { error: 'NONE', baseOffset, lastOffset, logAppendTimeMs, logStartOffset: this.#logStartOffset, duplicate }
  }

  /** A batch that is sound, with its final header, becomes the end of the log. */
  #place(batch: Buffer, now: number): void {
    const lastOffset = batchLastOffset(batch, 0),
      baseOffset = batchBaseOffset(batch, 0)
    const place = { lastOffset, maxTimestamp: batchMaxTimestamp(batch, 0), sizeBytes: batch.length }
    if (this.#segments.active.mustRollBefore(place, this.#config, now)) this.#roll(baseOffset, now)
    const isDirect = batch.length >= directWriteSizeMin
    if (isDirect) {
      this.writeStaged()
      this.#segments.active.file.write(batch, 0, batch.length, this.#writtenPosition)
      this.#writtenPosition += batch.length
      this.#writtenOffset = lastOffset + 1
    }
    if (isDirect && (this.#followed === 0 || !this.#tail.fits(batch.length))) this.#tail.clear()
    else {
      const { bytes, start, end } = this.#tail.add(batch, baseOffset, lastOffset + 1)
      if (!isDirect) this.#stageBytes(bytes, start, end)
      else this.#followed--
    }
    this.#segments.active.add(place, this.#config.indexIntervalBytes)
    this.#endOffset = lastOffset + 1
    const aborted = this.#producers.apply(batch, 0)
    if (aborted !== undefined) this.#segments.active.transactions.append(aborted)
    this.#context.stage.add(this)
  }
  #stageBytes(bytes: Buffer, start: number, end: number): void {
    const last = this.#staged.at(-1)
    if (last?.bytes === bytes && last.end === start) last.end = end
    else this.#staged.push({ bytes, start, end })
  }
  #roll(baseOffset: number, now: number): void {
    this.writeStaged()
    const finished = this.#segments.active
    finished.finish()
    this.#producers.endOffset = baseOffset
    this.#snapshots.write(baseOffset, this.#producers.entries.values())
    this.#unsyncedSegments.add(finished)
    this.#startSegment(baseOffset, now)
    // Kafka flushes a finished segment in the background, too: recovery then starts behind it.
    void this.#sync()
  }
  #startSegment(baseOffset: number, now: number): void {
    const { files, random } = this.#context
    const jitterMs = Math.floor(random.next() * this.#config.segmentJitterMs)
    this.#segments.push(Segment.create({ files, directory: this.directory, baseOffset, now, jitterMs }))
    this.#hasUnsyncedNames = true
    this.#writtenPosition = 0
  }

  /** The one write of a loop turn. */
  writeStaged(): void {
    const staged = this.#staged
    if (staged.length === 0) return
    this.#staged = []
    try {
      const { file } = this.#segments.active
      if (staged.length === 1) {
        const { bytes, start, end } = staged[0]!
        file.write(bytes, start, end - start, this.#writtenPosition)
        this.#writtenPosition += end - start
      } else {
        const runs = staged.map(({ bytes, start, end }) => bytes.subarray(start, end))
        file.writeMany(runs, this.#writtenPosition)
        for (const run of runs) this.#writtenPosition += run.length
      }
      this.#writtenOffset = this.#endOffset
    } catch (error) {
      this.#writeFailed(error as Error)
    }
  }
  settle(): void {
    if (this.#isClosed || this.#fault) return
    this.#advance()
    this.#context.onProgress(this)
  }
  /** What was written counts, or is synced first. */
  #advance(): void {
    const unsynced = this.#writtenOffset - this.#syncedOffset
    if (this.#context.durability === 'flush' && unsynced < this.#config.flushMessages)
      this.#durableOffset = this.#writtenOffset
    else if (unsynced > 0) void this.#sync()
  }

  /**
   * What could not be written was not acknowledged: the log goes back to what it had written. Where not even that can be
   * done, it takes nothing any more.
   */
  #writeFailed(error: Error): void {
    this.#staged = []
    try {
      this.#segments.active.cutBytes(this.#writtenPosition)
      this.#cutTo(this.#writtenOffset)
    } catch (second) {
      this.#fault = second as Error
    }
    if (!isOutOfSpace(error)) this.#fault ??= error
    const { topic, partition } = this
    this.#context.logger.error('log write failed', { topic, partition, reason: error.message, offline: !!this.#fault })
    this.#context.onFault(this, error)
  }
  #storageError(error = this.#fault): Refusal {
    return { error: 'KAFKA_STORAGE_ERROR', message: error?.message ?? 'the log is closed' }
  }

  // Reads

  read(offset: number, { maxBytes, upTo = this.#endOffset, minOneBatch = false }: ReadLimits): ReadOutcome {
    if (this.#fault) return { error: 'KAFKA_STORAGE_ERROR', message: this.#fault.message }
    if (offset < this.#logStartOffset || offset > this.#endOffset)
      return {
        error: 'OFFSET_OUT_OF_RANGE',
        message: `offset ${offset}, where the log holds ${this.#logStartOffset} to ${this.#endOffset}`,
      }
    const limits = { maxBytes, minOneBatch, upTo: Math.min(upTo, this.#endOffset) }
    if (offset >= limits.upTo) return nothing(offset)
    if (offset >= this.#tail.startOffset) {
      this.#followed = followedAppends
      return { error: 'NONE', ...this.#tail.read(offset, limits) }
    }
    try {
      const found = this.#readFile(offset, limits)
      return found === undefined ? nothing(offset) : { error: 'NONE', ...found }
    } catch (error) {
      return { error: 'KAFKA_STORAGE_ERROR', message: (error as Error).message }
    }
  }
  #readFile(offset: number, limits: Required<ReadLimits>): SegmentRead | undefined {
    for (const segment of this.#segments.from(offset)) {
      if (segment === this.#segments.active) this.writeStaged()
      const found = readSegment(segment, offset, limits, this.#context.buffers)
      if (found !== undefined) {
        if (found.lastOffset >= this.#writtenOffset - 1) this.#followed = followedAppends
        return found
      }
    }
    return undefined
  }
  /** The transactions whose aborted records lie in [from, upTo), by their first offsets. */
  abortedTransactions(from: number, upTo: number): { producerId: number; firstOffset: number }[] {
    const found = this.#segments
      .from(from)
      .filter(({ baseOffset }) => baseOffset <= Math.max(upTo, this.#endOffset))
      .flatMap(({ transactions }) => transactions.entries)
      .filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < upTo)
    return found
      .toSorted((a, b) => a.firstOffset - b.firstOffset)
      .map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
  }
  /** The first record whose timestamp is not below `timestamp`. */
  offsetForTimestamp(timestamp: number): FoundRecord | undefined {
    this.writeStaged()
    return firstRecordSince(this.#segments.all, timestamp, this.#logStartOffset)
  }
  maxTimestamp(): FoundRecord | undefined {
    this.writeStaged()
    return latestRecord(this.#segments.all)
  }

  // Leader epochs

  /** -1: none. */
  get latestEpoch(): number {
    return this.#epochs.latest
  }
  assignEpoch(epoch: number, startOffset: number): void {
    this.#epochs.assign(epoch, startOffset)
  }
  /** -1, -1 where nothing is known of the epoch. */
  endOffsetForEpoch(epoch: number): { readonly epoch: number; readonly endOffset: number } {
    return this.#epochs.endOf(epoch, this.#endOffset) ?? { epoch: -1, endOffset: -1 }
  }
  epochForOffset(offset: number): number {
    return this.#epochs.epochAt(offset)
  }

  // Truncation and removal

  /** Forgets the offset and what follows: what a follower has and its leader has not. */
  truncateTo(offset: number): void {
    if (offset >= this.#endOffset) return
    this.writeStaged()
    if (offset < this.#segments.first.baseOffset) this.truncateFullyAndStartAt(offset)
    else this.#cutTo(offset)
  }
  #cutTo(offset: number): void {
    const { active } = this.#segments
    this.#discard(this.#segments.removeFrom(offset === this.#segments.first.baseOffset ? offset + 1 : offset))
    if (this.#segments.active !== active) this.#unsyncedSegments.delete(this.#segments.active)
    this.#segments.active.truncateTo(offset, this.#context.clock.now())
    this.#endsAt(offset)
    this.#reloadProducers()
  }
  truncateFullyAndStartAt(offset: number): void {
    this.#staged = []
    this.#discard(this.#segments.removeFirst(this.#segments.all.length))
    this.#snapshots.removeWhere(() => true)
    this.#epochs.clear()
    this.#startSegment(offset, this.#context.clock.now())
    this.#producers.reset(offset)
    this.#logStartOffset = offset
    this.#endsAt(offset)
    this.#highWatermark = offset
  }
  #endsAt(offset: number): void {
    this.#endOffset = this.#writtenOffset = offset
    this.#durableOffset = Math.min(this.#durableOffset, offset)
    this.#syncedOffset = Math.min(this.#syncedOffset, offset)
    this.#syncTarget = Math.min(this.#syncTarget, offset)
    this.#highWatermark = Math.min(this.#highWatermark, offset)
    this.#writtenPosition = this.#segments.active.sizeBytes
    this.#tail.clear()
    this.#epochs.truncateFromEnd(offset)
  }
  #reloadProducers(): void {
    this.#snapshots.removeWhere(offset => offset > this.#endOffset)
    reloadProducers(this.#producers, {
      snapshots: this.#snapshots,
      segments: this.#segments,
      logStartOffset: this.#logStartOffset,
      endOffset: this.#endOffset,
    })
  }
  /** DeleteRecords: what lies below is gone for readers at once, its segments when retention comes by. */
  advanceLogStart(offset: number): void {
    if (offset <= this.#logStartOffset) return
    this.#logStartOffset = offset
    this.#highWatermark = Math.max(this.#highWatermark, offset)
    this.#epochs.truncateFromStart(offset)
  }
  /** What retention.ms, retention.bytes and the log start offset no longer need, goes. Gives how many segments. */
  deleteOldSegments(now: number): number {
    const view = { segments: this.#segments.all, config: this.#config, now }
    const count = deletableSegments({
      ...view,
      logStartOffset: this.#logStartOffset,
      highWatermark: this.#highWatermark,
      endOffset: this.#endOffset,
    })
    if (count === 0) return 0
    if (count === this.#segments.all.length) this.#roll(this.#endOffset, now)
    const removed = this.#segments.removeFirst(count)
    this.advanceLogStart(this.#segments.first.baseOffset)
    this.#discard(removed)
    this.#snapshots.removeWhere(offset => offset < this.#segments.first.baseOffset)
    return count
  }
  #discard(segments: readonly Segment[]): void {
    for (const segment of segments) {
      this.#unsyncedSegments.delete(segment)
      this.#context.removeLater(segment.renameToDeleted(), this.#config.fileDeleteDelayMs)
      this.#hasUnsyncedNames = true
    }
  }
  expireProducers(now: number): void {
    this.#producers.expire(now, this.#context.producerIdExpirationMs)
  }

  // Sync

  /** flush.ms: what has waited that long is synced. */
  flushIfDue(now: number): void {
    if (this.#config.flushMs === Infinity) return
    if (this.#syncedOffset === this.#writtenOffset) this.#unsyncedSinceMs = now
    else if (now - this.#unsyncedSinceMs >= this.#config.flushMs) void this.#sync()
  }
  /** Resolves when all that was appended before the call is synced. */
  async flush(): Promise<void> {
    this.writeStaged()
    const target = this.#endOffset
    const isUnsynced = (): boolean =>
      this.#syncedOffset < Math.min(target, this.#endOffset) ||
      this.#hasUnsyncedNames ||
      this.#unsyncedSegments.size > 0
    while (isUnsynced()) {
      await this.#sync()
      if (this.#fault) throw this.#fault
      if (this.#isClosed) return
    }
    this.#epochs.write()
  }
  /** One sync in flight; what was written meanwhile joins the next. */
  #sync(): Promise<void> {
    this.#syncing ??= this.#syncOnce().finally(() => {
      this.#syncing = undefined
      this.#afterSync()
    })
    return this.#syncing
  }
  async #syncOnce(): Promise<void> {
    this.#syncTarget = this.#writtenOffset
    const finished = [...this.#unsyncedSegments]
    try {
      await Promise.all([this.#syncNames(), this.#segments.active.file.sync(), ...finished.map(each => each.sync())])
      if (finished.length > 0) {
        await this.#snapshots.sync()
        if (!this.#isClosed) this.#epochs.write()
      }
    } catch (error) {
      // The files of a log that was deleted meanwhile are gone.
      if (this.#isClosed) return
      // After a failed sync nobody knows what is on the device: the log must be recovered.
      this.#fault = error as Error
      this.#context.onFault(this, this.#fault)
      return
    }
    for (const segment of finished) this.#unsyncedSegments.delete(segment)
    this.#syncedOffset = Math.max(this.#syncedOffset, this.#syncTarget)
  }
  async #syncNames(): Promise<void> {
    if (!this.#hasUnsyncedNames) return
    const { files } = this.#context
    this.#hasUnsyncedNames = false
    files.syncDirectory(this.directory)
    if (!this.#isNew) return
    files.syncDirectory(join(this.directory, '..'))
    const metadata = files.open(join(this.directory, partitionMetadataName), 'r+')
    try {
      await metadata.sync()
      this.#isNew = false
    } finally {
      metadata.close()
    }
  }
  #afterSync(): void {
    if (this.#isClosed || this.#fault) return
    const durableBefore = this.#durableOffset
    this.#durableOffset = Math.max(durableBefore, this.#syncedOffset)
    this.#advance()
    if (this.#durableOffset > durableBefore) this.#context.onProgress(this)
  }

  /** A clean end: all synced, and a snapshot at the end, so that nothing need be replayed. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    if (!this.#fault) {
      await this.flush()
      this.#segments.active.finish()
      this.#producers.endOffset = this.#endOffset
      if (!this.#snapshots.has(this.#endOffset))
        this.#snapshots.write(this.#endOffset, this.#producers.entries.values())
      await this.#snapshots.sync()
      await this.#segments.active.sync()
      this.closedCleanly = true
    }
    this.closeFiles()
  }
  /** Gives the files back, with what is in them. */
  closeFiles(): void {
    this.#isClosed = true
    this.#fault ??= new Error(`${this.topic}-${this.partition} is closed`)
    this.#staged = []
    this.#context.stage.remove(this)
    this.#tail.clear()
    for (const segment of this.#segments.all) segment.close()
  }
}

const isOutOfSpace = (error: Error): boolean => ['ENOSPC', 'EDQUOT'].includes((error as NodeJS.ErrnoException).code!)
