// Transactions as their coordinators and the partitions know them, and the end of one that hangs (KIP-664).

import { describeProducers, describeTransactions, listTransactions, writeTxnMarkers } from '../../protocol/index.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { check } from '../errors.ts'
import { toLeaders } from './records.ts'

export interface TransactionListing {
  readonly transactionalId: string
  /** The broker that coordinates it. */
  readonly coordinator: number
  readonly producerId: number
  /** Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort, … */
  readonly state: string
}
export interface TransactionFilter {
  readonly states?: readonly string[]
  readonly producerIds?: readonly number[]
  /** Only those that have been open for longer. */
  readonly openForMs?: number
  /** A regular expression that the whole transactional id matches; needs a broker of Kafka 4.1 or newer. */
  readonly pattern?: string
}
export interface TransactionDescription extends TransactionListing {
  readonly producerEpoch: number
  readonly timeoutMs: number
  /** Ms since 1970; −1: none is open. */
  readonly startTime: number
  readonly partitions: readonly TopicPartition[]
}
export interface ProducerDescription {
  readonly producerId: number
  readonly producerEpoch: number
  readonly lastSequence: number
  readonly lastTimestamp: number
  /** −1: no marker was written yet. */
  readonly coordinatorEpoch: number
  /** −1: no transaction is open. */
  readonly transactionStartOffset: number
}
export interface OpenTransaction extends ProducerDescription, TopicPartition {}
/** Which open transaction of a partition is to end: all of it as `producers` tells. */
export interface HangingTransaction extends TopicPartition {
  readonly producerId: number
  readonly producerEpoch: number
  readonly coordinatorEpoch: number
}

export class TransactionAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** The transactions that all brokers coordinate, by id. */
  list({ states = [], producerIds = [], openForMs, pattern }: TransactionFilter = {}): Promise<TransactionListing[]> {
    return this.#cluster.retrying(async () => {
      await this.#cluster.refresh([])
      const draft = {
        stateFilters: states,
        producerIdFilters: producerIds,
        ...(openForMs === undefined ? {} : { durationFilter: openForMs }),
        ...(pattern === undefined ? {} : { transactionalIdPattern: pattern }),
      }
      const lists = await Promise.all(
        [...this.#cluster.view.brokers.keys()].map(async coordinator => {
          const answer = await this.#cluster.ask(coordinator, 'main', listTransactions, draft)
          check(answer.errorCode, { context: `transactions of broker ${coordinator}` })
          return answer.transactionStates.map(({ transactionalId, producerId, transactionState }) => ({
            transactionalId,
            coordinator,
            producerId,
            state: transactionState,
          }))
        }),
      )
      return lists.flat().toSorted((a, b) => (a.transactionalId < b.transactionalId ? -1 : 1))
    })
  }

  /** Throws TRANSACTIONAL_ID_NOT_FOUND for an id that the coordinator does not know. */
  describe(transactionalId: string): Promise<TransactionDescription> {
    return this.#cluster.retrying(
      async () => {
        const coordinator = await this.#cluster.coordinator(transactionalId, 'transaction')
        const answer = await this.#cluster.ask(coordinator, 'main', describeTransactions, {
          transactionalIds: [transactionalId],
        })
        const found = answer.transactionStates[0]!
        check(found.errorCode, { context: `transactional id '${transactionalId}'` })
        return {
          transactionalId,
          coordinator,
          producerId: found.producerId,
          state: found.transactionState,
          producerEpoch: found.producerEpoch,
          timeoutMs: found.transactionTimeoutMs,
          startTime: found.transactionStartTimeMs,
          partitions: [...found.topics].flatMap(({ topic, partitions }) =>
            partitions.map(partition => ({ topic, partition })),
          ),
        }
      },
      { before: () => this.#cluster.forgetCoordinator(transactionalId, 'transaction') },
    )
  }

  /** The producers that the leader of a partition, or the replica on `broker`, knows. */
  producers(
    { topic, partition }: TopicPartition,
    { broker }: { readonly broker?: number } = {},
  ): Promise<ProducerDescription[]> {
    return this.#cluster.retrying(async () => {
      const draft = { topics: [{ name: topic, partitionIndexes: [partition] }] }
      const [answer] =
        broker === undefined
          ? await toLeaders(this.#cluster, [{ topic, partition }], describeProducers, () => draft)
          : [await this.#cluster.ask(broker, 'main', describeProducers, draft)]
      const { errorCode, errorMessage, activeProducers } = answer!.topics[0]!.partitions[0]!
      check(errorCode, { context: `producers of ${topic}-${partition}`, message: errorMessage })
      return activeProducers.map(({ currentTxnStartOffset, ...producer }) => ({
        ...producer,
        transactionStartOffset: currentTxnStartOffset,
      }))
    })
  }

  /**
   * The transactions that these partitions hold open and that nobody will end: silent for `silentForMs`, and no coordinator
   * has a transaction of that producer with the partition (KIP-664).
   */
  async hanging(
    partitions: readonly TopicPartition[],
    { silentForMs, now }: { readonly silentForMs: number; /** Ms since 1970. */ readonly now: number },
  ): Promise<OpenTransaction[]> {
    const open = await Promise.all(
      partitions.map(async place => {
        const producers = await this.producers(place)
        return producers
          .filter(
            ({ transactionStartOffset, lastTimestamp }) =>
              transactionStartOffset >= 0 && now - lastTimestamp > silentForMs,
          )
          .map(producer => ({ ...place, ...producer }))
      }),
    )
    const candidates = open.flat()
    if (candidates.length === 0) return []
    const listed = await this.list({ producerIds: [...new Set(candidates.map(({ producerId }) => producerId))] })
    const described = await Promise.all(listed.map(({ transactionalId }) => this.describe(transactionalId)))
    const isKept = ({ topic, partition, producerId }: OpenTransaction) =>
      described.some(
        other =>
          other.producerId === producerId &&
          other.partitions.some(place => place.topic === topic && place.partition === partition),
      )
    return candidates.filter(candidate => !isKept(candidate))
  }

  /** Writes the marker of an abort to one partition, whatever the transaction's coordinator says: for what hangs. */
  abort(hanging: HangingTransaction): Promise<void> {
    const { topic, partition, producerId, producerEpoch, coordinatorEpoch } = hanging
    return this.#cluster.retrying(async () => {
      const [answer] = await toLeaders(this.#cluster, [{ topic, partition }], writeTxnMarkers, () => ({
        markers: [
          {
            producerId,
            producerEpoch,
            transactionResult: false,
            topics: [{ name: topic, partitionIndexes: [partition] }],
            coordinatorEpoch,
          },
        ],
      }))
      const result = answer!.markers[0]?.topics[0]?.partitions[0]
      check(result?.errorCode ?? -1, { context: `abort of producer ${producerId} in ${topic}-${partition}` })
    })
  }
}
