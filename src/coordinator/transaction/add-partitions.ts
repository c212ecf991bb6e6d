// AddPartitionsToTxn and AddOffsetsToTxn: a transaction begins, or spreads, before anything is written to a partition; and
// the question of the partitions' brokers, whether it has (KIP-890).

import type { ErrorName } from '../../protocol/index.ts'
import { answer, isInTransition, record, refuse, startTimeout } from './decision.ts'
import type {
  AddPartitions,
  ProducerIdAndEpoch,
  TransactionDecision,
  TransactionMap,
  TransactionView,
  VerifyAnswer,
  VerifyPartitions,
} from './requests.ts'
import {
  covers,
  isPrepared,
  noPartitions,
  transition,
  withPartitions,
  type Transaction,
  type TransactionPartitions,
} from './transaction.ts'

export function addPartitions(view: TransactionView, request: AddPartitions, now: number): TransactionDecision {
  const { key, to, partitions, clientVersion } = request,
    transaction = view.durable.get(key)
  if (transaction === undefined) return refuse(request, 'INVALID_PRODUCER_ID_MAPPING')
  // First of all: with version 2 the producer may have an id already that is only being written down.
  if (isInTransition(view, key)) return refuse(request, 'CONCURRENT_TRANSACTIONS')
  const fault = faultOf(transaction, request)
  if (fault !== undefined) return refuse(request, fault)
  const isOpen = transaction.state === 'Ongoing'
  if (isOpen && covers(transaction, partitions)) return answer(to, { error: 'NONE' })
  const next: Transaction = {
    ...transaction,
    ...transition(transaction, 'Ongoing', now),
    partitions: withPartitions(transaction, partitions),
    startedAt: isOpen ? transaction.startedAt : now,
    clientVersion,
  }
  return {
    records: [record(key, next)],
    answers: [{ to, response: { error: 'NONE' } }],
    effects: isOpen ? [] : [startTimeout(key, next, next.timeoutMs)],
  }
}

export function verifyPartitions({ durable }: TransactionView, request: VerifyPartitions): TransactionDecision {
  return answer(request.to, verified(durable, request))
}
export function verified(
  durable: TransactionMap,
  request: ProducerIdAndEpoch & { readonly key: string; readonly partitions: TransactionPartitions },
): VerifyAnswer {
  const transaction = durable.get(request.key)
  const error = transaction === undefined ? ('INVALID_PRODUCER_ID_MAPPING' as const) : faultOf(transaction, request)
  if (error !== undefined) return { error, missing: noPartitions }
  return { error: 'NONE', missing: missingIn(transaction!, request.partitions) }
}
function missingIn(transaction: Transaction, partitions: TransactionPartitions): TransactionPartitions {
  const missing = [...partitions].map(([topic, indexes]) => {
    const added = transaction.partitions.get(topic)
    return [topic, new Set([...indexes].filter(index => !added?.has(index)))] as const
  })
  return new Map(missing.filter(([, indexes]) => indexes.size > 0))
}

function faultOf(transaction: Transaction, { producerId, producerEpoch }: ProducerIdAndEpoch): ErrorName | undefined {
  if (transaction.producerId !== producerId) return 'INVALID_PRODUCER_ID_MAPPING'
  if (transaction.producerEpoch !== producerEpoch) return 'PRODUCER_FENCED'
  return isPrepared(transaction) ? 'CONCURRENT_TRANSACTIONS' : undefined
}
