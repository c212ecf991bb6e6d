// The requests about transactions, of every version, to and from the transactions' machine. Topics that the cluster does not
// have are answered here.

import { RE2JS, RE2JSSyntaxException } from 're2js'

import {
  errorCode,
  type addOffsetsToTxn as addOffsetsToTxnApi,
  type addPartitionsToTxn as addPartitionsToTxnApi,
  type describeTransactions as describeTransactionsApi,
  type endTxn as endTxnApi,
  type ErrorName,
  type initProducerId as initProducerIdApi,
  type listTransactions as listTransactionsApi,
  type RequestOf,
  type ResponseOf,
} from '../../protocol/index.ts'
import type { ProducerIdAndEpoch } from './requests.ts'
import type { TransactionCoordinator } from './transaction-coordinator.ts'
import { noEpoch, noProducerId, type Transaction, type TransactionPartitions } from './transaction.ts'

type Request<A> = RequestOf<A>
type Response<A> = ResponseOf<A>
type TopicPartitionsRequest = readonly { readonly name: string; readonly partitions: readonly number[] }[]
/** Whether the cluster has the partition. */
export type HasPartition = (topic: string, partition: number) => boolean

/** PRODUCER_FENCED is unknown to clients below a version, and the error that it came from is told. */
function toVersion(error: ErrorName, knowsFencing: boolean): number {
  return errorCode(error === 'PRODUCER_FENCED' && !knowsFencing ? 'INVALID_PRODUCER_EPOCH' : error)
}

/** With a transactional id. Without one there is nothing to coordinate. */
export async function initProducerId(
  transactions: TransactionCoordinator,
  request: Request<typeof initProducerIdApi> & { readonly transactionalId: string },
  apiVersion: number,
): Promise<Response<typeof initProducerIdApi>> {
  const { transactionalId: key, transactionTimeoutMs: timeoutMs, producerId, producerEpoch } = request
  const refuse = (error: ErrorName) => ({
    errorCode: toVersion(error, apiVersion >= 4),
    producerId: noProducerId,
    producerEpoch: noEpoch,
  })
  const isNew = producerId === noProducerId
  if (key === '' || isNew !== (producerEpoch === noEpoch)) return refuse('INVALID_REQUEST')
  if (timeoutMs <= 0 || timeoutMs > transactions.config.timeoutMsMax) return refuse('INVALID_TRANSACTION_TIMEOUT')
  const expected = isNew ? undefined : { producerId, producerEpoch }
  const answer = await transactions.askForProducer<'initProducerId'>({ is: 'initProducerId', key, timeoutMs, expected })
  if (answer.error !== 'NONE') return refuse(answer.error)
  return { errorCode: 0, producerId: answer.producerId, producerEpoch: answer.producerEpoch }
}

export async function addPartitionsToTxn(
  transactions: TransactionCoordinator,
  request: Request<typeof addPartitionsToTxnApi>,
  apiVersion: number,
  hasPartition: HasPartition,
): Promise<Response<typeof addPartitionsToTxnApi>> {
  if (apiVersion >= 4) {
    const results = request.transactions.map(async transaction => ({
      transactionalId: transaction.transactionalId,
      topicResults: resultsOf(
        transaction.topics,
        await joinPartitions(transactions, { ...transaction, clientVersion: 2 }, hasPartition),
        true,
      ),
    }))
    return { errorCode: 0, resultsByTransaction: await Promise.all(results) }
  }
  const errors = await joinPartitions(
    transactions,
    {
      transactionalId: request.v3AndBelowTransactionalId,
      producerId: request.v3AndBelowProducerId,
      producerEpoch: request.v3AndBelowProducerEpoch,
      topics: request.v3AndBelowTopics,
      verifyOnly: false,
      clientVersion: 0,
    },
    hasPartition,
  )
  return { resultsByTopicV3AndBelow: resultsOf(request.v3AndBelowTopics, errors, apiVersion >= 2) }
}
function resultsOf(topics: TopicPartitionsRequest, errorOf: ErrorOfPartition, knowsFencing: boolean) {
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map(partitionIndex => ({
      partitionIndex,
      partitionErrorCode: toVersion(errorOf(name, partitionIndex), knowsFencing),
    })),
  }))
}

export type ErrorOfPartition = (topic: string, partition: number) => ErrorName
export interface Joining extends ProducerIdAndEpoch {
  readonly transactionalId: string
  readonly topics: TopicPartitionsRequest
  readonly verifyOnly: boolean
  readonly clientVersion: number
}
/** All of the partitions join the transaction, or none; or it is asked whether they have. */
export async function joinPartitions(
  transactions: TransactionCoordinator,
  { transactionalId: key, producerId, producerEpoch, topics, verifyOnly, clientVersion }: Joining,
  hasPartition: HasPartition,
): Promise<ErrorOfPartition> {
  const unknown = (name: string, partition: number) => !hasPartition(name, partition)
  if (topics.some(({ name, partitions }) => partitions.some(partition => unknown(name, partition))))
    return (name, partition) => (unknown(name, partition) ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'OPERATION_NOT_ATTEMPTED')
  if (key === '') return () => 'INVALID_REQUEST'
  const partitions = partitionsOf(topics)
  if (!verifyOnly) {
    const asked = { is: 'addPartitions', key, producerId, producerEpoch, partitions, clientVersion } as const
    const { error } = await transactions.askPatiently<'addPartitions'>(asked)
    return () => error
  }
  const asked = { is: 'verifyPartitions', key, producerId, producerEpoch, partitions } as const
  const answer = await transactions.ask<'verifyPartitions'>(asked)
  if (!('missing' in answer)) return () => answer.error
  const { error, missing } = answer
  return (name, partition) => (missing.get(name)?.has(partition) ? 'TRANSACTION_ABORTABLE' : error)
}
export function partitionsOf(topics: TopicPartitionsRequest): TransactionPartitions {
  const partitions = new Map<string, Set<number>>()
  for (const topic of topics)
    partitions.set(topic.name, new Set([...(partitions.get(topic.name) ?? []), ...topic.partitions]))
  return partitions
}

/** The group's partition of __consumer_offsets joins the transaction. */
export async function addOffsetsToTxn(
  transactions: TransactionCoordinator,
  request: Request<typeof addOffsetsToTxnApi>,
  apiVersion: number,
  offsetsPartition: number,
): Promise<Response<typeof addOffsetsToTxnApi>> {
  const topics = [{ name: '__consumer_offsets', partitions: [offsetsPartition] }]
  const errorOf = await joinPartitions(
    transactions,
    { ...request, topics, verifyOnly: false, clientVersion: 0 },
    () => true,
  )
  return { errorCode: toVersion(errorOf('__consumer_offsets', offsetsPartition), apiVersion >= 2) }
}

export async function endTxn(
  transactions: TransactionCoordinator,
  { transactionalId: key, producerId, producerEpoch, committed }: Request<typeof endTxnApi>,
  apiVersion: number,
): Promise<Response<typeof endTxnApi>> {
  if (key === '') return { errorCode: errorCode('INVALID_REQUEST') }
  const answer = await transactions.askForProducer<'endTransaction'>({
    is: 'endTransaction',
    key,
    producerId,
    producerEpoch,
    result: committed ? 'commit' : 'abort',
    clientVersion: apiVersion >= 5 ? 2 : 0,
  })
  if (answer.error !== 'NONE') return { errorCode: toVersion(answer.error, apiVersion >= 2) }
  return { errorCode: 0, producerId: answer.producerId, producerEpoch: answer.producerEpoch }
}

export async function describeTransactions(
  transactions: TransactionCoordinator,
  { transactionalIds }: Request<typeof describeTransactionsApi>,
): Promise<Response<typeof describeTransactionsApi>> {
  return { transactionStates: await Promise.all(transactionalIds.map(id => describe(transactions, id))) }
}
async function describe(transactions: TransactionCoordinator, transactionalId: string) {
  const answer =
    transactionalId === ''
      ? ({ error: 'INVALID_REQUEST' } as const)
      : await transactions.ask<'describe'>({ is: 'describe', key: transactionalId })
  const transaction = 'transaction' in answer ? answer.transaction : undefined
  return {
    errorCode: errorCode(answer.error),
    transactionalId,
    transactionState: transaction?.state ?? '',
    transactionTimeoutMs: transaction?.timeoutMs ?? 0,
    transactionStartTimeMs: transaction?.startedAt ?? 0,
    producerId: transaction?.producerId ?? 0,
    producerEpoch: transaction?.producerEpoch ?? 0,
    topics: [...(transaction?.partitions ?? [])].map(([topic, indexes]) => ({ topic, partitions: [...indexes] })),
  }
}

/** What the state of a transaction may be called; the last two are known, and no transaction is in them. */
const stateNames: readonly string[] = [
  'Empty',
  'Ongoing',
  'PrepareCommit',
  'PrepareAbort',
  'CompleteCommit',
  'CompleteAbort',
  'Dead',
  'PrepareEpochFence',
]
/** Of the partitions that are led here: a client asks every broker. */
export async function listTransactions(
  transactions: TransactionCoordinator,
  request: Request<typeof listTransactionsApi>,
  now: number,
): Promise<Response<typeof listTransactionsApi>> {
  const { stateFilters, producerIdFilters, durationFilter } = request
  const refuse = (error: ErrorName) => ({ errorCode: errorCode(error), unknownStateFilters: [], transactionStates: [] })
  const pattern = patternOf(request.transactionalIdPattern)
  if (pattern === 'invalid') return refuse('INVALID_REGULAR_EXPRESSION')
  const isWanted = (transactionalId: string, { state, producerId, startedAt }: Transaction) =>
    (pattern === undefined || pattern.matches(transactionalId)) &&
    (stateFilters.length === 0 || stateFilters.includes(state)) &&
    (producerIdFilters.length === 0 || producerIdFilters.includes(producerId)) &&
    (durationFilter < 0 || now - startedAt > durationFilter)
  const transactionStates: { transactionalId: string; producerId: number; transactionState: string }[] = []
  for (const answer of await transactions.askAll<'list'>({ is: 'list', key: '' }))
    if ('transactions' in answer) {
      for (const [transactionalId, transaction] of answer.transactions)
        if (isWanted(transactionalId, transaction)) {
          const { producerId, state } = transaction
          transactionStates.push({ transactionalId, producerId, transactionState: state })
        }
    } else if (answer.error !== 'NOT_COORDINATOR') return refuse(answer.error)
  const unknownStateFilters = stateFilters.filter(name => !stateNames.includes(name))
  return { errorCode: 0, unknownStateFilters, transactionStates }
}
/** KIP-1152: the whole id has to match. */
function patternOf(text: string | null): RE2JS | 'invalid' | undefined {
  if (text === null || text === '') return undefined
  try {
    return RE2JS.compile(text)
  } catch (error) {
    if (error instanceof RE2JSSyntaxException) return 'invalid'
    throw error
  }
}
