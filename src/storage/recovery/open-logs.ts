// Opens the logs that a data directory holds. After a clean end that is quick; after another one the logs are recovered
// first, those with most to go through first, in threads where it pays. A log that cannot be opened is offline, and the
// others go on.

import { join } from 'node:path'

import type { Clock, Files, Logger, StartThread } from '../../base/index.ts'
import { isOfFiles } from '../file-errors.ts'
import { offsetOf, suffixes } from '../file-names.ts'
import { offlineLog, openLog, type LogParts, type RecoveryTask } from '../log-recovery.ts'
import { LoopRecovery, type RecoveryRunner } from './recovery-runner.ts'
import { ThreadRecovery } from './thread-recovery.ts'

export interface RecoveryProgress {
  readonly logs: number
  readonly logsTotal: number
  readonly bytes: number
  readonly bytesTotal: number
}
export interface OpenLogsOptions {
  readonly files: Files
  readonly clock: Clock
  readonly logger: Logger
  readonly wasCleanShutdown: boolean
  readonly startThread: StartThread | undefined
  /** num.recovery.threads.per.data.dir */
  readonly threads: number
  /** Every second, while logs are recovered. */
  readonly onProgress: (progress: RecoveryProgress) => void
}

/** `take` is given each log when it is open. */
export async function openLogs(
  tasks: readonly RecoveryTask[],
  options: OpenLogsOptions,
  take: (parts: LogParts) => Promise<void>,
): Promise<void> {
  const { files, clock, logger, wasCleanShutdown } = options
  const open = async (task: RecoveryTask): Promise<void> => {
    await take(openedOrOffline(task, options))
    await new Promise<void>(resolve => clock.soon(resolve))
  }
  if (wasCleanShutdown) {
    for (const task of tasks) await open(task)
    return
  }
  const pending = tasks
    .map(task => ({ task, bytes: unflushedBytes(files, task) }))
    .toSorted((a, b) => b.bytes - a.bytes)
  const progress = new Progress(options, pending)
  const runner = runnerFor(options, progress.total)
  let next = 0
  const lane = async (): Promise<void> => {
    for (let log = pending[next++]; log !== undefined; log = pending[next++]) {
      try {
        await runner.recover(log.task, bytes => progress.scanned(bytes))
        await open(log.task)
      } catch (error) {
        if (!isOfFiles(error)) throw error
        await take(offline(log.task, error, logger))
      }
      progress.opened()
    }
  }
  try {
    await Promise.all(Array.from({ length: runner.laneCount }, lane))
  } finally {
    await runner.end()
  }
  progress.done()
}

function openedOrOffline(task: RecoveryTask, { files, logger, wasCleanShutdown }: OpenLogsOptions): LogParts {
  try {
    return openLog(task, { files, logger, wasCleanShutdown, isRecovered: !wasCleanShutdown })
  } catch (error) {
    if (!isOfFiles(error)) throw error
    return offline(task, error, logger)
  }
}
function offline(task: RecoveryTask, error: Error, logger: Logger): LogParts {
  const { topic, partition } = task
  logger.error('log cannot be opened', { topic, partition, reason: error.message, offline: true })
  return offlineLog(task, error)
}

/** What of its segments recovery will go through. */
function unflushedBytes(files: Files, { directory, recoveryPoint }: RecoveryTask): number {
  try {
    const offsets = files
      .list(directory)
      .map(name => ({ name, baseOffset: offsetOf(name, suffixes.log) }))
      .filter(({ baseOffset }) => baseOffset !== undefined)
    const first = offsets.findLastIndex(({ baseOffset }) => baseOffset! <= recoveryPoint)
    return offsets
      .slice(Math.max(first, 0))
      .reduce((sum, { name }) => sum + files.stat(join(directory, name)).sizeBytes, 0)
  } catch (error) {
    if (isOfFiles(error)) return 0
    throw error
  }
}

/** Threads take some 50 ms to start, in which the loop goes through about so much. A log costs as much as this by itself. */
const threadedBytesMin = 128 * 2 ** 20
const logCostBytes = 2 ** 19

function runnerFor(
  { startThread, threads, files, logger }: OpenLogsOptions,
  { logs, bytes }: { readonly logs: number; readonly bytes: number },
): RecoveryRunner {
  return startThread !== undefined && bytes + logs * logCostBytes > threadedBytesMin
    ? new ThreadRecovery({ start: startThread, logger, threads: Math.min(threads, logs) })
    : new LoopRecovery({ files, logger })
}

const toldEveryMs = 1000

class Progress {
  readonly total: { readonly logs: number; readonly bytes: number }
  readonly #options: OpenLogsOptions
  readonly #startMs: number
  #toldMs: number
  #logs = 0
  #bytes = 0
  constructor(options: OpenLogsOptions, pending: readonly { readonly bytes: number }[]) {
    this.total = { logs: pending.length, bytes: pending.reduce((sum, { bytes }) => sum + bytes, 0) }
    this.#options = options
    this.#startMs = this.#toldMs = options.clock.monotonic()
  }
  scanned(bytes: number): void {
    this.#bytes += bytes
    this.#tell()
  }
  opened(): void {
    this.#logs++
    this.#tell()
  }
  #tell(): void {
    const now = this.#options.clock.monotonic()
    if (now - this.#toldMs < toldEveryMs) return
    this.#toldMs = now
    const { logs: logsTotal, bytes: bytesTotal } = this.total
    const progress = { logs: this.#logs, logsTotal, bytes: Math.min(this.#bytes, bytesTotal), bytesTotal }
    this.#options.logger.info('recovering logs', { ...progress })
    this.#options.onProgress(progress)
  }
  done(): void {
    if (this.total.logs === 0) return
    const ms = Math.round(this.#options.clock.monotonic() - this.#startMs)
    this.#options.logger.info('logs recovered', { ...this.total, ms })
  }
}
