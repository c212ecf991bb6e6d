// The state machine of transactions (KIP-98; KIP-890 for version 2): one partition of __transaction_state, its transactional
// ids and the transactions that they are in. All of its state is durable.
//
// A request that meets a transition not yet committed is told to come again (CONCURRENT_TRANSACTIONS). Markers go out as
// an effect, which the runtime holds back until the decision is committed; after a restart they are sent again, for a
// marker twice does no harm.

import type { Machine } from '../machine.ts'
import { addPartitions, verifyPartitions } from './add-partitions.ts'
import { answer, nothing, record, startTimeout } from './decision.ts'
import { endTransaction, timedOut } from './end-transaction.ts'
import { initProducerId } from './init-producer-id.ts'
import type { TransactionDecision, TransactionEvent, TransactionTypes, TransactionView } from './requests.ts'
import { completed, isPrepared, type Transaction } from './transaction.ts'

export interface TransactionConfig {
  /** transaction.max.timeout.ms */
  readonly timeoutMsMax: number
  /** transactional.id.expiration.ms */
  readonly expirationMs: number
  /** transaction.remove.expired.transaction.cleanup.interval.ms */
  readonly expirationCheckIntervalMs: number
  /** add.partitions.to.txn.retry.backoff.max.ms: how long a request may wait for a transition that is under way. */
  readonly transitionWaitMsMax: number
  /** The feature transaction.version. */
  readonly transactionVersion: number
}
/** How long after a restart, or an append that failed, markers are sent again. */
const markersAgainMs = 100

export function transactionMachine(config: TransactionConfig): Machine<TransactionTypes> {
  return {
    create: () => ({ durable: new Map(), volatile: null }),
    keyOf: ({ transactionalId }) => transactionalId,
    keys: durable => durable.keys(),
    decide: (view, request, now) => decide(view, request, now, config),
    apply(durable, { transactionalId, value }) {
      const all = durable as Map<string, Transaction> // readonly to all but this function
      const before = all.get(transactionalId) ?? null
      put(all, transactionalId, value)
      return () => put(all, transactionalId, before)
    },
    revive({ durable, uncommitted }, key, now) {
      const transaction = durable.get(key)
      if (transaction?.state === 'Ongoing')
        return [startTimeout(key, transaction, transaction.startedAt + transaction.timeoutMs - now)]
      if (transaction === undefined || !isPrepared(transaction) || uncommitted(key)) return []
      const { producerId, producerEpoch } = transaction
      const event = { is: 'sendMarkers', key, producerId, producerEpoch } as const
      return [{ is: 'timer', key, name: 'markers', afterMs: markersAgainMs, event }]
    },
    forget: () => [],
  }
}
function put(all: Map<string, Transaction>, key: string, value: Transaction | null): void {
  if (value === null) all.delete(key)
  else all.set(key, value)
}

function decide(
  view: TransactionView,
  request: TransactionTypes['request'],
  now: number,
  config: TransactionConfig,
): TransactionDecision {
  const { durable } = view
  switch (request.is) {
    case 'initProducerId':
      return initProducerId(view, request, now, config)
    case 'addPartitions':
      return addPartitions(view, request, now)
    case 'verifyPartitions':
      return verifyPartitions(view, request)
    case 'endTransaction':
      return endTransaction(view, request, now)
    case 'describe': {
      const transaction = durable.get(request.key)
      return answer(request.to, { error: transaction ? 'NONE' : 'TRANSACTIONAL_ID_NOT_FOUND', transaction })
    }
    case 'list':
      return answer(request.to, { error: 'NONE', transactions: new Map(durable) })
    case 'timedOut':
      return timedOut(view, request, now, config)
    case 'sendMarkers': {
      const transaction = preparedOf(view, request)
      if (transaction === undefined) return nothing
      return { ...nothing, effects: [{ is: 'writeMarkers', transactionalId: request.key, transaction }] }
    }
    case 'markersWritten': {
      const transaction = preparedOf(view, request)
      if (transaction === undefined) return nothing
      return { ...nothing, records: [record(request.key, completed(transaction, now))] }
    }
    case 'expire':
      return expire(view, request.key, now, config)
  }
}
/** The transaction whose markers an event is about, if it still waits for them. */
function preparedOf(
  { durable, uncommitted }: TransactionView,
  { key, producerId, producerEpoch }: TransactionEvent & { readonly is: 'sendMarkers' | 'markersWritten' },
): Transaction | undefined {
  const transaction = durable.get(key)
  if (transaction === undefined || !isPrepared(transaction) || uncommitted(key)) return undefined
  return transaction.producerId === producerId && transaction.producerEpoch === producerEpoch ? transaction : undefined
}

function expire(
  { durable, uncommitted }: TransactionView,
  key: string,
  now: number,
  { expirationMs }: TransactionConfig,
): TransactionDecision {
  const transaction = durable.get(key)
  if (transaction === undefined || transaction.state === 'Ongoing' || isPrepared(transaction)) return nothing
  if (uncommitted(key) || now - transaction.updatedAt < expirationMs) return nothing
  const told = { is: 'told', transactionalId: key, event: 'transactional id is expired', fields: {} } as const
  return { ...nothing, records: [record(key, null)], effects: [told] }
}
