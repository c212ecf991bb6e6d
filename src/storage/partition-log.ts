// The log of one partition: appends, reads, and the offsets between which they move.
//
//   logStartOffset <= highWatermark <= durableOffset <= writtenOffset <= endOffset
//
// What was appended is in memory or in the file, then all in the file (once a loop turn), then as durable as was asked for.

import {
  batchBaseOffset,
  batches,
  batchLastOffset,
  batchLeaderEpoch,
  batchMaxTimestamp,
  batchSizeBytes,
  checkBatch,
} from '../protocol/index.ts'
import { AbortedTransactions } from './aborted-transactions.ts'
import { DurableOffsets } from './durable-offsets.ts'
import { isOfFiles, isOutOfSpace } from './file-errors.ts'
import { suffixes } from './file-names.ts'
import type { LeaderEpochs } from './leader-epochs.ts'
import { jitterMsFor, type LogConfig } from './log-config.ts'
import type { LogContext } from './log-context.ts'
import { noBatches, type AppendOptions, type AppendOutcome, type ReadLimits, type ReadOutcome } from './log-outcomes.ts'
import { LogReader } from './log-reader.ts'
import type { LogParts } from './log-recovery.ts'
import { refusalOf, validateBatch, type Refusal } from './log-validator.ts'
import { LogWriter } from './log-writer.ts'
import { writePartitionMetadata } from './partition-metadata.ts'
import type { ProducerEntry } from './producer-entry.ts'
import { reloadProducers } from './producer-reload.ts'
import type { ProducerSnapshots } from './producer-snapshots.ts'
import type { ProducerState } from './producer-state.ts'
import type { RecompressedBatch } from './recompressor.ts'
import { deletableSegments } from './retention.ts'
import { renameSegmentFiles } from './segment-files.ts'
import { Segment, type BatchPlace } from './segment.ts'
import { Segments } from './segments.ts'
import { LogTail } from './tail-cache.ts'
import { firstRecordSince, latestRecord, type FoundRecord } from './time-search.ts'
import type { AbortedTransaction } from './transaction-index.ts'
import { UnsyncedFiles } from './unsynced-files.ts'
import type { StagedLog } from './write-stage.ts'

const quicklyCopiedBytes = 1024 * 1024

export class PartitionLog implements StagedLog {
  readonly topic: string
  readonly partition: number
  #topicId: string
  readonly directory: string
  #config: LogConfig
  #logStartOffset: number
  #endOffset: number
  #highWatermark: number
  #fault: Error | undefined
  /** Of the last write that failed. */
  #writeError: Error | undefined
  #isClosed = false
  #closedCleanly = false
  /** Where it ended cleanly the last time: while it ends there, the active segment is on the device as it is. */
  readonly #cleanOffset: number
  #cleanedOffset = 0
  #cuts = 0

  readonly #context: LogContext
  readonly #segments: Segments
  readonly #epochs: LeaderEpochs
  readonly #producers: ProducerState
  readonly #snapshots: ProducerSnapshots
  readonly #offsets: DurableOffsets
  readonly #tail: LogTail
  readonly #writer: LogWriter
  readonly #reader: LogReader
  readonly #aborted: AbortedTransactions
  readonly #unsynced: UnsyncedFiles

  constructor(context: LogContext, parts: LogParts) {
    this.#context = context
    this.topic = parts.topic
    this.partition = parts.partition
    this.#topicId = parts.topicId
    this.#fault = parts.fault
    this.directory = parts.directory
    this.#config = parts.config
    this.#segments = new Segments(parts.segments)
    this.#epochs = parts.epochs
    this.#producers = parts.producers
    this.#snapshots = parts.snapshots
    this.#logStartOffset = parts.logStartOffset
    this.#endOffset = parts.endOffset
    this.#cleanOffset = parts.wasCleanShutdown ? parts.endOffset : -1
    this.#highWatermark = Math.min(Math.max(parts.highWatermark, parts.logStartOffset), parts.endOffset)
    this.#offsets = new DurableOffsets(parts, {
      durability: context.durability,
      flushMessages: () => this.#config.flushMessages,
      sync: () => this.#sync(),
      onDurable: () => context.onProgress(this),
      onFault: error => this.#syncFailed(error),
    })
    this.#tail = new LogTail(context.cache)
    const position = this.#segments.active.sizeBytes
    this.#writer = new LogWriter({ cache: context.cache, tail: this.#tail, position })
    this.#reader = new LogReader({
      segments: this.#segments,
      tail: this.#tail,
      buffers: context.buffers,
      ahead: context.ahead,
      writeStaged: () => this.writeStaged(),
    })
    this.#aborted = new AbortedTransactions({
      segments: this.#segments,
      snapshots: this.#snapshots,
      logger: context.logger,
      logStartOffset: () => this.#logStartOffset,
      writeStaged: () => this.writeStaged(),
    })
    this.#unsynced = new UnsyncedFiles({ files: context.files, directory: parts.directory, logs: context.names })
    if (!parts.wasCleanShutdown) this.#unsynced.addAllNames()
    for (const segment of this.#segments.from(parts.recoveryPoint))
      if (segment !== this.#segments.active) this.#unsynced.addSegment(segment)
  }

  /** 32 zeros: the directory does not say, since it was lost in a crash, or comes from an old Kafka. */
  get topicId(): string {
    return this.#topicId
  }
  assignTopicId(topicId: string): void {
    this.#topicId = topicId
    if (this.#fault) return
    try {
      writePartitionMetadata(this.#context.files, this.directory, topicId)
      this.#unsynced.addAllNames()
    } catch (error) {
      // The next start assigns it again.
      if (!isOfFiles(error)) throw error
      const { topic, partition } = this
      this.#context.logger.error('topic id cannot be written', { topic, partition, reason: error.message })
    }
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
    return this.#offsets.written
  }
  /** Below it: what acknowledgements may count on. */
  get durableOffset(): number {
    return this.#offsets.durable
  }
  /** Below it: synced. Recovery starts here. */
  get recoveryPoint(): number {
    return this.#offsets.synced
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
    return Math.min(unstable ?? Infinity, this.#highWatermark)
  }
  /** The last one is active. */
  get segments(): readonly Segment[] {
    return this.#segments.all
  }
  get firstSegmentOffset(): number {
    return this.#segments.first.baseOffset
  }
  get segmentCount(): number {
    return this.#segments.all.length
  }
  get sizeBytes(): number {
    return this.#segments.sizeBytes
  }
  /** Why the log takes and gives nothing any more. */
  get fault(): Error | undefined {
    return this.#fault
  }
  /** All of it is on the device, with a snapshot of the producers at its end. */
  get closedCleanly(): boolean {
    return this.#closedCleanly
  }
  activeProducers(): readonly ProducerEntry[] {
    return [...this.#producers.entries.values()]
  }
  producer(producerId: number): ProducerEntry | undefined {
    return this.#producers.entries.get(producerId)
  }
  expireProducers(now: number): void {
    this.#producers.expire(now, this.#context.producerIdExpirationMs)
  }

  // Appends

  /** Borrows `bytes` until it returns, and sets offsets, epoch and times in them. */
  append(bytes: Buffer, { leaderEpoch, origin, now, transactionVersion }: AppendOptions): AppendOutcome {
    if (this.#fault) return this.#storageError(this.#fault)
    try {
      return origin === 'replication'
        ? this.#appendReplicated(bytes, now)
        : this.#appendProduced(bytes, { leaderEpoch, origin, now, transactionVersion })
    } catch (error) {
      if (!isOfFiles(error)) throw error
      this.#writeFailed(error)
      return this.#storageError(error)
    }
  }
  #appendProduced(
    bytes: Buffer,
    { leaderEpoch, origin, now, transactionVersion }: AppendOptions & { origin: 'client' | 'coordinator' },
  ): AppendOutcome {
    const baseOffset = this.#endOffset
    const batch = validateBatch(bytes, { origin, config: this.#config, baseOffset, leaderEpoch, now })
    if (!Buffer.isBuffer(batch)) return batch
    const verdict = this.#producers.judge(batch, 0, origin, transactionVersion)
    if (verdict.kind === 'refused') return refusalOf(verdict.refusal)
    const hasAppendTime = this.#config.messageTimestampType === 'LogAppendTime'
    if (verdict.kind === 'duplicate') {
      const { lastOffset, offsetDelta, timestamp } = verdict.batch
      const logAppendTimeMs = hasAppendTime ? timestamp : -1
      return this.#appended({ baseOffset: lastOffset - offsetDelta, lastOffset, logAppendTimeMs, duplicate: true })
    }
    this.#place(batch, now)
    const logAppendTimeMs = hasAppendTime ? now : -1
    return this.#appended({ baseOffset, lastOffset: this.#endOffset - 1, logAppendTimeMs, duplicate: false })
  }
  /** What a batch is to be appended as, where that takes time: its compression is not that of the topic. */
  recompressedLater(batch: Buffer): Promise<RecompressedBatch> | undefined {
    return this.#context.recompressor.begin(batch, this.#config)
  }
  /** Offsets and epochs are the leader's. All or nothing is taken. */
  #appendReplicated(bytes: Buffer, now: number): AppendOutcome {
    let next = this.#endOffset
    for (const at of batches(bytes)) {
      const fault = checkBatch(bytes, at, bytes.length)
      if (fault !== undefined) return refusalOf(fault)
      const baseOffset = batchBaseOffset(bytes, at)
      if (baseOffset < next)
        return { error: 'OFFSET_OUT_OF_RANGE', message: `a batch at ${baseOffset}, where the log goes on at ${next}` }
      next = batchLastOffset(bytes, at) + 1
    }
    const baseOffset = next === this.#endOffset ? next : batchBaseOffset(bytes, 0)
    for (const at of batches(bytes)) this.#place(bytes.subarray(at, at + batchSizeBytes(bytes, at)), now)
    return this.#appended({ baseOffset, lastOffset: this.#endOffset - 1, logAppendTimeMs: -1, duplicate: false })
  }
  #appended(where: Omit<Extract<AppendOutcome, { error: 'NONE' }>, 'error' | 'logStartOffset'>): AppendOutcome {
    return { error: 'NONE', ...where, logStartOffset: this.#logStartOffset }
  }

  /** A sound batch, with its final header, becomes the end of the log. */
  #place(batch: Buffer, now: number): void {
    const baseOffset = batchBaseOffset(batch, 0),
      lastOffset = batchLastOffset(batch, 0)
    const place = { lastOffset, maxTimestamp: batchMaxTimestamp(batch, 0), sizeBytes: batch.length }
    this.#makeRoom(place, baseOffset, now)
    const range = { baseOffset, endOffset: lastOffset + 1 }
    if (this.#writer.write(batch, range, this.#segments.active.file)) this.#offsets.written = range.endOffset
    this.#epochs.assign(batchLeaderEpoch(batch, 0), baseOffset)
    this.#segments.active.add(place, this.#config.indexIntervalBytes)
    this.#endOffset = lastOffset + 1
    const aborted = this.#producers.apply(batch, 0)
    if (aborted !== undefined && this.#segments.active.transactions.append(aborted)) this.#unsynced.addNames()
    this.#context.stage.add(this)
  }
  /** In the cache and in the segment. What waits may have to be written for it; where that fails, the log has gone back. */
  #makeRoom(place: BatchPlace, baseOffset: number, now: number): void {
    const endOffset = this.#endOffset
    this.#writer.makeRoom(place.sizeBytes, () => this.writeStaged())
    if (this.#segments.active.mustRollBefore(place, this.#config, now)) this.#roll(baseOffset, now)
    if (this.#endOffset !== endOffset) throw this.#writeError
  }
  /** Begins a new segment where the active one has grown too long to be copied in passing. */
  endSegment(now: number): void {
    if (this.#segments.active.sizeBytes > quicklyCopiedBytes) this.#roll(this.#endOffset, now)
  }
  #roll(baseOffset: number, now: number): void {
    const endOffset = this.#endOffset
    this.writeStaged()
    if (this.#endOffset !== endOffset) return
    const finished = this.#segments.active
    finished.finish()
    this.#snapshots.write(baseOffset, this.#producers.entries.values())
    this.#unsynced.addSegment(finished)
    this.#startSegment(baseOffset, now)
    // In the background: recovery then starts behind the finished segment.
    void this.#offsets.sync()
  }
  #startSegment(baseOffset: number, now: number): void {
    const { files, random, logger } = this.#context
    const jitterMs = jitterMsFor(this.#config, random)
    this.#segments.push(Segment.create({ files, logger, directory: this.directory, baseOffset, now, jitterMs }))
    this.#unsynced.addNames()
    this.#writer.goOnAt(0)
  }

  /** The one write of a loop turn. */
  writeStaged(): void {
    if (!this.#writer.hasStaged) return
    try {
      this.#writer.flush(this.#segments.active.file)
      this.#offsets.written = this.#endOffset
    } catch (error) {
      if (!isOfFiles(error)) throw error
      this.#writeFailed(error)
    }
  }
  /** Tells who waits for acknowledgements, or sees to the sync that must come first. */
  settle(): void {
    if (this.#fault) return
    this.#offsets.advance()
    this.#context.onProgress(this)
  }
  /**
   * What could not be written was not acknowledged: the log goes back to what it had written. Where not even that can be
   * done, or the device is broken, it takes nothing any more.
   */
  #writeFailed(error: NodeJS.ErrnoException): void {
    this.#writeError = error
    try {
      this.#segments.active.cutBytes(this.#writer.position)
      this.#cutTo(this.#offsets.written)
    } catch (second) {
      this.#fault = second as Error
    }
    if (!isOutOfSpace(error)) this.#fault ??= error
    this.#context.failures.add(this, error, this.#fault !== undefined)
    this.#context.onFault(this, error)
  }
  #storageError({ message }: Error): Refusal {
    return { error: 'KAFKA_STORAGE_ERROR', message }
  }

  // Reads

  read(offset: number, { maxBytes, upTo = this.#endOffset, minOneBatch = false }: ReadLimits): ReadOutcome {
    if (this.#fault) return this.#storageError(this.#fault)
    if (offset < this.#logStartOffset || offset > this.#endOffset)
      return {
        error: 'OFFSET_OUT_OF_RANGE',
        message: `offset ${offset}, where the log holds ${this.#logStartOffset} to ${this.#endOffset}`,
      }
    const limits = { maxBytes, minOneBatch, upTo: Math.min(upTo, this.#endOffset) }
    if (offset >= limits.upTo || (maxBytes <= 0 && !minOneBatch)) return noBatches(offset)
    try {
      const found = this.#reader.read(offset, limits)
      // A gap up to the limit: compaction leaves some, and crashes of what was not synced.
      if (found === undefined) return { ...noBatches(offset), lastOffset: limits.upTo - 1 }
      if (found.lastOffset >= this.#offsets.durable - 1) this.#writer.followed()
      return { error: 'NONE', ...found }
    } catch (error) {
      if (!isOfFiles(error)) throw error
      return this.#storageError(error)
    }
  }
  /**
   * Begins to read what a reader is about to ask for, where that lies in a file. Resolves when `read` need not wait for the
   * device; undefined where it need not wait, or has something else to tell.
   */
  prepareRead(
    offset: number,
    { maxBytes, upTo = this.#endOffset, minOneBatch = false }: ReadLimits,
  ): Promise<void> | undefined {
    const limits = { maxBytes, minOneBatch, upTo: Math.min(upTo, this.#endOffset) }
    if (this.#fault || offset < this.#logStartOffset || offset >= limits.upTo) return undefined
    return this.#reader.prepare(offset, limits)
  }
  /** The transactions whose aborted records lie in [from, upTo), by their first offsets. */
  abortedTransactions(from: number, upTo: number): { producerId: number; firstOffset: number }[] {
    return this.#aborted.between(from, upTo).map(({ producerId, firstOffset }) => ({ producerId, firstOffset }))
  }
  /** Of all of the log. */
  allAbortedTransactions(): AbortedTransaction[] {
    return this.#aborted.all()
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
    // The first segment stays, whatever is left of it.
    this.#discard(this.#segments.removeFrom(Math.max(offset, this.#segments.first.baseOffset + 1)))
    this.#unsynced.forget(this.#segments.active)
    // A batch is cut as a whole, where the offset lies within one.
    const endOffset = this.#segments.active.truncateTo(offset, this.#context.clock.now())
    this.#endsAt(endOffset)
    this.#snapshots.removeWhere(snapshot => snapshot > endOffset)
    reloadProducers(this.#producers, {
      snapshots: this.#snapshots,
      segments: this.#segments,
      logStartOffset: this.#logStartOffset,
      endOffset,
    })
  }
  truncateFullyAndStartAt(offset: number): void {
    this.#discard(this.#segments.removeFirst(this.#segments.all.length))
    this.#snapshots.removeWhere(() => true)
    this.#startSegment(offset, this.#context.clock.now())
    this.#endsAt(offset)
    this.#epochs.clear()
    this.#producers.reset()
    this.#logStartOffset = this.#highWatermark = offset
  }
  #endsAt(offset: number): void {
    this.#cuts++
    this.#context.ahead.drop(this.#segments.active)
    this.#endOffset = offset
    this.#cleanedOffset = Math.min(this.#cleanedOffset, offset)
    this.#offsets.cutTo(offset)
    this.#highWatermark = Math.min(this.#highWatermark, offset)
    this.#writer.goOnAt(this.#segments.active.sizeBytes)
    this.#tail.clear()
    this.#epochs.truncateFromEnd(offset)
  }
  /** DeleteRecords: what lies below is gone for readers at once, its segments when retention comes by. */
  advanceLogStart(offset: number): void {
    if (offset <= this.#logStartOffset) return
    this.#startAt(offset)
    this.#context.onStartMoved()
  }
  #startAt(offset: number): void {
    this.#logStartOffset = offset
    this.#highWatermark = Math.max(this.#highWatermark, offset)
    this.#epochs.truncateFromStart(offset)
  }
  /** What retention.ms, retention.bytes and the log start offset no longer need, goes. Gives how many segments. */
  deleteOldSegments(now: number): number {
    const count = deletableSegments({
      segments: this.#segments.all,
      config: this.#config,
      logStartOffset: this.#logStartOffset,
      highWatermark: this.#highWatermark,
      endOffset: this.#endOffset,
      now,
    })
    if (count === 0) return 0
    if (count === this.#segments.all.length) this.#roll(this.#endOffset, now)
    const removed = this.#segments.removeFirst(count)
    this.#startAt(Math.max(this.#segments.first.baseOffset, this.#logStartOffset))
    this.#discard(removed)
    this.#snapshots.removeWhere(offset => offset < this.#segments.first.baseOffset)
    return count
  }
  #discard(segments: readonly Segment[]): void {
    for (const segment of segments) {
      this.#unsynced.forget(segment)
      this.#context.ahead.drop(segment)
      this.#context.removeLater(segment.renameToDeleted(), this.#config.fileDeleteDelayMs)
      this.#unsynced.addNames()
    }
  }

  // Compaction

  /** Below it the log is compacted. */
  get cleanedOffset(): number {
    return this.#cleanedOffset
  }
  set cleanedOffset(offset: number) {
    this.#cleanedOffset = Math.min(offset, this.#endOffset)
  }
  /** How often the end was cut off: other records may stand at the same offsets since. */
  get cuts(): number {
    return this.#cuts
  }
  /**
   * What compaction made of these neighbours takes their place, under the base offset of the first. False: they are not part
   * of the log any more. As Kafka does it: once the new files are .swap files, a restart completes what a crash interrupts.
   */
  replaceSegments(old: readonly Segment[]): boolean {
    if (this.#fault || !this.#segments.holdsFinished(old)) return false
    const { files, clock, logger } = this.#context,
      { directory } = this,
      { baseOffset } = old[0]!
    renameSegmentFiles(files, directory, { baseOffset, from: suffixes.cleaned, to: suffixes.swap })
    this.#discard(old)
    renameSegmentFiles(files, directory, { baseOffset, from: suffixes.swap, to: '' })
    this.#segments.replace(old, Segment.open({ files, directory, baseOffset, logger, now: clock.now() }))
    const gone = new Set(old.slice(1).map(segment => segment.baseOffset))
    this.#snapshots.removeWhere(offset => gone.has(offset))
    // What the cache holds of them is not compacted.
    this.#tail.clear()
    return true
  }

  // Sync and end

  /** Resolves when all that was appended before the call is synced. */
  async flush(): Promise<void> {
    if (this.#fault) throw this.#fault
    this.writeStaged()
    const target = this.#endOffset
    while (this.#offsets.synced < Math.min(target, this.#endOffset) || !this.#unsynced.isEmpty) {
      await this.#offsets.sync()
      if (this.#fault) throw this.#fault
      if (this.#offsets.postponed) throw this.#offsets.postponed
    }
    await this.#epochs.writeAsync()
  }
  flushIfDue(now: number): void {
    this.#offsets.syncIfDue(now, this.#config.flushMs)
  }
  /** Gives back what was not used since the last call. */
  rest(): void {
    for (const segment of this.#segments.all) segment.rest()
  }
  async #sync(): Promise<void> {
    // Recovery will start behind the finished segments, and needs what stands at their end; more may finish meanwhile.
    while (this.#unsynced.hasSegments && this.#epochs.isDirty) await this.#epochs.writeBeforeSync()
    const { clock, flushTimer } = this.#context,
      startedMs = clock.monotonic()
    const [, finished] = await Promise.all([this.#segments.active.file.sync(), this.#unsynced.sync()])
    flushTimer?.update(clock.monotonic() - startedMs)
    if (finished.length === 0 || this.#isClosed) return
    await this.#snapshots.sync()
    // Files of segments that are not written any more are opened when somebody reads them.
    for (const segment of finished) if (segment !== this.#segments.active) segment.close()
  }
  /** After a failed sync nobody knows what is on the device: the log must be recovered. */
  #syncFailed(error: Error): void {
    this.#fault = error
    this.#context.onFault(this, error)
  }

  /** What the last sync of the batches leaves out. */
  async #syncEnd(): Promise<void> {
    const isChanged = this.#endOffset !== this.#cleanOffset || this.#cuts > 0
    await Promise.all([this.#snapshots.sync(), isChanged && this.#segments.active.sync()])
  }
  /** A clean end: all synced, and a snapshot at the end, so that nothing need be replayed. */
  async close(): Promise<void> {
    if (!this.#fault) {
      this.writeStaged()
      this.#segments.active.finish()
      if (!this.#snapshots.has(this.#endOffset))
        this.#snapshots.write(this.#endOffset, this.#producers.entries.values())
      await Promise.all([this.flush(), this.#syncEnd()])
      this.#closedCleanly = true
    }
    this.closeFiles()
  }
  /** Gives the files back. Nothing is taken or given any more. */
  closeFiles(): void {
    this.#isClosed = true
    this.#fault ??= new Error(`${this.topic}-${this.partition} is closed`)
    this.#offsets.close()
    this.#writer.goOnAt(0)
    this.#context.stage.remove(this)
    this.#tail.clear()
    for (const segment of this.#segments.all) {
      this.#context.ahead.drop(segment)
      segment.close()
    }
  }
}
