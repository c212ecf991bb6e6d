// EndTxn, of both versions of transactions, and the end that comes by itself when a transaction takes too long.

import {
  answer,
  isInTransition,
  nothing,
  prepare,
  producerOf,
  refuse,
  startTimeout,
  wantsProducerId,
} from './decision.ts'
import { fenced } from './init-producer-id.ts'
import type {
  EndTransaction,
  ProducerAnswer,
  TransactionDecision,
  TransactionEvent,
  TransactionView,
} from './requests.ts'
import {
  completed,
  isExhausted,
  noEpoch,
  noProducerId,
  prepared,
  preparedWithBump,
  resultOf,
  type Transaction,
} from './transaction.ts'
import type { TransactionConfig } from './transactions.ts'

/** How long an end that meets a transition under way waits before it is tried again. */
const againMs = 100

export function endTransaction(view: TransactionView, request: EndTransaction, now: number): TransactionDecision {
  const transaction = view.durable.get(request.key)
  if (transaction === undefined) return refuse(request, 'INVALID_PRODUCER_ID_MAPPING')
  const pending = isInTransition(view, request.key)
  return request.clientVersion >= 2
    ? endOfVersion2(transaction, pending, request, now)
    : endOfVersion1(transaction, pending, request, now)
}

/** The epoch stays, so a repeated request looks like the one that it repeats. */
function endOfVersion1(
  transaction: Transaction,
  pending: boolean,
  request: EndTransaction,
  now: number,
): TransactionDecision {
  const { key, to, result } = request
  if (transaction.producerId !== request.producerId) return refuse(request, 'INVALID_PRODUCER_ID_MAPPING')
  if (transaction.producerEpoch !== request.producerEpoch) return refuse(request, 'PRODUCER_FENCED')
  if (pending) return refuse(request, 'CONCURRENT_TRANSACTIONS')
  switch (transaction.state) {
    case 'Ongoing': {
      const next = prepared(transaction, { result, now, clientVersion: 0 })
      return { ...prepare(key, next), answers: [{ to, response: noProducer }] }
    }
    case 'CompleteCommit':
    case 'CompleteAbort':
      return resultOf(transaction) === result ? answer(to, noProducer) : refuse(request, 'INVALID_TXN_STATE')
    default:
      return refuse(request, 'INVALID_TXN_STATE')
  }
}
const noProducer: ProducerAnswer = { error: 'NONE', producerId: noProducerId, producerEpoch: noEpoch }

/**
 * KIP-890: each end bumps the epoch. With the epoch before, a request repeats the end that was; with the present one it is
 * the next end, maybe of nothing: a producer may abort without knowing whether anything has reached a partition.
 */
function endOfVersion2(
  transaction: Transaction,
  pending: boolean,
  request: EndTransaction,
  now: number,
): TransactionDecision {
  const { producerId, producerEpoch, to, result } = request
  if (pending) return refuse(request, 'CONCURRENT_TRANSACTIONS')
  const hasChangedIds =
    producerId === transaction.previousProducerId && isExhausted(producerEpoch) && transaction.producerEpoch === 0
  if (transaction.producerId !== producerId && !hasChangedIds) return refuse(request, 'INVALID_PRODUCER_ID_MAPPING')
  const isCurrent = producerId === transaction.producerId && producerEpoch === transaction.producerEpoch,
    isRepeated = hasChangedIds || producerEpoch + 1 === transaction.producerEpoch
  const end = () => endWithBump(transaction, request, now)
  switch (transaction.state) {
    case 'Ongoing':
      return isCurrent ? end() : refuse(request, 'PRODUCER_FENCED')
    case 'Empty':
      if (!isCurrent) return refuse(request, 'PRODUCER_FENCED')
      return result === 'abort' ? end() : refuse(request, 'INVALID_TXN_STATE')
    default: // complete
      if (isCurrent) return result === 'abort' ? end() : refuse(request, 'INVALID_TXN_STATE')
      if (!isRepeated) return refuse(request, 'PRODUCER_FENCED')
      return resultOf(transaction) === result
        ? answer(to, producerOf(transaction))
        : refuse(request, 'INVALID_TXN_STATE')
  }
}
function endWithBump(transaction: Transaction, request: EndTransaction, now: number): TransactionDecision {
  const { key, to, result, freshProducerId } = request
  const next = preparedWithBump(transaction, { result, now, freshProducerId })
  if (next === undefined) return answer(to, wantsProducerId)
  const begun = transaction.state === 'Ongoing' ? next : { ...next, startedAt: now }
  // The producer is told what it will have when the markers are written.
  return { ...prepare(key, begun), answers: [{ to, response: producerOf(completed(begun, now)) }] }
}

/** The transaction is aborted, and its producer fenced: nobody knows whether it lives. */
export function timedOut(
  { durable, uncommitted }: TransactionView,
  event: TransactionEvent & { readonly is: 'timedOut' },
  now: number,
  config: TransactionConfig,
): TransactionDecision {
  const { key, producerId, producerEpoch, freshProducerId } = event,
    transaction = durable.get(key)
  if (transaction?.state !== 'Ongoing' || transaction.producerId !== producerId) return nothing
  if (transaction.producerEpoch !== producerEpoch) return nothing
  if (uncommitted(key)) return { ...nothing, effects: [startTimeout(key, transaction, againMs)] }
  const aborted = fenced(transaction, { now, config, freshProducerId })
  if (aborted === undefined) return { ...nothing, effects: [{ is: 'wantProducerId', event }] }
  const told = { is: 'told', transactionalId: key, event: 'transaction timed out', fields: { producerId } } as const
  const decision = prepare(key, aborted)
  return { ...decision, effects: [...decision.effects, told] }
}
