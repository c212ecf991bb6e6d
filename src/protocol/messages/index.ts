// The records of the internal topics, of control batches, and what members of a group tell each other.
export { consumerProtocolAssignment, consumerProtocolSubscription } from './consumer-protocol.ts'
export {
  readAssignment,
  readSubscribedTopics,
  readSubscription,
  writeAssignment,
  writeSubscription,
  type ConsumerAssignment,
  type ConsumerSubscription,
} from './consumer-protocol.ts'
export { controlRecordKey, endTxnMarker } from './control-record.ts'
export {
  consumerOffsetsRecords,
  type ConsumerOffsetsRecord,
  type ConsumerOffsetsRecordDraft,
} from './consumer-offsets.ts'
export { readRecord, writeRecord, type RecordDraftOf, type RecordOf, type RecordType } from './coordinator-record.ts'
export {
  transactionStateRecords,
  type TransactionStateRecord,
  type TransactionStateRecordDraft,
} from './transaction-state.ts'
export { readStickyUserData, writeStickyUserData } from './sticky-assignor.ts'
export { readVersioned, writeVersioned } from './versioned.ts'
