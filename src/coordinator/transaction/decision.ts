// The few forms that a decision about a transaction takes.

import type { ErrorName } from '../../protocol/index.ts'
import type { Timer, To } from '../machine.ts'
import type {
  ProducerAnswer,
  TransactionDecision,
  TransactionRequest,
  TransactionTypes,
  TransactionView,
} from './requests.ts'
import { isPrepared, noEpoch, noProducerId, type Transaction, type TransactionRecord } from './transaction.ts'

type TransactionTimer = Timer<TransactionTypes['request']>

/**
 * Whether a change of the transaction is being written down, or its end is decided on and the markers are on their way. An
 * answer may name the ids and the epoch that come after it, so who uses them is told to come again, not that they are wrong.
 */
export function isInTransition(
  { durable, uncommitted }: Pick<TransactionView, 'durable' | 'uncommitted'>,
  key: string,
): boolean {
  const transaction = durable.get(key)
  return uncommitted(key) || (transaction !== undefined && isPrepared(transaction))
}

export const nothing: TransactionDecision = { records: [], answers: [], effects: [] }
export function answer(to: To, response: TransactionTypes['response']): TransactionDecision {
  return { ...nothing, answers: [{ to, response }] }
}
export function refuse({ to }: Pick<TransactionRequest, 'to'>, error: ErrorName): TransactionDecision {
  return answer(to, { error, producerId: noProducerId, producerEpoch: noEpoch })
}
export const wantsProducerId = { error: 'NONE', wantsProducerId: true } as const

export const record = (transactionalId: string, value: Transaction | null): TransactionRecord => ({
  is: 'transaction',
  transactionalId,
  value,
})
export function producerOf({ producerId, producerEpoch }: Transaction): ProducerAnswer {
  return { error: 'NONE', producerId, producerEpoch }
}

export function startTimeout(key: string, transaction: Transaction, afterMs: number): TransactionTimer {
  const { producerId, producerEpoch } = transaction
  return { is: 'timer', key, name: 'timeout', afterMs, event: { is: 'timedOut', key, producerId, producerEpoch } }
}
export const cancelTimeout = (key: string): TransactionTimer => ({ is: 'cancel', key, name: 'timeout' })

/** The end that is decided on is written down, and once that cannot be lost, the markers are written. */
export function prepare(key: string, transaction: Transaction): TransactionDecision {
  return {
    records: [record(key, transaction)],
    answers: [],
    effects: [cancelTimeout(key), { is: 'writeMarkers', transactionalId: key, transaction }],
  }
}
