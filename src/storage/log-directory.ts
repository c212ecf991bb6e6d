// A data directory: its lock, its logs, and what is done for all of them from time to time.

import { basename, dirname, join } from 'node:path'

import {
  boundedFiles,
  lockDirectory,
  type BoundedFiles,
  type Clock,
  type Files,
  type Logger,
  type MBeans,
  type Random,
  type StartThread,
} from '../base/index.ts'
import { BackgroundWork } from './background-work.ts'
import { LoopRunner } from './compaction/cleaning-runner.ts'
import { cleanerDefaults, LogCleaner, type CleanerSettings } from './compaction/log-cleaner.ts'
import { ThreadRunner } from './compaction/thread-runner.ts'
import { DirectorySync } from './directory-sync.ts'
import type { Durability } from './durable-offsets.ts'
import { isOfFiles, NameTaken } from './file-errors.ts'
import {
  deletedDirectoryName,
  directorySuffixes,
  logName,
  nameInDeleted,
  nameWhenDeleted,
  parseLogName,
  type LogName,
  type TopicPartition,
} from './file-names.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import { LogCheckpoints } from './log-checkpoints.ts'
import { jitterMsFor, type LogConfig } from './log-config.ts'
import type { LogContext } from './log-context.ts'
import { flushTimer, registerLogMetrics } from './log-metrics.ts'
import { leaderEpochsName, offlineLog, type LogParts } from './log-recovery.ts'
import {
  agreeOnMetaProperties,
  metaPropertiesText,
  readMetaProperties,
  type MetaProperties,
} from './meta-properties.ts'
import { PartitionLog } from './partition-log.ts'
import { writePartitionMetadata } from './partition-metadata.ts'
import { ProducerSnapshots } from './producer-snapshots.ts'
import { ProducerState } from './producer-state.ts'
import { ReadAhead } from './read-ahead.ts'
import { ReadBuffers } from './read-buffers.ts'
import { Recompressor } from './recompressor.ts'
import { openLogs, type RecoveryProgress } from './recovery/open-logs.ts'
import { Segment } from './segment.ts'
import { TailCache, type TailCacheOptions } from './tail-cache.ts'
import { WriteFailures } from './write-failures.ts'
import { WriteStage } from './write-stage.ts'

export interface LogDirectoryOptions {
  readonly path: string
  readonly files: Files
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics?: MBeans | undefined
  readonly nodeId?: number
  /** Taken from the directory, or made up, where it is not given. */
  readonly clusterId?: string
  /** Of the logs that are found, until setConfig. */
  readonly defaults: LogConfig
  readonly durability?: Durability
  /** producer.id.expiration.ms */
  readonly producerIdExpirationMs?: number
  readonly intervals?: Partial<HousekeepingIntervals>
  readonly cleaner?: Partial<CleanerSettings>
  /** Where it is given, `files` are the disk's, and logs are compacted and recovered, and batches compressed, in threads. */
  readonly startThread?: StartThread | undefined
  /** num.recovery.threads.per.data.dir */
  readonly recoveryThreads?: number
  /** Every second while logs are recovered that were not closed. */
  readonly onRecovery?: ((progress: RecoveryProgress) => void) | undefined
  readonly tailCache?: TailCacheOptions
  /**
   * More files of logs than that are not kept open, whatever the number of logs. Those beside them that are open for as long
   * as they are read through, past the page cache, by recovery and compaction, do not count.
   */
  readonly openFilesMax?: number
}
const openFilesMaxDefault = 1000
const recoveryThreadsDefault = 2
/** Kafka's: replica.high.watermark.checkpoint.interval.ms and its like. */
export interface HousekeepingIntervals {
  readonly highWatermarkCheckpointMs: number
  readonly recoveryPointCheckpointMs: number
  readonly retentionCheckMs: number
  readonly producerExpiryCheckMs: number
  readonly flushCheckMs: number
  /** log.cleaner.backoff.ms */
  readonly compactionCheckMs: number
  /** Indexes, buffers and threads that were not used for so long are given up. */
  readonly restMs: number
}
const intervalDefaults: HousekeepingIntervals = {
  highWatermarkCheckpointMs: 5_000,
  recoveryPointCheckpointMs: 60_000,
  retentionCheckMs: 300_000,
  producerExpiryCheckMs: 600_000,
  flushCheckMs: 1_000,
  compactionCheckMs: 15_000,
  restMs: 60_000,
}
const producerIdExpirationMsDefault = 86_400_000

export interface NewLog {
  readonly topic: string
  readonly partition: number
  /** 32 hex digits. */
  readonly topicId: string
  readonly config: LogConfig
}
export interface LogDescription {
  readonly topic: string
  readonly partition: number
  readonly sizeBytes: number
}

export class LogDirectory {
  readonly path: string
  readonly identity: MetaProperties
  /**
   * Called when batches were written or synced: offsets of the log have moved. Twice at most for what was written together,
   * which is all that a loop turn brought, or, where it brought very much, what each 64 appends did (see WriteStage).
   */
  onProgress: (log: PartitionLog) => void = () => {}
  /** Called when a write or a sync failed. `log.fault` says whether the log takes anything more. */
  onFault: (log: PartitionLog, error: Error) => void = () => {}

  readonly #files: BoundedFiles
  readonly #clock: Clock
  readonly #random: Random
  readonly #logger: Logger
  readonly #lock: { release(): void }
  readonly #context: LogContext
  readonly #stage: WriteStage
  readonly #logs = new Map<LogName, PartitionLog>()
  readonly #background: BackgroundWork
  readonly #checkpoints: LogCheckpoints
  readonly #cleaner: LogCleaner
  #isStartsPlanned = false
  #isClosed = false

  /** Locks the directory, creates it where it is missing, and recovers the logs in it. */
  static async open(options: LogDirectoryOptions): Promise<LogDirectory> {
    const { files, path } = options
    if (!files.exists(path)) {
      files.makeDirectory(path)
      files.syncDirectory(dirname(path))
    }
    const lock = lockDirectory(files, path, '.lock')
    try {
      const directory = new LogDirectory(options, lock, settleIdentity(options))
      await directory.#openLogs(options)
      if (options.metrics) registerLogMetrics(options.metrics, directory)
      directory.#keepHouse({ ...intervalDefaults, ...options.intervals })
      return directory
    } catch (error) {
      lock.release()
      throw error
    }
  }
  private constructor(options: LogDirectoryOptions, lock: { release(): void }, identity: MetaProperties) {
    const { clock, random, logger, tailCache, durability = 'flush' } = options
    const files = boundedFiles(options.files, options.openFilesMax ?? openFilesMaxDefault)
    this.path = options.path
    this.identity = identity
    this.#files = files
    this.#clock = clock
    this.#random = random
    this.#logger = logger
    this.#lock = lock
    this.#stage = new WriteStage(clock, durability)
    this.#background = new BackgroundWork({ clock, logger })
    this.#checkpoints = new LogCheckpoints({ files, directory: this.path, logs: () => this.#logs.values() })
    this.#cleaner = new LogCleaner({
      files,
      clock,
      logger,
      logs: () => this.#logs.values(),
      runner: options.startThread ? new ThreadRunner(options.startThread) : new LoopRunner({ files, clock }),
      settings: { ...cleanerDefaults, ...options.cleaner },
      checkpoint: name => this.#checkpoints.write(name),
    })
    const cache = new TailCache(tailCache)
    cache.beforeReuse = () => this.#stage.write()
    const buffers = new ReadBuffers()
    this.#context = {
      files,
      names: new DirectorySync({ files, path: this.path }),
      clock,
      random,
      logger,
      cache,
      buffers,
      ahead: new ReadAhead({ files, clock, buffers }),
      recompressor: new Recompressor({ start: options.startThread, buffers }),
      stage: this.#stage,
      failures: new WriteFailures({ clock, logger }),
      durability,
      producerIdExpirationMs: options.producerIdExpirationMs ?? producerIdExpirationMsDefault,
      flushTimer: flushTimer(options.metrics),
      onProgress: log => this.onProgress(log),
      onFault: (log, error) => this.onFault(log, error),
      onStartMoved: () => this.#writeStartsSoon(),
      removeLater: (paths, delayMs) => this.#removeLater(paths, delayMs),
    }
  }

  /** Whether `prepareRead` of a log may have anything to wait for. */
  get hasSlowReads(): boolean {
    return this.#context.ahead.isNeeded
  }
  get logs(): ReadonlyMap<LogName, PartitionLog> {
    return this.#logs
  }
  /** It is offline from the start where its files cannot be made. */
  createLog(wanted: NewLog): PartitionLog {
    const { topic, partition, topicId, config } = wanted,
      name = logName(topic, partition)
    if (this.#logs.has(name)) throw new Error(`the log ${name} exists`)
    const directory = join(this.path, name)
    let parts: LogParts
    try {
      parts = this.#newParts(wanted, directory)
    } catch (error) {
      if (!isOfFiles(error)) throw error
      this.#logger.error('log cannot be created', { topic, partition, reason: error.message, offline: true })
      const nothing = { recoveryPoint: 0, logStartOffset: 0, highWatermark: 0, now: this.#clock.now() }
      parts = { ...offlineLog({ topic, partition, directory, config, ...nothing }, error), topicId }
    }
    const log = new PartitionLog(this.#context, parts)
    this.#logs.set(name, log)
    return log
  }
  #newParts({ topic, partition, topicId, config }: NewLog, directory: string): LogParts {
    const files = this.#files,
      now = this.#clock.now()
    this.#refuseOtherCase(directory)
    files.makeDirectory(directory)
    writePartitionMetadata(files, directory, topicId)
    return {
      topic,
      partition,
      topicId,
      config,
      directory,
      logStartOffset: 0,
      endOffset: 0,
      recoveryPoint: 0,
      highWatermark: 0,
      wasCleanShutdown: false,
      segments: [Segment.create({ files, directory, baseOffset: 0, now, jitterMs: jitterMsFor(config, this.#random) })],
      epochs: LeaderEpochs.create({ files, path: join(directory, leaderEpochsName) }),
      producers: new ProducerState(),
      snapshots: new ProducerSnapshots({ files, directory }),
    }
  }
  /** Some file systems take names that differ in upper and lower case for one. Topics are not one for that. */
  #refuseOtherCase(directory: string): void {
    if (!this.#files.exists(directory)) return
    const name = basename(directory),
      other = this.#files.list(this.path).find(entry => entry !== name && entry.toLowerCase() === name.toLowerCase())
    const isThere = this.#files.list(this.path).includes(name)
    if (!isThere && other !== undefined)
      throw new NameTaken(`${directory} is ${other} here: the file system does not tell upper and lower case apart`)
  }
  /** The topic is gone for readers at once, its files a little later. */
  deleteLog(topic: string, partition: number): void {
    const name = logName(topic, partition),
      log = this.#logs.get(name)
    if (log === undefined) return
    this.#logs.delete(name)
    log.closeFiles()
    if (log.fault instanceof NameTaken) return
    const renamed = join(this.path, deletedDirectoryName(name, this.#random.uuid()))
    try {
      this.#files.rename(log.directory, renamed)
      this.#files.syncDirectory(this.path)
      this.#removeLater([renamed], log.config.fileDeleteDelayMs)
      this.#checkpoints.forget()
    } catch (error) {
      // What is left of it is found by the next start, and is of a topic that is not there any more.
      if (!isOfFiles(error)) throw error
      this.#logger.error('log cannot be removed', { topic, partition, reason: error.message })
    }
  }
  get cleaner(): Pick<LogCleaner, 'uncleanableCount' | 'readBytes' | 'writtenBytes'> {
    return this.#cleaner
  }
  get openFileCount(): number {
    return this.#files.openCount
  }
  /** Of the cache that consumers who follow the end read from. */
  get cache(): Pick<TailCache, 'sizeBytes' | 'sizeMax'> {
    return this.#context.cache
  }
  /** Of the device that it is on. */
  space(): { readonly totalBytes: number; readonly usableBytes: number } {
    return this.#files.space(this.path)
  }
  describe(): { readonly totalBytes: number; readonly usableBytes: number; readonly logs: readonly LogDescription[] } {
    const logs = [...this.#logs.values()].map(({ topic, partition, sizeBytes }) => ({ topic, partition, sizeBytes }))
    return { ...this.space(), logs }
  }

  /** Compacts what needs it, now. */
  compact(): Promise<void> {
    return this.#cleaner.run()
  }
  setCleaner(settings: Partial<CleanerSettings>): void {
    this.#cleaner.settings = { ...this.#cleaner.settings, ...settings }
  }

  /**
   * Has all that was taken in the files, and long active segments ended, so that a snapshot of the directory, taken in the
   * same turn of the loop, is whole and mostly links.
   */
  settle(): void {
    this.#stage.write()
    this.#checkpoints.writeStarts()
    const now = this.#clock.now()
    for (const log of this.#logs.values()) if (log.fault === undefined) this.#attempt(log, () => log.endSegment(now))
  }

  /** Syncs the logs and writes where recovery has to begin, where the logs start, and their high watermarks. */
  async checkpoint(): Promise<void> {
    const online = [...this.#logs.values()].filter(({ fault }) => fault === undefined)
    await Promise.all(online.map(log => this.#flushed(log)))
    await this.#checkpoints.writeAll()
  }
  /** Writes and syncs all, and leaves word that nothing need be recovered. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#background.close()
    await this.#cleaner.close()
    await this.#context.recompressor.close()
    this.#stage.flush()
    const logs = [...this.#logs.values()]
    const results = await Promise.allSettled(logs.map(log => log.close()))
    try {
      await this.#checkpoints.writeAll()
    } catch (error) {
      // The next start takes the log directory for one that was not closed.
      this.#logger.error('checkpoints cannot be written', { path: this.path, reason: (error as Error).message })
      this.#lock.release()
      return
    }
    if (results.every(({ status }) => status === 'fulfilled') && logs.every(log => log.closedCleanly))
      this.#files.replaceFile(join(this.path, cleanShutdownName), '{"version":0,"brokerEpoch":-1}')
    this.#lock.release()
  }

  async #openLogs(options: LogDirectoryOptions): Promise<void> {
    const { defaults, startThread, recoveryThreads = recoveryThreadsDefault, onRecovery = () => {} } = options
    const files = this.#files,
      cleanShutdown = join(this.path, cleanShutdownName)
    const wasCleanShutdown = files.exists(cleanShutdown)
    // KAFKA-10471: a crash while the logs are opened must not count as a clean shutdown.
    if (wasCleanShutdown) {
      files.remove(cleanShutdown)
      files.syncDirectory(this.path)
    }
    const recoveryPoints = this.#checkpoints.read('recoveryPoint'),
      logStarts = this.#checkpoints.read('logStartOffset'),
      highWatermarks = this.#checkpoints.read('highWatermark'),
      cleaned = this.#checkpoints.read('cleanedOffset')
    const entries = files.list(this.path),
      deleted = entries.filter(entry => this.#isDeleted(entry))
    // Recovery may need their room.
    for (const entry of deleted)
      for (const name of files.list(join(this.path, entry)))
        files.remove(join(this.path, entry, name), { recursive: true })
    const tasks = entries.flatMap(entry => {
      const directory = join(this.path, entry),
        found = this.#logIn(entry, directory)
      if (found === undefined) return []
      const name = logName(found.topic, found.partition)
      return {
        ...found,
        directory,
        config: defaults,
        now: this.#clock.now(),
        recoveryPoint: recoveryPoints.get(name) ?? 0,
        logStartOffset: logStarts.get(name) ?? 0,
        highWatermark: highWatermarks.get(name) ?? 0,
      }
    })
    this.#tellOfLost({ found: tasks, deleted }, [recoveryPoints, highWatermarks])
    const opening = {
      files,
      wasCleanShutdown,
      clock: this.#clock,
      logger: this.#logger,
      startThread,
      threads: recoveryThreads,
      onProgress: onRecovery,
    }
    await openLogs(tasks, opening, async parts => {
      const log = new PartitionLog(this.#context, parts),
        name = logName(log.topic, log.partition)
      log.cleanedOffset = cleaned.get(name) ?? 0
      this.#logs.set(name, log)
      // What a killed process left in the page cache must not be told as durable.
      if (this.#context.durability === 'fsync' && log.fault === undefined) await log.flush()
    })
    this.#checkpoints.forgetOthers()
    // The names only now: they say of logs that the checkpoints told of that they were deleted, and are not lost.
    for (const entry of deleted) files.remove(join(this.path, entry), { recursive: true })
  }
  /** Whose directories are gone: they begin anew, empty, when they are asked for. */
  #tellOfLost(
    { found, deleted }: { readonly found: readonly TopicPartition[]; readonly deleted: readonly string[] },
    checkpoints: readonly ReadonlyMap<LogName, number>[],
  ): void {
    const there = new Set(found.map(({ topic, partition }) => logName(topic, partition))),
      wereDeleted = new Set(deleted.map(nameInDeleted)),
      lost = new Map(checkpoints.flatMap(offsets => [...offsets]).filter(([name, to]) => to > 0 && !there.has(name)))
    for (const [name, knownUpTo] of lost)
      if (!wereDeleted.has(nameWhenDeleted(name)))
        this.#logger.error('log is missing', { ...parseLogName(name), directory: join(this.path, name), knownUpTo })
  }
  #logIn(entry: string, directory: string): { topic: string; partition: number } | undefined {
    if (!this.#files.isDirectory(directory) || this.#isDeleted(entry)) return undefined
    const found = parseLogName(entry)
    if (found === undefined) this.#logger.warn('directory is no log and is left alone', { directory })
    return found
  }
  #isDeleted(entry: string): boolean {
    return entry.endsWith(directorySuffixes.deleted) && this.#files.isDirectory(join(this.path, entry))
  }

  #keepHouse(intervals: HousekeepingIntervals): void {
    const eachLog = (work: (log: PartitionLog, now: number) => void) => (): void => {
      const now = this.#clock.now()
      for (const log of this.#logs.values()) if (log.fault === undefined) this.#attempt(log, () => work(log, now))
    }
    const work = this.#background
    work.every(intervals.highWatermarkCheckpointMs, () => this.#checkpoints.write('highWatermark'))
    work.every(intervals.recoveryPointCheckpointMs, () => this.#checkpoints.write('recoveryPoint'))
    const retention = eachLog((log, now) => void log.deleteOldSegments(now))
    const expiry = eachLog((log, now) => log.expireProducers(now))
    const flush = eachLog((log, now) => log.flushIfDue(now))
    work.every(intervals.retentionCheckMs, retention)
    work.every(intervals.producerExpiryCheckMs, expiry)
    work.every(intervals.flushCheckMs, flush)
    const rest = eachLog(log => log.rest())
    work.every(intervals.restMs, () => {
      rest()
      this.#context.cache.rest()
      this.#context.buffers.rest()
      this.#context.ahead.rest()
      this.#context.recompressor.rest()
    })
    work.every(intervals.compactionCheckMs, () => this.#cleaner.run())
  }
  /** Trouble with one log keeps nothing from the others. */
  #attempt({ topic, partition }: PartitionLog, work: () => void): void {
    try {
      work()
    } catch (error) {
      if (!isOfFiles(error)) throw error
      this.#logger.error('log cannot be kept in order', { topic, partition, reason: error.message })
    }
  }
  async #flushed(log: PartitionLog): Promise<void> {
    try {
      await log.flush()
    } catch (error) {
      const { topic, partition } = log
      this.#logger.error('log sync failed', { topic, partition, reason: (error as Error).message })
    }
  }
  #removeLater(paths: readonly string[], delayMs: number): void {
    if (paths.length === 0) return
    this.#background.after(delayMs, async () => {
      // As long as checkpoints tell of a deleted log, its directory says why it is not there.
      if (this.#checkpoints.forgetting) await this.#checkpoints.forgetting
      await Promise.all(paths.map(path => this.#files.removeAsync(path)))
    })
  }
  #writeStartsSoon(): void {
    if (this.#isStartsPlanned) return
    this.#isStartsPlanned = true
    this.#clock.soon(() => {
      this.#isStartsPlanned = false
      if (this.#isClosed) return
      try {
        this.#checkpoints.writeStarts()
      } catch (error) {
        if (!isOfFiles(error)) throw error
        this.#logger.error('checkpoint cannot be written', { path: this.path, reason: error.message })
      }
    })
  }
}

const cleanShutdownName = '.kafka_cleanshutdown'
const metaPropertiesName = 'meta.properties'

function settleIdentity({ files, path, random, nodeId, clusterId }: LogDirectoryOptions): MetaProperties {
  const file = join(path, metaPropertiesName),
    found = readMetaProperties(files, file)
  const identity = agreeOnMetaProperties(
    found,
    {
      nodeId: nodeId ?? found?.nodeId ?? 1,
      clusterId: clusterId ?? found?.clusterId ?? Buffer.from(random.uuid(), 'hex').toString('base64url'),
      directoryId: random.uuid(),
    },
    path,
  )
  const isComplete = found?.nodeId !== undefined && found.clusterId !== undefined && found.directoryId !== undefined
  if (!isComplete) files.replaceFile(file, metaPropertiesText(identity))
  return identity
}
