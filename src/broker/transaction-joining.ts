// Before the first batch of a transaction is written to a partition, the coordinator of its id is asked whether the
// partition was added to it, or, by producers that leave that to the brokers, it is added (KIP-890). So no record can come
// after the end of its transaction, which would hold up readers of committed records for ever.

import type { Logger } from '../base/index.ts'
import { transactionApi, type TransactionCoordinator } from '../coordinator/index.ts'
import type { BrokerConfig, Metadata } from '../metadata/index.ts'
import { addPartitionsToTxn, errorName, type ErrorName } from '../protocol/index.ts'
import type { Partition } from './partition.ts'
import type { Peers } from './peers.ts'
import { transactionsTopic } from './transaction-settings.ts'

/** What the client of the request can do and understands, by its version. */
export type ClientSupport =
  /** Adds partitions itself, and knows nothing of TRANSACTION_ABORTABLE. */
  | 'none'
  | 'abortable'
  /** KIP-890: partitions join by being written to. */
  | 'joining'
export interface TransactionWrite {
  readonly transactionalId: string
  readonly producerId: number
  readonly producerEpoch: number
  readonly partitions: readonly Partition[]
  readonly support: ClientSupport
}
/** In the order of the partitions. */
type Errors = readonly ErrorName[]

export interface TransactionJoiningOptions {
  readonly nodeId: number
  readonly transactions: TransactionCoordinator
  readonly metadata: Metadata
  readonly peers: Peers
  readonly logger: Logger
  config(): BrokerConfig
}

export class TransactionJoining {
  readonly #options: TransactionJoiningOptions
  constructor(options: TransactionJoiningOptions) {
    this.#options = options
  }

  /** Whether it must be asked before this producer writes to the partition. */
  isNeeded(
    partition: Partition,
    { producerId, producerEpoch, support }: Omit<TransactionWrite, 'transactionalId' | 'partitions'>,
  ): boolean {
    if (partition.hasOpenTransaction(producerId, producerEpoch)) return false
    return support === 'joining' || this.#options.config().boolean('transaction.partition.verification.enable')
  }
  /**
   * Calls `done` with the errors: at once where this broker can say, else later. What it does at once, no end of the
   * transaction comes in between: one that has come while the coordinator was asked is an error, too.
   */
  join(write: TransactionWrite, done: (errors: Errors) => void): void {
    const errors = write.support === 'joining' ? undefined : this.#verifyNow(write)
    if (errors !== undefined) done(errors)
    else void this.#joinLater(write, done)
  }
  #verifyNow(write: TransactionWrite): Errors | undefined {
    const { transactionalId: key, producerId, producerEpoch } = write
    const partitions = transactionApi.partitionsOf(topicsOf(write))
    const verified = this.#options.transactions.verifyNow({ key, producerId, producerEpoch, partitions })
    return (
      verified &&
      write.partitions.map(({ topic, index }) => {
        const isMissing = verified.missing.get(topic)?.has(index)
        return toClient(isMissing ? 'TRANSACTION_ABORTABLE' : verified.error, write.support)
      })
    )
  }
  async #joinLater(write: TransactionWrite, done: (errors: Errors) => void): Promise<void> {
    const { producerId, producerEpoch, support } = write
    // KIP-890: where partitions join by being written to, a marker has the epoch of the transaction that comes next.
    const endEpoch = support === 'joining' ? producerEpoch + 1 : producerEpoch
    const verifications = write.partitions.map(partition => partition.startVerification({ producerId, endEpoch }))
    const errorOf = await this.#ask(write)
    const errors = write.partitions.map((partition, i): ErrorName => {
      partition.endVerification(verifications[i]!)
      const error = toClient(errorOf(partition.topic, partition.index), support)
      return error !== 'NONE' || verifications[i]!.holds ? error : 'INVALID_TXN_STATE'
    })
    done(errors)
  }
  async #ask(write: TransactionWrite): Promise<transactionApi.ErrorOfPartition> {
    const { metadata, transactions, nodeId, peers, logger } = this.#options
    const { transactionalId, producerId, producerEpoch } = write
    const index = transactions.partitionFor(transactionalId)
    const coordinator = metadata.image.topics.get(transactionsTopic)?.partitions[index]?.leader ?? -1
    if (coordinator < 0) return () => 'COORDINATOR_NOT_AVAILABLE'
    const verifyOnly = write.support !== 'joining'
    const transaction = { transactionalId, producerId, producerEpoch, verifyOnly, topics: topicsOf(write) }
    if (coordinator === nodeId)
      return transactionApi.joinPartitions(transactions, { ...transaction, clientVersion: 2 }, () => true)
    try {
      // Clients are told of versions up to 3, lest they take those that are for brokers.
      const request = { transactions: [transaction] }
      const { resultsByTransaction } = await peers.request(coordinator, addPartitionsToTxn, request, { version: 5 })
      const results = resultsByTransaction[0]?.topicResults ?? []
      return (topic, index) => {
        const result = results
          .find(({ name }) => name === topic)
          ?.resultsByPartition.find(({ partitionIndex }) => partitionIndex === index)
        return result === undefined ? 'UNKNOWN_SERVER_ERROR' : errorName(result.partitionErrorCode)
      }
    } catch (error) {
      logger.debug('the coordinator of a transaction was not reached', { coordinator, error: String(error) })
      return () => 'NETWORK_EXCEPTION'
    }
  }
}
function topicsOf({ partitions }: TransactionWrite) {
  const byTopic = Map.groupBy(partitions, ({ topic }) => topic)
  return [...byTopic].map(([name, ofTopic]) => ({ name, partitions: ofTopic.map(({ index }) => index) }))
}
/** What the coordinator says to brokers, as their clients are told it. */
function toClient(error: ErrorName, support: ClientSupport): ErrorName {
  if (error === 'PRODUCER_FENCED') return 'INVALID_PRODUCER_EPOCH'
  if (error === 'TRANSACTION_ABORTABLE' && support === 'none') return 'INVALID_TXN_STATE'
  return error
}
