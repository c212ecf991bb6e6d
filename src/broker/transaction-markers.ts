// Markers: the last batch of a transaction in each of its partitions, which says whether what stands before it counts.
// The coordinator has them written by the leaders of the partitions, itself maybe one of them, until each has its own.

import type { Clock, Logger } from '../base/index.ts'
import { resultOf, type GroupCoordinator, type MarkersToWrite, type TransactionResult } from '../coordinator/index.ts'
import type { Metadata } from '../metadata/index.ts'
import { controlBatch, errorName, writeTxnMarkers, type ErrorName } from '../protocol/index.ts'
import type { Partitions } from './partitions.ts'
import type { Peers } from './peers.ts'

export interface Marker {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
  readonly result: TransactionResult
  /** 2: the epoch is above that of the transaction's records (KIP-890). */
  readonly transactionVersion: number
}
interface Place {
  readonly topic: string
  readonly index: number
}
export interface TransactionMarkersOptions {
  readonly nodeId: number
  readonly metadata: Metadata
  readonly partitions: Partitions
  readonly groups: GroupCoordinator
  readonly peers: Peers
  readonly clock: Clock
  readonly logger: Logger
}
/** Between attempts, while a partition has no leader, or too few replicas. */
const retryMs = 100
const groupsTopic = '__consumer_offsets'

export class TransactionMarkers {
  readonly #options: TransactionMarkersOptions
  constructor(options: TransactionMarkersOptions) {
    this.#options = options
  }

  /** Resolves when every partition of the transaction has its marker; rejects when the signal says that it is another's. */
  async write({ transactionalId, transaction, coordinatorEpoch, signal }: MarkersToWrite): Promise<void> {
    const { producerId, producerEpoch, clientVersion: transactionVersion } = transaction
    const marker = { producerId, producerEpoch, coordinatorEpoch, result: resultOf(transaction), transactionVersion }
    let places = [...transaction.partitions].flatMap(([topic, indexes]) =>
      [...indexes].map(index => ({ topic, index })),
    )
    for (let attempt = 1; ; attempt++) {
      const outcomes = await this.#attempt(marker, places)
      signal.throwIfAborted()
      const missing = outcomes.filter(({ error }) => !isSettled(error))
      if (missing.length === 0) return
      if (attempt % 100 === 0) {
        const { place, error } = missing[0]!
        this.#options.logger.warn('a partition does not take its marker', { transactionalId, ...place, error, attempt })
      }
      places = missing.map(({ place }) => place)
      await this.#options.clock.sleep(retryMs, signal)
    }
  }
  async #attempt(marker: Marker, places: readonly Place[]): Promise<{ place: Place; error: ErrorName }[]> {
    const { nodeId } = this.#options
    const byLeader = Map.groupBy(places, place => this.#leaderOf(place))
    const outcomes = [...byLeader].map(async ([leader, ofLeader]) => {
      if (leader === undefined) return ofLeader.map(place => ({ place, error: 'NONE' as const }))
      if (leader !== nodeId) return this.#writeThere(leader, marker, ofLeader)
      return Promise.all(ofLeader.map(async place => ({ place, error: await this.writeHere(marker, place) })))
    })
    return (await Promise.all(outcomes)).flat()
  }
  /** Undefined: the topic is gone, and nobody waits for its marker. */
  #leaderOf({ topic, index }: Place): number | undefined {
    return this.#options.metadata.image.topics.get(topic)?.partitions[index]?.leader
  }

  /** Into a partition that this broker leads. Resolves when its replicas have it. */
  async writeHere(marker: Marker, { topic, index }: Place): Promise<ErrorName> {
    const { partitions, groups, clock } = this.#options
    if (topic === groupsTopic) return leaderError(await groups.writeMarker(index, marker))
    const partition = partitions.byName(topic).find(index)
    if (typeof partition === 'string') return partition
    const now = clock.now(),
      { transactionVersion } = marker
    const batch = controlBatch({ ...marker, type: marker.result, timestamp: now })
    const outcome = partition.append(batch, { origin: 'coordinator', acks: -1, now, transactionVersion })
    return outcome.error === 'NONE' ? partition.whenReplicated(outcome.lastOffset + 1) : outcome.error
  }
  async #writeThere(leader: number, marker: Marker, places: readonly Place[]) {
    const failed = (error: ErrorName) => places.map(place => ({ place, error }))
    if (leader < 0) return failed('LEADER_NOT_AVAILABLE')
    const { producerId, producerEpoch, coordinatorEpoch, result, transactionVersion } = marker
    const byTopic = Map.groupBy(places, ({ topic }) => topic)
    const topics = [...byTopic].map(([name, ofTopic]) => ({
      name,
      partitionIndexes: ofTopic.map(({ index }) => index),
    }))
    const transactionResult = result === 'commit'
    const draft = { producerId, producerEpoch, coordinatorEpoch, transactionResult, transactionVersion, topics }
    try {
      const { markers } = await this.#options.peers.request(leader, writeTxnMarkers, { markers: [draft] })
      return (markers[0]?.topics ?? []).flatMap(({ name: topic, partitions }) =>
        partitions.map(({ partitionIndex: index, errorCode }) => ({
          place: { topic, index },
          error: errorName(errorCode),
        })),
      )
    } catch (error) {
      this.#options.logger.debug('markers did not get through', { leader, error: String(error) })
      return failed('NETWORK_EXCEPTION')
    }
  }
}

/** The partition has the marker; or one that came after it, of a coordinator or a producer that fenced this one. */
function isSettled(error: ErrorName): boolean {
  return error === 'NONE' || error === 'INVALID_PRODUCER_EPOCH' || error === 'TRANSACTION_COORDINATOR_FENCED'
}
/** What the groups' coordinator answers, as a leader says it. */
function leaderError(error: ErrorName): ErrorName {
  switch (error) {
    case 'COORDINATOR_NOT_AVAILABLE':
    case 'COORDINATOR_LOAD_IN_PROGRESS':
    case 'NOT_COORDINATOR':
      return 'NOT_LEADER_OR_FOLLOWER'
    default:
      return error
  }
}
