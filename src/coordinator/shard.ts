// One partition of a coordinator's topic: its log, as bytes, on one side, and the machine that runs on it on the other.

import type { Clock, Logger } from '../base/index.ts'
import { batches, batchLastOffset, WireError, type ErrorName } from '../protocol/index.ts'
import type { Appended, Machine, MachineTypes, Outside, Refusal } from './machine.ts'
import type { ForeignRecord, RecordFormat } from './record-format.ts'
import { Runtime } from './runtime.ts'

/** The partition of the log, as the broker that leads it has it. */
export interface CoordinatorLog {
  readonly startOffset: number
  readonly endOffset: number
  readonly highWatermark: number
  /** Adds a batch, whose base offset is filled in. How far it is safe is told to the coordinator later. */
  append(batch: Buffer): Appended
  /** Whole batches, from the one that holds the offset on; empty at the end. Valid until the next call, or `release`. */
  read(offset: number): Buffer
  /** What was read last is of no more use. */
  release(): void
}
export interface ShardOptions<T extends MachineTypes> {
  readonly partition: number
  readonly log: CoordinatorLog
  readonly machine: Machine<T>
  readonly format: RecordFormat<T['record']>
  readonly clock: Clock
  readonly logger: Logger
  readonly outside: Outside<T>
  /** See RuntimeOptions. */
  readonly answerMsMax?: number
}

export class Shard<T extends MachineTypes> {
  readonly partition: number
  readonly runtime: Runtime<T>
  readonly #log: CoordinatorLog
  readonly #machine: Machine<T>
  readonly #format: RecordFormat<T['record']>
  readonly #clock: Clock
  readonly #logger: Logger
  /** Types of records that were passed over, and how many of each. */
  readonly #foreign = new Map<string, number>()
  #isClosed = false

  constructor({ partition, log, machine, format, clock, logger, outside, answerMsMax }: ShardOptions<T>) {
    this.partition = partition
    this.#log = log
    this.#machine = machine
    this.#format = format
    this.#clock = clock
    this.#logger = logger
    const runtimeLog = { append: (records: readonly T['record'][]) => this.#append(records) }
    this.runtime = new Runtime({ machine, log: runtimeLog, outside, clock, ...(answerMsMax && { answerMsMax }) })
  }

  /** Every group, or transactional id, that is there. */
  keys(): string[] {
    return this.runtime.isLeading ? [...this.#machine.keys(this.runtime.state.durable)] : []
  }

  /** Replays the log a piece a turn, so that the broker serves others meanwhile. */
  async load(): Promise<void> {
    const { endOffset } = this.#log,
      startedAt = this.#clock.monotonic()
    let records = 0
    try {
      for (let offset = this.#log.startOffset; offset < endOffset;) {
        const piece = this.#log.read(offset)
        const before = offset
        for (const at of batches(piece, 0, piece.length)) {
          records += this.#replay(piece, at)
          offset = batchLastOffset(piece, at) + 1
        }
        if (offset === before) break // compaction took what stood at the end
        await new Promise<void>(resolve => this.#clock.soon(resolve))
        if (this.#isClosed) return
      }
    } finally {
      this.#log.release()
    }
    this.runtime.lead({ endOffset, highWatermark: this.#log.highWatermark })
    const { subject } = this.#format
    for (const [type, count] of this.#foreign)
      this.#logger.warn(`records of ${subject} are of no known type and stay as they are`, { type, count })
    const keys = this.keys().length,
      tookMs = Math.round(this.#clock.monotonic() - startedAt)
    if (records > 0)
      this.#logger.info(`${subject} are loaded`, { partition: this.partition, records, [subject]: keys, tookMs })
  }
  #replay(bytes: Buffer, at: number): number {
    const records = this.#format.decode(bytes, at)
    for (const record of records)
      if (!isForeign(record)) this.runtime.replay(record)
      else if (record.version !== -1) {
        const type = `${record.type} version ${record.version}`
        this.#foreign.set(type, (this.#foreign.get(type) ?? 0) + 1)
      }
    return records.length
  }

  #append(records: readonly T['record'][]): Appended {
    let batch: Buffer
    try {
      batch = this.#format.encode(records, this.#clock.now())
    } catch (error) {
      // What a client said of itself fits its request and not our record: others go on without it.
      if (!(error instanceof WireError)) throw error
      this.#logger.error(`a record of ${this.#format.subject} cannot be written`, { error: error.message })
      return { error: 'UNKNOWN_SERVER_ERROR' }
    }
    const appended = this.#log.append(batch)
    return appended.error === 'NONE' ? appended : { error: errorOfCoordinator(appended.error) }
  }

  resign(): void {
    this.#isClosed = true
    this.runtime.resign()
  }
}

const isForeign = (record: unknown): record is ForeignRecord => (record as { readonly is?: unknown }).is === 'foreign'

/** What a client of a coordinator is told when the coordinator's own log refuses. */
function errorOfCoordinator(error: Refusal['error']): Exclude<ErrorName, 'NONE'> {
  switch (error) {
    case 'UNKNOWN_TOPIC_OR_PARTITION':
    case 'NOT_ENOUGH_REPLICAS':
    case 'NOT_ENOUGH_REPLICAS_AFTER_APPEND':
    case 'REQUEST_TIMED_OUT':
      return 'COORDINATOR_NOT_AVAILABLE'
    case 'NOT_LEADER_OR_FOLLOWER':
    case 'KAFKA_STORAGE_ERROR':
      return 'NOT_COORDINATOR'
    case 'MESSAGE_TOO_LARGE':
    case 'RECORD_LIST_TOO_LARGE':
      return 'UNKNOWN_SERVER_ERROR'
    default:
      return error
  }
}
