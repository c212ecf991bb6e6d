// A data directory: its lock, its logs, and what is done for all of them from time to time.

import { dirname, join } from 'node:path'

import {
  lockDirectory,
  type Clock,
  type Files,
  type Logger,
  type Metrics,
  type Random,
  type Timer,
} from '../base/index.ts'
import { checkpointNames, offsetCheckpointText, readOffsetCheckpoint } from './checkpoint-file.ts'
import type { Durability } from './durable-offsets.ts'
import { deletedDirectoryName, directorySuffixes, logName, parseLogName, type LogName } from './file-names.ts'
import { LeaderEpochs } from './leader-epochs.ts'
import type { LogConfig } from './log-config.ts'
import type { LogContext } from './log-context.ts'
import { leaderEpochsName, openLog } from './log-recovery.ts'
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
import { ReadBuffers } from './read-buffers.ts'
import { Segment } from './segment.ts'
import { TailCache, type TailCacheOptions } from './tail-cache.ts'
import { WriteStage } from './write-stage.ts'

export interface LogDirectoryOptions {
  readonly path: string
  readonly files: Files
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly metrics?: Metrics
  readonly nodeId?: number
  /** Taken from the directory, or made up, where it is not given. */
  readonly clusterId?: string
  /** Of the logs that are found, until setConfig. */
  readonly defaults: LogConfig
  readonly durability?: Durability
  /** producer.id.expiration.ms */
  readonly producerIdExpirationMs?: number
  readonly intervals?: Partial<HousekeepingIntervals>
  readonly tailCache?: TailCacheOptions
}
/** Kafka's: replica.high.watermark.checkpoint.interval.ms and its like. */
export interface HousekeepingIntervals {
  readonly highWatermarkCheckpointMs: number
  readonly recoveryPointCheckpointMs: number
  readonly retentionCheckMs: number
  readonly producerExpiryCheckMs: number
  readonly flushCheckMs: number
}
const intervalDefaults: HousekeepingIntervals = {
  highWatermarkCheckpointMs: 5_000,
  recoveryPointCheckpointMs: 60_000,
  retentionCheckMs: 300_000,
  producerExpiryCheckMs: 600_000,
  flushCheckMs: 1_000,
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
  /** Called when batches were written or synced: offsets of the log have moved. At most twice a loop turn and log. */
  onProgress: (log: PartitionLog) => void = () => {}
  /** Called when a write or a sync failed. `log.fault` says whether the log takes anything more. */
  onFault: (log: PartitionLog, error: Error) => void = () => {}

  readonly #files: Files
  readonly #clock: Clock
  readonly #random: Random
  readonly #logger: Logger
  readonly #lock: { release(): void }
  readonly #context: LogContext
  readonly #stage: WriteStage
  readonly #logs = new Map<LogName, PartitionLog>()
  readonly #timers = new Set<Timer>()
  #isCheckpointPlanned = false
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
      directory.#keepHouse({ ...intervalDefaults, ...options.intervals })
      return directory
    } catch (error) {
      lock.release()
      throw error
    }
  }
  private constructor(options: LogDirectoryOptions, lock: { release(): void }, identity: MetaProperties) {
    const { files, clock, random, logger, tailCache } = options
    this.path = options.path
    this.identity = identity
    this.#files = files
    this.#clock = clock
    this.#random = random
    this.#logger = logger
    this.#lock = lock
    this.#stage = new WriteStage(clock)
    const cache = new TailCache(tailCache)
    cache.beforeReuse = () => this.#stage.write()
    this.#context = {
      files,
      clock,
      random,
      logger,
      cache,
      buffers: new ReadBuffers(),
      stage: this.#stage,
      durability: options.durability ?? 'flush',
      producerIdExpirationMs: options.producerIdExpirationMs ?? producerIdExpirationMsDefault,
      onProgress: log => this.onProgress(log),
      onFault: (log, error) => this.onFault(log, error),
      onStartMoved: () => this.#checkpointSoon(),
      removeLater: (paths, delayMs) => this.#removeLater(paths, delayMs),
    }
  }

  get logs(): ReadonlyMap<LogName, PartitionLog> {
    return this.#logs
  }
  createLog({ topic, partition, topicId, config }: NewLog): PartitionLog {
    const name = logName(topic, partition)
    if (this.#logs.has(name)) throw new Error(`the log ${name} exists`)
    const files = this.#files,
      directory = join(this.path, name)
    files.makeDirectory(directory)
    writePartitionMetadata(files, directory, topicId)
    const now = this.#clock.now()
    const parts = {
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
      segments: [Segment.create({ files, directory, baseOffset: 0, now })],
      epochs: new LeaderEpochs({ files, path: join(directory, leaderEpochsName) }),
      producers: new ProducerState(),
      snapshots: new ProducerSnapshots({ files, directory }),
    }
    const log = new PartitionLog(this.#context, parts)
    this.#logs.set(name, log)
    return log
  }
  /** The topic is gone for readers at once, its files a little later. */
  deleteLog(topic: string, partition: number): void {
    const name = logName(topic, partition),
      log = this.#logs.get(name)
    if (log === undefined) return
    this.#logs.delete(name)
    log.closeFiles()
    const renamed = join(this.path, deletedDirectoryName(name, this.#random.uuid()))
    this.#files.rename(log.directory, renamed)
    this.#files.syncDirectory(this.path)
    this.#removeLater([renamed], log.config.fileDeleteDelayMs)
    // A log that is created again under the name must not take over the offsets of this one.
    this.#checkpointSoon()
  }
  describe(): { readonly totalBytes: number; readonly usableBytes: number; readonly logs: readonly LogDescription[] } {
    const logs = [...this.#logs.values()].map(({ topic, partition, sizeBytes }) => ({ topic, partition, sizeBytes }))
    return { ...this.#files.space(this.path), logs }
  }

  /** Syncs the logs and writes where recovery has to begin, where the logs start, and their high watermarks. */
  async checkpoint(): Promise<void> {
    await Promise.all([...this.#logs.values()].map(log => this.#flushed(log)))
    this.#writeCheckpoints()
  }
  /** Writes and syncs all, and leaves word that nothing need be recovered. */
  async close(): Promise<void> {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const timer of this.#timers) timer.cancel()
    this.#stage.flush()
    const logs = [...this.#logs.values()]
    const results = await Promise.allSettled(logs.map(log => log.close()))
    this.#writeCheckpoints()
    if (results.every(({ status }) => status === 'fulfilled') && logs.every(log => log.closedCleanly))
      this.#files.replaceFile(join(this.path, cleanShutdownName), '{"version":0,"brokerEpoch":-1}')
    this.#lock.release()
  }

  async #openLogs({ defaults }: LogDirectoryOptions): Promise<void> {
    const files = this.#files,
      cleanShutdown = join(this.path, cleanShutdownName)
    const wasCleanShutdown = files.exists(cleanShutdown)
    // KAFKA-10471: a crash while the logs are opened must not count as a clean shutdown.
    if (wasCleanShutdown) {
      files.remove(cleanShutdown)
      files.syncDirectory(this.path)
    }
    const checkpoint = (name: string) => readOffsetCheckpoint(files, join(this.path, name))
    const recoveryPoints = checkpoint(checkpointNames.recoveryPoint),
      logStarts = checkpoint(checkpointNames.logStart),
      highWatermarks = checkpoint(checkpointNames.highWatermark)
    for (const entry of files.list(this.path)) {
      const directory = join(this.path, entry),
        found = this.#logIn(entry, directory)
      if (found === undefined) continue
      const name = logName(found.topic, found.partition)
      const parts = openLog({
        ...found,
        files,
        logger: this.#logger,
        directory,
        config: defaults,
        wasCleanShutdown,
        now: this.#clock.now(),
        recoveryPoint: recoveryPoints.get(name) ?? 0,
        logStartOffset: logStarts.get(name) ?? 0,
        highWatermark: highWatermarks.get(name) ?? 0,
      })
      const log = new PartitionLog(this.#context, parts)
      this.#logs.set(name, log)
      // What a killed process left in the page cache must not be told as durable.
      if (this.#context.durability === 'fsync') await log.flush()
      await new Promise<void>(resolve => this.#clock.soon(resolve))
    }
    // Lines of logs that are gone must not be taken for those of logs to come.
    const known = [...recoveryPoints.keys(), ...logStarts.keys(), ...highWatermarks.keys()]
    if (known.some(name => !this.#logs.has(name))) this.#writeCheckpoints()
  }
  #logIn(entry: string, directory: string): { topic: string; partition: number } | undefined {
    if (!this.#files.isDirectory(directory)) return undefined
    if (entry.endsWith(directorySuffixes.deleted)) {
      this.#files.remove(directory, { recursive: true })
      return undefined
    }
    const found = parseLogName(entry)
    if (found === undefined) this.#logger.warn('directory is no log and is left alone', { directory })
    return found
  }

  #keepHouse(intervals: HousekeepingIntervals): void {
    const eachLog = (work: (log: PartitionLog, now: number) => void) => (): void => {
      const now = this.#clock.now()
      for (const log of this.#logs.values()) if (log.fault === undefined) work(log, now)
    }
    this.#every(intervals.highWatermarkCheckpointMs, () => this.#writeHighWatermarks())
    this.#every(intervals.recoveryPointCheckpointMs, () => this.#writeRecoveryPoints())
    this.#every(
      intervals.retentionCheckMs,
      eachLog((log, now) => void log.deleteOldSegments(now)),
    )
    this.#every(
      intervals.producerExpiryCheckMs,
      eachLog((log, now) => log.expireProducers(now)),
    )
    this.#every(
      intervals.flushCheckMs,
      eachLog((log, now) => log.flushIfDue(now)),
    )
  }
  #every(ms: number, work: () => void): void {
    this.#after(ms, () => {
      try {
        work()
      } catch (error) {
        this.#logger.error('housekeeping failed', { directory: this.path, reason: (error as Error).message })
      }
      this.#every(ms, work)
    })
  }
  #after(ms: number, work: () => void): void {
    if (this.#isClosed) return
    const timer = this.#clock.after(ms, () => {
      this.#timers.delete(timer)
      work()
    })
    this.#timers.add(timer)
  }
  async #flushed(log: PartitionLog): Promise<void> {
    try {
      await log.flush()
    } catch (error) {
      this.#logger.error('log sync failed', {
        log: logName(log.topic, log.partition),
        reason: (error as Error).message,
      })
    }
  }
  #removeLater(paths: readonly string[], delayMs: number): void {
    if (paths.length === 0) return
    this.#after(delayMs, () => {
      for (const path of paths) if (this.#files.exists(path)) this.#files.remove(path, { recursive: true })
    })
  }

  #checkpointSoon(): void {
    if (this.#isCheckpointPlanned) return
    this.#isCheckpointPlanned = true
    this.#clock.soon(() => {
      this.#isCheckpointPlanned = false
      if (!this.#isClosed) this.#writeCheckpoints()
    })
  }
  #writeCheckpoints(): void {
    this.#writeRecoveryPoints()
    this.#writeHighWatermarks()
  }
  #writeRecoveryPoints(): void {
    const logs = [...this.#logs.values()]
    this.#writeCheckpoint(checkpointNames.recoveryPoint, logs, log => log.recoveryPoint)
    const moved = logs.filter(log => log.logStartOffset > log.firstSegmentOffset)
    this.#writeCheckpoint(checkpointNames.logStart, moved, log => log.logStartOffset)
  }
  #writeHighWatermarks(): void {
    this.#writeCheckpoint(checkpointNames.highWatermark, [...this.#logs.values()], log => log.highWatermark)
  }
  readonly #lastCheckpoints = new Map<string, string>()
  #writeCheckpoint(name: string, logs: readonly PartitionLog[], offset: (log: PartitionLog) => number): void {
    const lines = logs.map(log => ({ topic: log.topic, partition: log.partition, offset: offset(log) }))
    const text = offsetCheckpointText(lines)
    if (this.#lastCheckpoints.get(name) === text) return
    this.#files.replaceFile(join(this.path, name), text)
    this.#lastCheckpoints.set(name, text)
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
      clusterId: clusterId ?? found?.clusterId ?? random.bytes(16).toString('base64url'),
      directoryId: random.uuid(),
    },
    path,
  )
  const isComplete = found?.nodeId !== undefined && found.clusterId !== undefined && found.directoryId !== undefined
  if (!isComplete) files.replaceFile(file, metaPropertiesText(identity))
  return identity
}
