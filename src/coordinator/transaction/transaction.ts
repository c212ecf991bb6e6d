// A transactional id, its producer, and the transaction that it is in: what one record of __transaction_state says.
//
//            addPartitions             endTxn                        markers written
//   Empty ─────────────────▶ Ongoing ─────────▶ PrepareCommit ───────────────────────▶ CompleteCommit
//     ▲                       ▲   │  └────────▶ PrepareAbort  ───────────────────────▶ CompleteAbort
//     │                       │   └─ timeout, initProducerId ─▲  (with the next epoch)        │
//     │                       └────────────────── addPartitions ──────────────────────────────┤
//     └───────────────────────────────── initProducerId ──────────────────────────────────────┘

export type TransactionState =
  | 'Empty'
  | 'Ongoing'
  | 'PrepareCommit'
  | 'PrepareAbort'
  | 'CompleteCommit'
  | 'CompleteAbort'
export type TransactionResult = 'commit' | 'abort'
/** By topic. */
export type TransactionPartitions = ReadonlyMap<string, ReadonlySet<number>>

export interface Transaction {
  readonly producerId: number
  readonly producerEpoch: number
  /** The id before the last transition; of use where the epochs were used up and the id has changed. */
  readonly previousProducerId: number
  /** The id that the producer gets once this transaction is complete, as the epochs are used up; −1: it keeps its own. */
  readonly nextProducerId: number
  /** The epoch before the last bump, by which a repeated request is known (KIP-360). Not in the log: −1 after a restart. */
  readonly lastProducerEpoch: number
  readonly timeoutMs: number
  readonly state: TransactionState
  readonly partitions: TransactionPartitions
  readonly updatedAt: number
  /** −1: none is open. */
  readonly startedAt: number
  /** 2: its producer gets another epoch with every transaction (KIP-890). */
  readonly clientVersion: number
}
export interface TransactionRecord {
  readonly is: 'transaction'
  readonly transactionalId: string
  /** Null: the id has expired. */
  readonly value: Transaction | null
}

export const noProducerId = -1
export const noEpoch = -1
export const noPartitions: TransactionPartitions = new Map()
const epochMax = 32_767
/** The last epoch is kept for fencing the producer that has the one before. */
export const isExhausted = (epoch: number): boolean => epoch >= epochMax - 1

export const isPrepared = ({ state }: Transaction): boolean => state === 'PrepareCommit' || state === 'PrepareAbort'
export const resultOf = ({ state }: Transaction): TransactionResult =>
  state === 'PrepareCommit' || state === 'CompleteCommit' ? 'commit' : 'abort'

export function covers(transaction: Transaction, partitions: TransactionPartitions): boolean {
  for (const [topic, indexes] of partitions)
    for (const index of indexes) if (!transaction.partitions.get(topic)?.has(index)) return false
  return true
}
export function withPartitions(transaction: Transaction, added: TransactionPartitions): TransactionPartitions {
  const partitions = new Map(transaction.partitions)
  for (const [topic, indexes] of added) partitions.set(topic, new Set([...(partitions.get(topic) ?? []), ...indexes]))
  return partitions
}

/** It is decided how the transaction ends; its markers are to be written. */
export function prepared(
  transaction: Transaction,
  { result, now, ...next }: { result: TransactionResult; now: number } & Partial<Transaction>,
): Transaction {
  const state = result === 'commit' ? 'PrepareCommit' : 'PrepareAbort'
  return { ...transaction, nextProducerId: noProducerId, ...next, ...transition(transaction, state, now) }
}
/**
 * KIP-890: every end bumps the epoch, so that what was sent before cannot join the next transaction. Where the epochs are
 * used up the last of them fences, and the producer goes on with another id.
 */
export function preparedWithBump(
  transaction: Transaction,
  { freshProducerId, ...end }: { result: TransactionResult; now: number; freshProducerId: number | undefined },
): Transaction | undefined {
  const { producerEpoch } = transaction,
    exhausted = isExhausted(producerEpoch)
  if (exhausted && freshProducerId === undefined) return undefined
  return prepared(transaction, {
    ...end,
    producerEpoch: Math.min(producerEpoch + 1, epochMax),
    lastProducerEpoch: producerEpoch,
    nextProducerId: exhausted ? freshProducerId! : noProducerId,
    clientVersion: 2,
  })
}
/** Every partition has its marker. */
export function completed(transaction: Transaction, now: number): Transaction {
  const state = transaction.state === 'PrepareCommit' ? 'CompleteCommit' : 'CompleteAbort'
  const { nextProducerId } = transaction
  return {
    ...transaction,
    ...(nextProducerId === noProducerId ? {} : { producerId: nextProducerId, producerEpoch: 0 }),
    nextProducerId: noProducerId,
    partitions: noPartitions,
    ...transition(transaction, state, now),
  }
}
/** What every transition writes down. */
export function transition({ producerId }: Transaction, state: TransactionState, now: number) {
  return { state, previousProducerId: producerId, updatedAt: now }
}
