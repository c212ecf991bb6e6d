// coordinator: the state machines of groups and of transactions, and the runtime that appends, applies and answers.

export type { CallContext } from './api/call.ts'
export { groupConfigDefaults, type ConsumerGroupConfig, type GroupConfig } from './config.ts'
export { refusedTxnOffsetCommit } from './api/transactional-offsets.ts'
export type { GroupOverview } from './group-overview.ts'
export { GroupCoordinator, type GroupCoordinatorOptions } from './group-coordinator.ts'
export type { Appended } from './machine.ts'
export { partitionFor } from './partition-for.ts'
export type { CoordinatorLog } from './shard.ts'
export type { TopicNames } from './topic-names.ts'
export * as transactionApi from './transaction/api.ts'
export {
  TransactionCoordinator,
  type MarkersToWrite,
  type TransactionCoordinatorOptions,
} from './transaction/transaction-coordinator.ts'
export {
  resultOf,
  type Transaction,
  type TransactionPartitions,
  type TransactionResult,
} from './transaction/transaction.ts'
export type { TransactionConfig } from './transaction/transactions.ts'
