// InitProducerId of a transactional id: whoever asks last has it. The epoch rises, which fences all who had it before, and
// a transaction that one of them has left open is aborted first.

import { answer, isInTransition, prepare, producerOf, record, refuse, wantsProducerId } from './decision.ts'
import type { InitProducerId, ProducerIdAndEpoch, TransactionDecision, TransactionView } from './requests.ts'
import {
  isExhausted,
  noEpoch,
  noPartitions,
  noProducerId,
  prepared,
  preparedWithBump,
  transition,
  type Transaction,
} from './transaction.ts'
import type { TransactionConfig } from './transactions.ts'

export function initProducerId(
  view: TransactionView,
  request: InitProducerId,
  now: number,
  config: TransactionConfig,
): TransactionDecision {
  const { key, to, expected } = request,
    transaction = view.durable.get(key)
  if (isInTransition(view, key)) return refuse(request, 'CONCURRENT_TRANSACTIONS')
  if (transaction === undefined) return create(request, now)
  if (expected !== undefined && !mayBeOf(expected, transaction)) return refuse(request, 'PRODUCER_FENCED')
  switch (transaction.state) {
    case 'Ongoing': {
      // The producer asks again, and gets the epoch after the one that has fenced its predecessor.
      const aborted = fenced(transaction, { now, config, freshProducerId: request.freshProducerId })
      if (aborted === undefined) return answer(to, wantsProducerId)
      return { ...prepare(key, aborted), answers: refuse(request, 'CONCURRENT_TRANSACTIONS').answers }
    }
    default: // empty or complete
      return begin(transaction, request, now)
  }
}

function create(request: InitProducerId, now: number): TransactionDecision {
  const { key, to, timeoutMs, freshProducerId } = request
  if (freshProducerId === undefined) return answer(to, wantsProducerId)
  return give(
    request,
    {
      producerId: freshProducerId,
      producerEpoch: 0,
      previousProducerId: freshProducerId,
      nextProducerId: noProducerId,
      lastProducerEpoch: noEpoch,
      timeoutMs,
      state: 'Empty',
      partitions: noPartitions,
      updatedAt: now,
      startedAt: -1,
      clientVersion: 0,
    },
    key,
  )
}
/** The next epoch; the same again where the request is known for a repeated one; another id where epochs are used up. */
function begin(transaction: Transaction, request: InitProducerId, now: number): TransactionDecision {
  const { key, to, timeoutMs, expected, freshProducerId } = request
  const { producerEpoch, lastProducerEpoch } = transaction
  const empty = {
    ...transaction,
    ...transition(transaction, 'Empty', now),
    timeoutMs,
    partitions: noPartitions,
    startedAt: -1,
  }
  const known = expected === undefined ? noEpoch : producerEpoch
  if (expected === undefined || expected.producerEpoch === producerEpoch) {
    if (!isExhausted(producerEpoch))
      return give(request, { ...empty, producerEpoch: producerEpoch + 1, lastProducerEpoch: known }, key)
    if (freshProducerId === undefined) return answer(to, wantsProducerId)
    return give(request, { ...empty, producerId: freshProducerId, producerEpoch: 0, lastProducerEpoch: known }, key)
  }
  // KIP-360: the answer to the bump from that epoch was lost.
  if (expected.producerEpoch === lastProducerEpoch) return give(request, empty, key)
  return refuse(request, 'PRODUCER_FENCED')
}
function give({ to }: InitProducerId, transaction: Transaction, key: string): TransactionDecision {
  return { records: [record(key, transaction)], answers: [{ to, response: producerOf(transaction) }], effects: [] }
}

/** KIP-360: the id is its own, or was until the epochs were used up and the answer that told so was lost. */
function mayBeOf({ producerId, producerEpoch }: ProducerIdAndEpoch, transaction: Transaction): boolean {
  return (
    producerId === transaction.producerId ||
    (producerId === transaction.previousProducerId && isExhausted(producerEpoch))
  )
}

/**
 * Aborts for another: the bumped epoch keeps the producer from writing on. Undefined: a fresh producer id is wanted, as
 * this takes the last epoch.
 */
export function fenced(
  transaction: Transaction,
  { now, config, freshProducerId }: { now: number; config: TransactionConfig; freshProducerId: number | undefined },
): Transaction | undefined {
  if (config.transactionVersion >= 2) return preparedWithBump(transaction, { result: 'abort', now, freshProducerId })
  const producerEpoch = transaction.producerEpoch + 1
  return prepared(transaction, { result: 'abort', now, producerEpoch, lastProducerEpoch: noEpoch, clientVersion: 0 })
}
