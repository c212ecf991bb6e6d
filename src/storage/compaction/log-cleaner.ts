// Compaction: takes the dirtiest log, has it cleaned, and puts what comes of it in place. One log at a time.

import type { Clock, Files, Logger } from '../../base/index.ts'
import { isCompacted } from '../log-config.ts'
import type { PartitionLog } from '../partition-log.ts'
import type { Segment } from '../segment.ts'
import { cleanableOf, dirtiest, type Cleanable } from './cleanable.ts'
import { removeCleaned } from './cleaned-segment.ts'
import type { CleaningRunner } from './cleaning-runner.ts'
import type { CleanedGroup, CleaningTask } from './cleaning.ts'

/** Kafka's log.cleaner.* */
export interface CleanerSettings {
  readonly enabled: boolean
  readonly dedupeBufferBytes: number
  readonly loadFactor: number
  readonly ioBufferBytes: number
  readonly ioBytesPerSecondMax: number
}
export const cleanerDefaults: CleanerSettings = {
  enabled: true,
  dedupeBufferBytes: 128 * 2 ** 20,
  loadFactor: 0.9,
  ioBufferBytes: 512 * 1024,
  ioBytesPerSecondMax: Infinity,
}

export interface LogCleanerOptions {
  readonly logs: () => Iterable<PartitionLog>
  readonly files: Files
  readonly clock: Clock
  readonly logger: Logger
  readonly runner: CleaningRunner
  readonly settings: CleanerSettings
  /** Writes down how far logs are synced, or clean. */
  readonly checkpoint: (name: 'recoveryPoint' | 'cleanedOffset') => Promise<void>
}

export class LogCleaner {
  settings: CleanerSettings
  /** Read and written since the start. */
  readBytes = 0
  writtenBytes = 0
  readonly #options: LogCleanerOptions
  /** A cleaning failed: another try would fail as well, until somebody has looked at it. */
  readonly #uncleanable = new Set<PartitionLog>()
  #running: Promise<void> | undefined
  readonly #stop = new AbortController()

  constructor(options: LogCleanerOptions) {
    this.#options = options
    this.settings = options.settings
  }
  get uncleanableCount(): number {
    return [...this.#uncleanable].filter(({ fault }) => fault === undefined).length
  }
  /** Cleans one log after the other until none needs it. */
  run(): Promise<void> {
    this.#running ??= this.#cleanAll().finally(() => (this.#running = undefined))
    return this.#running
  }
  async close(): Promise<void> {
    this.#stop.abort(new Error('the log directory is closed'))
    await this.#running
    await this.#options.runner.rest()
  }

  async #cleanAll(): Promise<void> {
    const { clock, runner } = this.#options
    while (this.settings.enabled && !this.#stop.signal.aborted) {
      const chosen = dirtiest(this.#candidates(), clock.now())
      if (chosen === undefined) break
      await this.#clean(chosen.log)
    }
    await runner.rest()
  }
  *#candidates(): Generator<PartitionLog, void, undefined> {
    for (const log of this.#options.logs())
      if (isCompacted(log.config) && log.fault === undefined && !this.#uncleanable.has(log)) yield log
  }

  async #clean(log: PartitionLog): Promise<void> {
    const { files, logger, clock, runner, checkpoint } = this.#options
    const { topic, partition } = log
    const startMs = clock.monotonic(),
      cancel = new AbortController(),
      signal = AbortSignal.any([this.#stop.signal, cancel.signal])
    try {
      // What is not on the device yet would be synced under names that are about to change.
      await log.flush()
      // A recovery must not read what is compacted on top of an earlier snapshot of producers: markers that the snapshot
      // waits for may be gone.
      await checkpoint('recoveryPoint')
      const { cuts } = log,
        segments = new Map(log.segments.map(segment => [segment.baseOffset, segment]))
      const onCleaned = ({ baseOffset, replaced }: CleanedGroup): void => {
        const old = replaced.map(base => segments.get(base)!)
        if (!signal.aborted && log.cuts === cuts && log.replaceSegments(old)) return
        if (files.exists(log.directory)) removeCleaned(files, log.directory, baseOffset)
        cancel.abort(new Error('the log has changed'))
      }
      const task = this.#taskFor(log, cleanableOf(log, clock.now()))
      if (task.segments.length === 0) return
      const bytesPerSecondMax = this.settings.ioBytesPerSecondMax
      const { endOffset, readBytes, writtenBytes } = await runner.run(task, { bytesPerSecondMax, onCleaned, signal })
      if (signal.aborted || log.cuts !== cuts || log.fault !== undefined) return
      await files.syncDirectoryAsync(log.directory)
      if (log.cuts !== cuts) return
      log.cleanedOffset = endOffset
      this.readBytes += readBytes
      this.writtenBytes += writtenBytes
      await checkpoint('cleanedOffset')
      const ms = Math.round(clock.monotonic() - startMs)
      logger.info('log compacted', { topic, partition, upTo: endOffset, readBytes, writtenBytes, ms })
    } catch (error) {
      // Cancelled, or its log was deleted or went offline under its hands.
      if (signal.aborted || log.fault !== undefined) return
      this.#uncleanable.add(log)
      logger.error('compaction failed, the log is left as it is', {
        topic,
        partition,
        reason: (error as Error).message,
      })
    }
  }
  #taskFor(log: PartitionLog, { firstDirtyOffset, upTo }: Cleanable): CleaningTask {
    const { config, segments } = log,
      { settings } = this
    const isBelow = ({ baseOffset }: Segment): boolean => baseOffset < upTo
    return {
      directory: log.directory,
      segments: segments.filter(isBelow).map(({ baseOffset }) => baseOffset),
      firstDirtyOffset,
      upTo,
      now: this.#options.clock.now(),
      deleteRetentionMs: config.deleteRetentionMs,
      segmentBytes: config.segmentBytes,
      segmentIndexBytes: config.segmentIndexBytes,
      indexIntervalBytes: config.indexIntervalBytes,
      producers: new Map(
        log.activeProducers().map(({ producerId, epoch, lastOffset }) => [producerId, { epoch, lastOffset }]),
      ),
      aborted: log.allAbortedTransactions(),
      limits: {
        mapBytesMax: settings.dedupeBufferBytes,
        mapLoadFactor: settings.loadFactor,
        bufferBytes: settings.ioBufferBytes,
      },
    }
  }
}
