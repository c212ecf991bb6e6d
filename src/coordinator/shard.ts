// One partition of __consumer_offsets: its log, as bytes, on one side, and the machine that runs on it on the other.

import type { Clock, Logger } from '../base/index.ts'
import {
  batches,
  batchIsControl,
  batchLastOffset,
  BatchBuilder,
  RecordIndex,
  WireError,
  type ErrorName,
} from '../protocol/index.ts'
import type { GroupConfig } from './config.ts'
import { groupMachine } from './groups.ts'
import type { Appended, Outside, Refusal } from './machine.ts'
import { decodeRecord, encodeRecord, type GroupRecord } from './records.ts'
import type { GroupTypes } from './requests.ts'
import { Runtime } from './runtime.ts'

/** The partition of the log, as the broker that leads it has it. */
export interface CoordinatorLog {
  readonly startOffset: number
  readonly endOffset: number
  readonly highWatermark: number
  /** Adds a batch, whose base offset is filled in. How far it is safe is told to the coordinator later. */
  append(batch: Buffer): Appended
  /** Whole batches, from the one that holds the offset on; empty at the end. Valid until the next call. */
  read(offset: number): Buffer
}
export interface ShardOptions {
  readonly partition: number
  readonly log: CoordinatorLog
  readonly config: GroupConfig
  readonly clock: Clock
  readonly logger: Logger
  readonly outside: Outside<GroupTypes>
}

/** The log refuses what is too large for a batch of its topic; here is no other limit. */
const batchSizeMax = 0x7fff_ffff

export class Shard {
  readonly partition: number
  readonly runtime: Runtime<GroupTypes>
  readonly #log: CoordinatorLog
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #batch = new BatchBuilder({ sizeMax: batchSizeMax })
  readonly #index = new RecordIndex()
  /** Types of records that were passed over, and how many of each. */
  readonly #foreign = new Map<string, number>()
  #isClosed = false

  constructor({ partition, log, config, clock, logger, outside }: ShardOptions) {
    this.partition = partition
    this.#log = log
    this.#clock = clock
    this.#logger = logger
    const machine = groupMachine(config)
    this.runtime = new Runtime({ machine, log: { append: records => this.#append(records) }, outside, clock })
  }

  /** Every group that is there. */
  groupIds(): string[] {
    return this.runtime.isLeading ? [...this.runtime.state.volatile.keys()] : []
  }

  /** Replays the log a piece a turn, so that the broker serves others meanwhile. */
  async load(): Promise<void> {
    const { endOffset } = this.#log,
      startedAt = this.#clock.monotonic()
    let records = 0
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
    this.runtime.lead({ endOffset, highWatermark: this.#log.highWatermark })
    for (const [type, count] of this.#foreign)
      this.#logger.warn('records of groups are of no known type and stay as they are', { type, count })
    const groups = this.runtime.state.volatile.size,
      tookMs = Math.round(this.#clock.monotonic() - startedAt)
    if (records > 0) this.#logger.info('groups are loaded', { partition: this.partition, records, groups, tookMs })
  }
  #replay(bytes: Buffer, at: number): number {
    if (batchIsControl(bytes, at)) return 0
    const index = this.#index.read(bytes, at)
    const { keyStart, keyEnd, valueStart, valueEnd } = index
    for (let i = 0; i < index.count; i++) {
      if (keyStart[i] === -1) continue
      const record = decodeRecord(index.bytes, keyStart[i]!, keyEnd[i]!, valueStart[i]!, valueEnd[i]!)
      if (record.is !== 'foreign') this.runtime.replay(record)
      else if (record.version !== -1) {
        const type = `${record.type} version ${record.version}`
        this.#foreign.set(type, (this.#foreign.get(type) ?? 0) + 1)
      }
    }
    return index.count
  }

  /** The records of one decision are one batch: all of them are there, or none. */
  #append(records: readonly GroupRecord[]): Appended {
    const timestamp = this.#clock.now()
    try {
      for (const record of records) this.#batch.append({ timestamp, ...encodeRecord(record) })
    } catch (error) {
      // What a client said of itself fits its request and not our record: its group goes on without it.
      if (!(error instanceof WireError)) throw error
      this.#batch.reset()
      this.#logger.error('a record of a group cannot be written', { error: error.message })
      return { error: 'UNKNOWN_SERVER_ERROR' }
    }
    const appended = this.#log.append(this.#batch.finish())
    return appended.error === 'NONE' ? appended : { error: errorOfCoordinator(appended.error) }
  }

  resign(): void {
    this.#isClosed = true
    this.runtime.resign()
  }
}

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
