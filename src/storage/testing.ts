// What the tests of storage share: a directory in memory with a clock that stands, and batches.

import { memoryFiles, SeededRandom, silentLogger, type Clock, type MemoryFiles, type Timer } from '../base/index.ts'
import { batches, buildBatch, RecordIndex, type BatchOptions, type RecordDraft } from '../protocol/index.ts'
import { defaultLogConfig, type LogConfig } from './log-config.ts'
import { LogDirectory, type LogDirectoryOptions } from './log-directory.ts'
import type { AppendOptions, AppendOutcome, Appended, LogRead, ReadLimits } from './log-outcomes.ts'
import type { PartitionLog } from './partition-log.ts'

/** A clock that a test advances; `soon` runs with `turn`. */
export class StandingClock implements Clock {
  time = 1_700_000_000_000
  #soon: (() => void)[] = []
  #timers: { at: number; run: () => void }[] = []
  now(): number {
    return this.time
  }
  monotonic(): number {
    return this.time
  }
  after(ms: number, run: () => void): Timer {
    const timer = { at: this.time + ms, run }
    this.#timers.push(timer)
    return { cancel: () => void (this.#timers = this.#timers.filter(each => each !== timer)) }
  }
  soon(run: () => void): void {
    this.#soon.push(run)
  }
  sleep(): Promise<void> {
    return Promise.resolve()
  }
  /** Ends the turn of the loop. */
  turn(): void {
    for (const run of this.#soon.splice(0)) run()
  }
  advance(ms: number): void {
    const end = this.time + ms
    this.turn()
    for (;;) {
      const due = this.#timers.filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at)[0]
      if (due === undefined) break
      this.#timers = this.#timers.filter(each => each !== due)
      this.time = Math.max(this.time, due.at)
      due.run()
      this.turn()
    }
    this.time = end
    this.turn()
  }
}

export const topicId = '0123456789abcdef0123456789abcdef'

export interface TestDirectory {
  readonly directory: LogDirectory
  readonly clock: StandingClock
  readonly files: MemoryFiles
}
export async function openDirectory(
  options: Partial<LogDirectoryOptions> & { files?: MemoryFiles; clock?: StandingClock } = {},
): Promise<TestDirectory> {
  const { files = memoryFiles({ crashes: true }), clock = new StandingClock() } = options
  const opening = LogDirectory.open({
    path: '/data',
    random: new SeededRandom(1),
    logger: silentLogger,
    defaults: defaultLogConfig,
    ...options,
    files,
    clock,
  })
  return { directory: await whileTurning(opening, clock), clock, files }
}
/** Ends turns until the promise is settled. */
export async function whileTurning<T>(promise: Promise<T>, clock: StandingClock): Promise<T> {
  let isSettled = false
  const settled = (): void => void (isSettled = true)
  promise.then(settled, settled)
  while (!isSettled) {
    clock.turn()
    await Promise.resolve()
  }
  return promise
}

/** What goes on in the background without a clock has happened. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}

export interface TestLog extends TestDirectory {
  readonly log: PartitionLog
}
export async function openLog(
  config: Partial<LogConfig> = {},
  options: Parameters<typeof openDirectory>[0] = {},
): Promise<TestLog> {
  const defaults = { ...defaultLogConfig, ...config },
    opened = await openDirectory({ defaults, ...options })
  const log =
    opened.directory.logs.get('t-0') ??
    opened.directory.createLog({ topic: 't', partition: 0, topicId, config: defaults })
  return { ...opened, log }
}
export async function reopen(
  { directory, clock, files, log }: TestLog,
  options: Parameters<typeof openDirectory>[0] = {},
): Promise<TestLog> {
  await whileTurning(directory.close(), clock)
  return openLog(log.config, { files, clock, ...options })
}

export const batchOf = (values: readonly string[], options: BatchOptions & { timestamp?: number } = {}): Buffer =>
  buildBatch(
    values.map((value): RecordDraft => ({ timestamp: options.timestamp ?? 1_700_000_000_000, value })),
    options,
  )
export function append(log: PartitionLog, batch: Buffer, options: Partial<AppendOptions> = {}): AppendOutcome {
  return log.append(batch, { leaderEpoch: 0, origin: 'client', now: 1_700_000_000_000, ...options })
}
export function appended(log: PartitionLog, batch: Buffer, options: Partial<AppendOptions> = {}): Appended {
  const outcome = append(log, batch, options)
  if (outcome.error !== 'NONE') throw new Error(`${outcome.error}: ${outcome.message}`)
  return outcome
}
export function read(log: PartitionLog, offset: number, limits: Partial<ReadLimits> = {}): LogRead {
  const outcome = log.read(offset, { maxBytes: 2 ** 20, ...limits })
  if (outcome.error !== 'NONE') throw new Error(`${outcome.error}: ${outcome.message}`)
  return outcome
}
/** Offsets and values of the records in the batches that a read gives. */
export function valuesOf(records: Uint8Array): [offset: number, value: string][] {
  const bytes = Buffer.from(records),
    index = new RecordIndex()
  return [...batches(bytes)].flatMap(at => {
    index.read(bytes, at)
    return Array.from({ length: index.count }, (_, i): [number, string] => [index.offset(i), String(index.value(i))])
  })
}
/** The whole log, read in fetches of `maxBytes`. */
export function allOf(log: PartitionLog, maxBytes = 2 ** 20): [offset: number, value: string][] {
  const all: [number, string][] = []
  for (let offset = log.logStartOffset; offset < log.endOffset;) {
    const { records, lastOffset, release } = read(log, offset, { maxBytes, minOneBatch: true })
    if (lastOffset < offset) throw new Error(`nothing to read at ${offset}, where the log ends at ${log.endOffset}`)
    all.push(...valuesOf(records))
    release()
    offset = lastOffset + 1
  }
  return all
}
