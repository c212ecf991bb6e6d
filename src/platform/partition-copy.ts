// One partition of another cluster that is copied into the log of the partition of the same name here: batch for batch, as
// bytes. Only the leader epoch becomes ours, which lies outside the checksum.

import { UserError } from '../base/index.ts'
import type { BrokerNode } from '../broker/index.ts'
import {
  batchBaseOffset,
  batches,
  batchIsControl,
  batchLastOffset,
  batchMagic,
  batchProducerId,
  batchRecordCount,
  batchSizeBytes,
  controlBatch,
  controlType,
  gapBatch,
  RecordIndex,
  setLeaderEpoch,
} from '../protocol/index.ts'

/** A replica of ours that leads. */
export type LedPartition = Exclude<
  ReturnType<ReturnType<BrokerNode['context']['partitions']['byName']>['find']>,
  string
>

/** Offsets in the source: the first that is wanted, and the one at which the copy ends. */
export interface CopyRange {
  readonly start: number
  readonly end: number
}

export class PartitionCopy {
  readonly #partition: LedPartition
  readonly #end: number
  readonly #now: () => number
  #start: number
  /** The next offset to be fetched. */
  #next: number
  #hasBegun = false
  /** First offsets of aborted transactions whose markers have not come, by producer. */
  readonly #aborted = new Map<number, Set<number>>()
  records = 0
  sizeBytes = 0
  /** −1: none was met. */
  producerIdMax = -1

  constructor(partition: LedPartition, { start, end }: CopyRange, now: () => number) {
    this.#partition = partition
    this.#start = this.#next = start
    this.#end = end
    this.#now = now
  }
  get topic(): string {
    return this.#partition.topic
  }
  get index(): number {
    return this.#partition.index
  }
  get nextOffset(): number {
    return this.#next
  }
  get endOffset(): number {
    return this.#end
  }
  /** How far it is, and how far it goes, in offsets. */
  get progress(): { readonly done: number; readonly total: number } {
    return { done: this.#next - this.#start, total: this.#end - this.#start }
  }
  get isWhole(): boolean {
    return this.#next >= this.#end
  }

  /** Takes what a fetch from `nextOffset` gave, in memory that is ours. Batches at or after the end are left out. */
  take(bytes: Buffer, aborted: readonly { readonly producerId: number; readonly firstOffset: number }[]): void {
    for (const { producerId, firstOffset } of aborted) {
      const known = this.#aborted.get(producerId)
      if (known === undefined) this.#aborted.set(producerId, new Set([firstOffset]))
      else known.add(firstOffset)
    }
    let from = 0,
      to = 0
    for (const at of batches(bytes)) {
      if (batchBaseOffset(bytes, at) >= this.#end) break
      to = at + batchSizeBytes(bytes, at)
      // The log goes on behind what the broker gave once more.
      if (batchLastOffset(bytes, at) < this.#next) from = to
      else this.#adopt(bytes, at)
    }
    if (from === to) return
    this.#begin(batchBaseOffset(bytes, from))
    this.#append(bytes.subarray(from, to))
    this.sizeBytes += to - from
  }
  #adopt(bytes: Buffer, at: number): void {
    if (batchMagic(bytes, at) !== 2)
      throw new UserError(
        'COPY',
        `${this.topic}-${this.index} holds records in a message format of Kafka before 0.11 at offset ${batchBaseOffset(bytes, at)}: they cannot be copied`,
      )
    setLeaderEpoch(bytes, at, this.#partition.leaderEpoch)
    const producerId = batchProducerId(bytes, at)
    if (producerId > this.producerIdMax) this.producerIdMax = producerId
    if (batchIsControl(bytes, at)) this.#meetMarker(bytes, at)
    else this.records += batchRecordCount(bytes, at)
    this.#next = batchLastOffset(bytes, at) + 1
  }
  #meetMarker(bytes: Buffer, at: number): void {
    const first = this.#aborted.get(batchProducerId(bytes, at))
    if (first === undefined || batchRecordCount(bytes, at) === 0) return
    if (controlType(new RecordIndex().read(bytes, at).key(0)) === 'abort') first.delete(Math.min(...first))
  }
  #begin(offset: number): void {
    if (this.#hasBegun) return
    this.#hasBegun = true
    this.#partition.log.truncateFullyAndStartAt(Math.min(offset, this.#start))
  }
  #append(bytes: Buffer): void {
    const { log, leaderEpoch } = this.#partition
    const outcome = log.append(bytes, { leaderEpoch, origin: 'replication', now: this.#now() })
    if (outcome.error !== 'NONE')
      throw new UserError(
        'COPY',
        `${this.topic}-${this.index} cannot be written: ${outcome.message} (${outcome.error})`,
      )
  }

  /** The source has deleted what comes next: the copy begins again where the source does now. */
  restartAt(start: number): void {
    this.#start = this.#next = Math.min(start, this.#end)
    this.#hasBegun = false
    this.#aborted.clear()
    this.records = this.sizeBytes = 0
  }
  /** The source has no more batches before the end: compaction leaves offsets without records there, too. */
  skipToEnd(): void {
    this.#begin(this.#next)
    while (this.#next < this.#end) {
      const to = Math.min(this.#end, this.#next + gapOffsetsMax)
      const gap = gapBatch(this.#next, to)
      setLeaderEpoch(gap, 0, this.#partition.leaderEpoch)
      this.#append(gap)
      this.#next = to
    }
  }

  /**
   * The log starts where it should, and no transaction is left open: a source's last stable offset may lie before the
   * marker of one that has ended, and then the marker is written here, behind what was copied. Resolves when all is durable.
   */
  async finish(): Promise<void> {
    const { log } = this.#partition
    this.#begin(this.#start)
    log.advanceLogStart(this.#start)
    for (const { producerId, epoch, coordinatorEpoch, transactionFirstOffset } of log.activeProducers()) {
      if (transactionFirstOffset < 0) continue
      const type = (this.#aborted.get(producerId)?.size ?? 0) > 0 ? 'abort' : 'commit'
      const timestamp = this.#now()
      const marker = controlBatch({ type, producerId, producerEpoch: epoch, coordinatorEpoch, timestamp })
      this.#partition.append(marker, { origin: 'coordinator', acks: 1, now: timestamp })
    }
    await this.#partition.whenDurable()
  }
}
/** The offsets of a batch are counted from its first one in an int32. */
const gapOffsetsMax = 2 ** 31 - 1
