// One replica of a partition on this broker: the log, and the part that the broker plays in replicating it.
//
//   leader    appends what clients send; its high watermark is what every in-sync replica has
//   follower  appends what it fetches from the leader (replica-fetcher.ts), and takes the high watermark over
//
// With one replica the same rules hold: the high watermark is then how far the own log is durable.

import { Chain } from '../base/index.ts'
import { batchIsControl, batchProducerEpoch, batchProducerId, errorMessage, type ErrorName } from '../protocol/index.ts'
import type { AppendOutcome, PartitionLog, ReadOutcome } from '../storage/index.ts'
import { Acknowledgements, newPartitionResponse, type PartitionResponse, type Waiter } from './acknowledgements.ts'
import type { FetchWatch } from './delayed-fetch.ts'
import { ReplicaProgress } from './replica-progress.ts'

/** Up to where a fetch may read: consumers to the high watermark or the last stable offset, followers to the end. */
export type FetchLimit = 'highWatermark' | 'lastStableOffset' | 'endOffset'

/** What the metadata says of a partition. */
export interface PartitionAssignment {
  readonly replicas: readonly number[]
  readonly isr: readonly number[]
  /** −1: none. */
  readonly leader: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
}
export interface PartitionOutside {
  readonly nodeId: number
  now(): number
  monotonic(): number
  /** replica.lag.time.max.ms */
  readonly replicaLagMsMax: number
  /** Asks the metadata for other in-sync replicas; what comes of it arrives with the next image. */
  proposeIsr(partition: Partition, isr: readonly number[]): void
  /** As the leader it has taken records of a client, or of a coordinator. */
  appended(topic: string, batch: { readonly records: number; readonly bytes: number }): void
  /** It has taken so many bytes from the leader. */
  replicated(bytes: number): void
  /** The high watermark of a partition that others look into (the groups' log) has moved. */
  committed(partition: Partition): void
}

export interface PartitionReadLimits {
  readonly maxBytes: number
  readonly minOneBatch: boolean
  readonly limit: FetchLimit
}
export interface PartitionAppend {
  readonly origin: 'client' | 'coordinator'
  readonly acks: number
  readonly now: number
  /** Of a marker. */
  readonly transactionVersion?: number | undefined
}
/** What was found out about a transaction while it was being found out: void if it has ended meanwhile. */
export interface TransactionVerification {
  readonly producerId: number
  /** The least epoch of a marker that ends this transaction; those before have ended earlier ones. */
  readonly endEpoch: number
  holds: boolean
}

const nowhere: PartitionAssignment = { replicas: [], isr: [], leader: -1, leaderEpoch: -1, partitionEpoch: -1 }

export class Partition {
  readonly topic: string
  readonly index: number
  readonly topicId: string
  readonly log: PartitionLog
  readonly #outside: PartitionOutside
  assignment: PartitionAssignment = nowhere
  minInsyncReplicas = 1
  /** As a follower: the committed records that the leader has and this replica has not, when last it heard. */
  replicationLag = 0
  readonly fetchWatches = new Chain<FetchWatch>()
  /** acks=1: waiting for the own log. acks=-1: waiting for the high watermark. */
  readonly #unwritten = new Acknowledgements()
  readonly #unreplicated = new Acknowledgements()
  readonly #verifications = new Set<TransactionVerification>()
  #followers = new Map<number, ReplicaProgress>()
  #epochStartOffset = 0
  #fault: ErrorName | undefined
  #durable: PromiseWithResolvers<void> | undefined

  constructor(log: PartitionLog, outside: PartitionOutside) {
    this.topic = log.topic
    this.index = log.partition
    this.topicId = log.topicId
    this.log = log
    this.#outside = outside
    if (log.fault !== undefined) this.#fault = 'KAFKA_STORAGE_ERROR'
  }

  get isLeader(): boolean {
    return this.assignment.leader === this.#outside.nodeId
  }
  get leaderEpoch(): number {
    return this.assignment.leaderEpoch
  }
  get highWatermark(): number {
    return this.log.highWatermark
  }
  fetchEnd(limit: FetchLimit): number {
    return limit === 'highWatermark'
      ? this.log.highWatermark
      : limit === 'endOffset'
        ? this.log.endOffset
        : Math.min(this.log.lastStableOffset, this.log.highWatermark)
  }
  /** Whether this broker may act as the leader for a request that knows this epoch (−1: any). */
  checkLeader(currentLeaderEpoch: number): ErrorName {
    if (this.#fault !== undefined) return this.#fault
    if (currentLeaderEpoch >= 0 && currentLeaderEpoch < this.leaderEpoch) return 'FENCED_LEADER_EPOCH'
    if (currentLeaderEpoch > this.leaderEpoch) return 'UNKNOWN_LEADER_EPOCH'
    return this.isLeader ? 'NONE' : 'NOT_LEADER_OR_FOLLOWER'
  }

  /** Takes over what the newest image says. */
  assign(assignment: PartitionAssignment): void {
    const before = this.assignment
    if (before === assignment) return
    this.assignment = assignment
    this.replicationLag = 0
    if (!this.isLeader) {
      if (before.leader === this.#outside.nodeId) this.#stepDown('NOT_LEADER_OR_FOLLOWER')
      return
    }
    if (before.leader !== assignment.leader || before.leaderEpoch !== assignment.leaderEpoch) this.#lead()
    else this.#keepFollowers()
    this.#advance()
  }
  #lead(): void {
    this.#epochStartOffset = this.log.endOffset
    this.log.assignEpoch(this.leaderEpoch, this.#epochStartOffset)
    this.#followers = new Map()
    this.#keepFollowers()
    this.#wakeFetches()
  }
  #keepFollowers(): void {
    const now = this.#outside.monotonic()
    const others = this.assignment.replicas.filter(id => id !== this.#outside.nodeId)
    this.#followers = new Map(others.map(id => [id, this.#followers.get(id) ?? new ReplicaProgress(now)]))
  }
  #stepDown(error: ErrorName): void {
    this.#followers = new Map()
    this.#unwritten.fail(error)
    this.#unreplicated.fail(error)
    this.#wakeFetches()
  }
  /** A write failed, and the log went back to what it had written. */
  lostTail(): void {
    this.#unwritten.lost(this.log.endOffset, 'KAFKA_STORAGE_ERROR')
    this.#unreplicated.lost(this.log.endOffset, 'KAFKA_STORAGE_ERROR')
    this.#endWaiting()
  }
  /** The log cannot be used any more, or the topic is gone: everybody who waits is told. */
  fail(error: ErrorName): void {
    this.#fault = error
    this.#stepDown(error)
    this.#endWaiting()
  }
  #endWaiting(): void {
    this.#durable?.resolve()
    this.#durable = undefined
  }
  #wakeFetches(): void {
    for (const { fetch } of this.fetchWatches.all()) fetch.answer()
  }

  /** Appends as the leader. `acks` −1 asks that there be enough replicas to begin with. */
  append(batches: Buffer, options: PartitionAppend): AppendOutcome {
    const refused = this.checkLeader(-1)
    if (refused !== 'NONE') return { error: refused, message: errorMessage(refused) }
    if (options.acks === -1 && !this.#hasEnoughReplicas()) {
      const message = `${this.assignment.isr.length} replicas are in sync, min.insync.replicas is ${this.minInsyncReplicas}`
      return { error: 'NOT_ENOUGH_REPLICAS', message }
    }
    const outcome = this.log.append(batches, {
      leaderEpoch: this.leaderEpoch,
      origin: options.origin,
      now: options.now,
      transactionVersion: options.transactionVersion,
    })
    if (outcome.error !== 'NONE') return outcome
    const records = outcome.lastOffset - outcome.baseOffset + 1
    this.#outside.appended(this.topic, { records, bytes: batches.length })
    if (options.origin === 'coordinator') this.#endVerifications(batches)
    if (this.#followers.size > 0) this.#wakeFollowers()
    return outcome
  }
  /** A partition of fewer replicas than min.insync.replicas needs all that it has, as in Kafka. */
  #hasEnoughReplicas(): boolean {
    const { isr, replicas } = this.assignment
    return isr.length >= Math.min(this.minInsyncReplicas, replicas.length)
  }
  /** Followers read what is not durable here yet: they make it safe. */
  #wakeFollowers(): void {
    for (const watch of this.fetchWatches.all()) if (watch.limit === 'endOffset') watch.fetch.grown(watch)
  }
  /** Has a produce request wait until what it appended, up to `endOffset`, is as safe as its acks ask for. */
  acknowledge(acks: number, endOffset: number, produce: Waiter, response: PartitionResponse): void {
    const [waiting, reached] =
      acks === -1 ? [this.#unreplicated, this.log.highWatermark] : [this.#unwritten, this.#ownOffset]
    // A duplicate was appended, and may have become safe, long ago.
    if (endOffset > reached) waiting.add({ endOffset, produce, response })
  }
  /**
   * What acks=1 counts on: the log's file. A leader alone in sync answers no sooner than consumers see the records, as
   * Kafka's high watermark leaves nobody a moment between the two.
   */
  get #ownOffset(): number {
    return this.assignment.isr.length > 1 ? this.log.writtenOffset : this.log.highWatermark
  }
  /** Resolves when the in-sync replicas have everything before the offset, or this broker cannot know any more. */
  whenReplicated(endOffset: number): Promise<ErrorName> {
    return new Promise(resolve => {
      const waiter: Waiter = { waitFor() {}, settle: (_, error) => resolve(error) }
      if (endOffset <= this.log.highWatermark) resolve('NONE')
      else this.#unreplicated.add({ endOffset, produce: waiter, response: newPartitionResponse(this.index) })
    })
  }
  /** More of the log is written, or durable, than before. */
  progressed(): void {
    if (this.log.durableOffset >= this.log.endOffset) this.#endWaiting()
    if (this.isLeader) this.#advance()
  }

  #advance(): void {
    this.#advanceHighWatermark()
    this.#unwritten.reached(this.#ownOffset)
  }
  /** Whether what the producer writes is part of a transaction that has reached this partition before. */
  hasOpenTransaction(producerId: number, producerEpoch: number): boolean {
    const producer = this.log.producer(producerId)
    return producer !== undefined && producer.transactionFirstOffset >= 0 && producer.epoch === producerEpoch
  }
  /** KIP-890: from here on a marker of the producer is noticed. */
  startVerification(transaction: Omit<TransactionVerification, 'holds'>): TransactionVerification {
    const verification = { ...transaction, holds: true }
    this.#verifications.add(verification)
    return verification
  }
  endVerification(verification: TransactionVerification): void {
    this.#verifications.delete(verification)
  }
  #endVerifications(batch: Buffer): void {
    if (this.#verifications.size === 0 || !batchIsControl(batch, 0)) return
    const producerId = batchProducerId(batch, 0),
      epoch = batchProducerEpoch(batch, 0)
    for (const verification of this.#verifications)
      if (verification.producerId === producerId && epoch >= verification.endEpoch) verification.holds = false
  }

  /** The high watermark is what every replica of the in-sync set has. It never goes back. */
  #advanceHighWatermark(): void {
    let least = this.log.durableOffset
    for (const id of this.assignment.isr) {
      const follower = this.#followers.get(id)
      if (follower !== undefined && follower.endOffset < least) least = follower.endOffset
    }
    if (least <= this.log.highWatermark) return
    this.log.setHighWatermark(least)
    this.#unreplicated.reached(least, this.#hasEnoughReplicas() ? 'NONE' : 'NOT_ENOUGH_REPLICAS_AFTER_APPEND')
    this.#outside.committed(this)
    this.wakeConsumers()
  }
  /** The high watermark, or the last stable offset, has moved. */
  wakeConsumers(): void {
    for (const watch of this.fetchWatches.all()) watch.fetch.grown(watch)
  }

  read(offset: number, { limit, ...limits }: PartitionReadLimits): ReadOutcome {
    return this.log.read(offset, { ...limits, upTo: this.fetchEnd(limit) })
  }
  /** Resolves when `read` need not wait for the device; undefined: it need not now. */
  prepareRead(offset: number, { limit, ...limits }: PartitionReadLimits): Promise<void> | undefined {
    return this.log.prepareRead(offset, { ...limits, upTo: this.fetchEnd(limit) })
  }

  /** Nothing before the offset is given out any more. */
  deleteRecordsBefore(offset: number): void {
    this.log.advanceLogStart(offset)
    // Whoever is parked below it has to be told.
    for (const watch of this.fetchWatches.all()) if (watch.nextOffset < offset) watch.fetch.answer()
  }

  // As a follower

  /** Appends what the leader gave, and takes over what it knows to be replicated and deleted. */
  replicate(records: Buffer, leader: { readonly highWatermark: number; readonly logStartOffset: number }): void {
    const { log } = this
    if (records.length > 0) {
      const now = this.#outside.now()
      const outcome = log.append(records, { leaderEpoch: this.leaderEpoch, origin: 'replication', now })
      if (outcome.error !== 'NONE') throw new Error(`${this.topic}-${this.index}: ${outcome.error}, ${outcome.message}`)
      this.#outside.replicated(records.length)
    }
    if (leader.logStartOffset > log.logStartOffset) log.advanceLogStart(leader.logStartOffset)
    this.replicationLag = Math.max(0, leader.highWatermark - log.endOffset)
    const highWatermark = Math.min(leader.highWatermark, log.endOffset)
    if (highWatermark > log.highWatermark) log.setHighWatermark(highWatermark)
  }
  /** The leader's log parts from this one in or before this epoch, which ends there at that offset. */
  truncateToEpoch({ epoch, endOffset }: { readonly epoch: number; readonly endOffset: number }): void {
    const own = this.log.endOffsetForEpoch(epoch)
    // With an older epoch of our own, the leader is asked again from its end.
    this.log.truncateTo(own.epoch === epoch ? Math.min(own.endOffset, endOffset) : own.endOffset)
  }
  /** Resolves when all that was appended is as durable as the configuration asks. */
  whenDurable(): Promise<void> {
    if (this.log.durableOffset >= this.log.endOffset || this.#fault !== undefined) return Promise.resolve()
    this.#durable ??= Promise.withResolvers()
    return this.#durable.promise
  }

  // What the leader knows of its followers

  /** A follower asks for the records from `fetchOffset` on, so it has those before. */
  followerFetched(replicaId: number, fetchOffset: number, logStartOffset: number): void {
    const follower = this.#followers.get(replicaId)
    if (follower === undefined) return
    const now = this.#outside.monotonic()
    follower.fetched({ endOffset: fetchOffset, logStartOffset, leaderEndOffset: this.log.endOffset, now })
    const { isr } = this.assignment
    // KIP-227's rule for joining: it has what consumers have seen, and something of this leader's epoch.
    if (!isr.includes(replicaId) && fetchOffset >= Math.max(this.highWatermark, this.#epochStartOffset))
      this.#outside.proposeIsr(this, [...isr, replicaId])
    this.#advance()
  }
  hasReplica(replicaId: number): boolean {
    return this.assignment.replicas.includes(replicaId)
  }
  /** Proposes to go on without the replicas that have fallen behind. Called every half of replica.lag.time.max.ms. */
  shrinkIsr(): void {
    if (!this.isLeader || this.#followers.size === 0) return
    const now = this.#outside.monotonic()
    const inSync = this.assignment.isr.filter(
      id => this.#followers.get(id)?.isCaughtUp(this.log.endOffset, now, this.#outside.replicaLagMsMax) ?? true,
    )
    if (inSync.length < this.assignment.isr.length) this.#outside.proposeIsr(this, inSync)
  }
}
