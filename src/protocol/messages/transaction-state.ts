// __transaction_state: a transactional id, its producer, and the transaction that it is in.
import { array, int16, int32, int64, int8, message, string } from '../schema.ts'
import { recordType, type RecordDraftOf, type RecordOf } from './coordinator-record.ts'

export const transactionLogKey = message('TransactionLogKey', { versions: '0' }, { transactionalId: string })
export const transactionLogValue = message(
  'TransactionLogValue',
  { versions: '0-1', flexible: '1+' },
  {
    producerId: int64,
    /** KIP-890: of the last transaction, so that a repeated EndTxn finds it. */
    previousProducerId: int64.tag(0, '1+').default(-1),
    /** With nextProducerEpoch: what the producer gets when the epochs are used up. */
    nextProducerId: int64.tag(1, '1+').default(-1),
    producerEpoch: int16,
    nextProducerEpoch: int16.tag(3, '1+').default(-1),
    transactionTimeoutMs: int32,
    /** 0 Empty, 1 Ongoing, 2 PrepareCommit, 3 PrepareAbort, 4 CompleteCommit, 5 CompleteAbort, 6 Dead, 7 PrepareEpochFence. */
    transactionStatus: int8,
    transactionPartitions: array({ topic: string, partitionIds: array(int32) }).nullable(),
    transactionLastUpdateTimestampMs: int64,
    transactionStartTimestampMs: int64,
    clientTransactionVersion: int16.tag(2, '1+'),
  },
)

/** Kafka writes version 0 while the feature transaction.version is 0. */
export const transactionStateRecords = { transaction: recordType(0, transactionLogKey, transactionLogValue) }
export type TransactionStateRecord = RecordOf<typeof transactionStateRecords>
export type TransactionStateRecordDraft = RecordDraftOf<typeof transactionStateRecords>
