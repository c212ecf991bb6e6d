// What is asked of the transactions' machine, what happens to transactions by itself, and the answers, with errors by name.

import type { ErrorName } from '../../protocol/index.ts'
import type { Decision, MachineTypes, To, View } from '../machine.ts'
import type { Transaction, TransactionPartitions, TransactionRecord, TransactionResult } from './transaction.ts'

interface Asked<Is extends string> {
  readonly is: Is
  /** The transactional id. */
  readonly key: string
  readonly to: To
}
export interface ProducerIdAndEpoch {
  readonly producerId: number
  readonly producerEpoch: number
}
export interface InitProducerId extends Asked<'initProducerId'> {
  readonly timeoutMs: number
  /** KIP-360: what the producer has, which is to be still its own. */
  readonly expected: ProducerIdAndEpoch | undefined
  /** Made outside, unique for ever. Without it the answer may be that one is wanted. */
  readonly freshProducerId?: number
}
export interface AddPartitions extends Asked<'addPartitions'>, ProducerIdAndEpoch {
  readonly partitions: TransactionPartitions
  /** 2: from a producer that lets partitions join by writing to them (KIP-890). */
  readonly clientVersion: number
}
/** Whether the partitions have been added, before anything is written to them (KIP-890). */
export interface VerifyPartitions extends Asked<'verifyPartitions'>, ProducerIdAndEpoch {
  readonly partitions: TransactionPartitions
}
export interface EndTransaction extends Asked<'endTransaction'>, ProducerIdAndEpoch {
  readonly result: TransactionResult
  readonly clientVersion: number
  readonly freshProducerId?: number
}
export interface Describe extends Asked<'describe'> {}
/** The key is of no meaning. */
export interface List extends Asked<'list'> {}

/** The machine cannot choose a producer id: it is to be asked again, with one. */
export interface WantsProducerId {
  readonly error: 'NONE'
  readonly wantsProducerId: true
}
export interface ProducerAnswer {
  readonly error: ErrorName
  readonly producerId: number
  readonly producerEpoch: number
}
export interface JustError {
  readonly error: ErrorName
}
/** By partition: a producer of version 2 has to abort where one was not added. */
export interface VerifyAnswer {
  readonly error: ErrorName
  readonly missing: TransactionPartitions
}
export interface DescribeAnswer {
  readonly error: ErrorName
  readonly transaction: Transaction | undefined
}
export interface ListAnswer {
  readonly error: 'NONE'
  readonly transactions: ReadonlyMap<string, Transaction>
}
/** By what was asked. */
export interface Answers {
  readonly initProducerId: ProducerAnswer | WantsProducerId
  readonly addPartitions: JustError
  readonly verifyPartitions: VerifyAnswer
  readonly endTransaction: ProducerAnswer | WantsProducerId
  readonly describe: DescribeAnswer
  readonly list: ListAnswer
}
export type TransactionRequest = InitProducerId | AddPartitions | VerifyPartitions | EndTransaction | Describe | List
export type TransactionEvent =
  /** The transaction that this producer began has taken too long. */
  | (ProducerIdAndEpoch & { readonly is: 'timedOut'; readonly key: string; readonly freshProducerId?: number })
  | (ProducerIdAndEpoch & { readonly is: 'sendMarkers' | 'markersWritten'; readonly key: string })
  /** An id that nobody has used for long goes, if it is one. */
  | { readonly is: 'expire'; readonly key: string }

export type TransactionEffect =
  /** To every partition of the transaction, until each has taken its marker; then `markersWritten` happens. */
  | { readonly is: 'writeMarkers'; readonly transactionalId: string; readonly transaction: Transaction }
  /** The event is to happen again, with a fresh producer id. */
  | { readonly is: 'wantProducerId'; readonly event: TransactionEvent & { readonly is: 'timedOut' } }
  /** For the log of the broker. */
  | {
      readonly is: 'told'
      readonly transactionalId: string
      readonly event: string
      readonly fields: Readonly<Record<string, string | number>>
    }

export type TransactionMap = ReadonlyMap<string, Transaction>
export interface TransactionTypes extends MachineTypes {
  readonly durable: TransactionMap
  readonly volatile: null
  readonly record: TransactionRecord
  readonly request: TransactionRequest | TransactionEvent
  readonly response: Answers[keyof Answers]
  readonly effect: TransactionEffect
}
export type TransactionView = View<TransactionTypes>
export type TransactionDecision = Decision<TransactionTypes>
