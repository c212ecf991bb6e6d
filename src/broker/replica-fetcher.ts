// The follower's side of replication: fetches from one leader, with Kafka's own protocol, all partitions that follow it.
//
//   fetch at the own end ──▶ records: append ──▶ durable ──▶ fetch again (which tells the leader how far we are)
//                        └─▶ diverging epoch: truncate, fetch again
//                        └─▶ out of range: start where the leader's log starts
//
// One request is in flight at a time. An error of a partition rests that partition, an error of the connection all.

import type { Clock, Logger } from '../base/index.ts'
import type { ClientConnection } from '../connection/index.ts'
import { errorName, fetch, listOffsets, type DecodedResponseOf } from '../protocol/index.ts'
import type { Partition } from './partition.ts'

export interface ReplicaFetcherOptions {
  readonly nodeId: number
  readonly leaderId: number
  connect(): Promise<ClientConnection>
  readonly clock: Clock
  readonly logger: Logger
  /** replica.fetch.wait.max.ms, replica.fetch.max.bytes, replica.fetch.response.max.bytes, replica.fetch.backoff.ms */
  readonly waitMsMax: number
  readonly partitionBytesMax: number
  readonly bytesMax: number
  readonly backoffMs: number
}
type PartitionData = DecodedResponseOf<typeof fetch>['responses'][number]['partitions'][number]

export class ReplicaFetcher {
  readonly #options: ReplicaFetcherOptions
  /**
   * With the time before which each is left alone, in the order in which they are asked for: who gave records goes to the
   * end, since an answer may have room for the first of them only.
   */
  readonly #partitions = new Map<Partition, number>()
  readonly #closing = new AbortController()
  #connection: ClientConnection | undefined
  #added = Promise.withResolvers<void>()
  readonly #running: Promise<void>

  constructor(options: ReplicaFetcherOptions) {
    this.#options = options
    this.#running = this.#run()
  }
  add(partition: Partition): void {
    this.#partitions.set(partition, 0)
    this.#added.resolve()
  }
  remove(partition: Partition): void {
    this.#partitions.delete(partition)
  }
  get isIdle(): boolean {
    return this.#partitions.size === 0
  }
  async close(): Promise<void> {
    this.#closing.abort()
    this.#added.resolve()
    await this.#connection?.close()
    await this.#running
  }

  async #run(): Promise<void> {
    const { logger, leaderId, backoffMs } = this.#options
    while (!this.#closing.signal.aborted) {
      try {
        await this.#round()
      } catch (error) {
        if (this.#closing.signal.aborted) return
        logger.info('fetching from the leader failed', { leader: leaderId, error: String(error) })
        await this.#connection?.close()
        this.#connection = undefined
        await this.#rest(backoffMs)
      }
    }
  }
  async #round(): Promise<void> {
    if (this.#partitions.size === 0) {
      this.#added = Promise.withResolvers()
      return this.#added.promise
    }
    const now = this.#options.clock.monotonic()
    const ready = [...this.#partitions].filter(([, restsUntil]) => restsUntil <= now).map(([partition]) => partition)
    if (ready.length === 0) return this.#rest(this.#options.backoffMs)
    this.#connection ??= await this.#options.connect()
    // Closed meanwhile: a long poll would hold the closing up.
    if (this.#closing.signal.aborted) return this.#connection.close()
    const answer = await this.#connection.request(fetch, this.#request(ready))
    if (answer.errorCode !== 0) throw new Error(errorName(answer.errorCode))
    for (const { topicId, partitions } of answer.responses)
      for (const data of partitions) {
        const partition = ready.find(one => one.topicId === topicId && one.index === data.partitionIndex)
        // It may have got another leader, or been deleted, while the answer was on its way.
        if (partition !== undefined && this.#partitions.has(partition)) await this.#take(partition, data)
      }
    await Promise.all(ready.map(partition => partition.whenDurable()))
  }
  async #rest(ms: number): Promise<void> {
    await this.#options.clock.sleep(ms, this.#closing.signal).catch(() => undefined)
  }

  #request(partitions: readonly Partition[]) {
    const { nodeId, waitMsMax, bytesMax, partitionBytesMax } = this.#options
    return {
      replicaState: { replicaId: nodeId, replicaEpoch: -1 },
      maxWaitMs: waitMsMax,
      minBytes: 1,
      maxBytes: bytesMax,
      topics: neighboursOfTopics(partitions).map(ofTopic => ({
        topicId: ofTopic[0]!.topicId,
        partitions: ofTopic.map(({ index, log, leaderEpoch }) => ({
          partition: index,
          currentLeaderEpoch: leaderEpoch,
          fetchOffset: log.endOffset,
          lastFetchedEpoch: log.latestEpoch,
          logStartOffset: log.logStartOffset,
          partitionMaxBytes: partitionBytesMax,
        })),
      })),
      forgottenTopicsData: [],
    }
  }
  async #take(partition: Partition, data: PartitionData): Promise<void> {
    const error = errorName(data.errorCode)
    if (error === 'OFFSET_OUT_OF_RANGE') return this.#startAnew(partition)
    if (error !== 'NONE') {
      this.#options.logger.debug('not replicated', { topic: partition.topic, partition: partition.index, error })
      this.#partitions.set(partition, this.#options.clock.monotonic() + this.#options.backoffMs)
      return
    }
    if (data.divergingEpoch.epoch >= 0) return partition.truncateToEpoch(data.divergingEpoch)
    partition.replicate(data.records as Buffer, data)
    if (data.records!.length > 0) this.#moveToEnd(partition)
  }
  #moveToEnd(partition: Partition): void {
    this.#partitions.delete(partition)
    this.#partitions.set(partition, 0)
  }
  /** The leader has deleted what comes next here, or, after an unclean election, never had what lies here. */
  async #startAnew(partition: Partition): Promise<void> {
    const [start, end] = [await this.#ask(partition, -2), await this.#ask(partition, -1)]
    const { endOffset } = partition.log
    this.#options.logger.warn('the leader does not have the next offset', {
      topic: partition.topic,
      partition: partition.index,
      endOffset,
      leaderStart: start,
      leaderEnd: end,
    })
    if (endOffset > end) partition.log.truncateTo(end)
    else partition.log.truncateFullyAndStartAt(start)
  }
  async #ask({ topic, index, leaderEpoch }: Partition, timestamp: number): Promise<number> {
    const answer = await this.#connection!.request(listOffsets, {
      replicaId: this.#options.nodeId,
      topics: [{ name: topic, partitions: [{ partitionIndex: index, currentLeaderEpoch: leaderEpoch, timestamp }] }],
    })
    const { errorCode, offset } = answer.topics[0]!.partitions[0]!
    if (errorCode !== 0) throw new Error(`ListOffsets of ${topic}-${index}: ${errorName(errorCode)}`)
    return offset
  }
}

/** Their order is kept: one topic may come more than once. */
function neighboursOfTopics(partitions: readonly Partition[]): Partition[][] {
  const groups: Partition[][] = []
  for (const partition of partitions)
    if (groups.at(-1)?.[0]!.topicId === partition.topicId) groups.at(-1)!.push(partition)
    else groups.push([partition])
  return groups
}
