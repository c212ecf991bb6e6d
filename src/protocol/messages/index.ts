// The records of the internal topics, of KRaft's metadata and of control batches, and what members of a group tell each
// other.
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
export {
  controlRecordKey,
  endTxnMarker,
  kraftVersion,
  kraftVoters,
  leaderChange,
  snapshotFooter,
  snapshotHeader,
} from './control-record.ts'
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
export {
  clusterMetadataRecords,
  readMetadataRecord,
  remoteLogMetadataRecords,
  type MetadataRecordOf,
  type MetadataRecordTypes,
} from './metadata/index.ts'
export { shareGroupRecords } from './share-group.ts'
export { shareGroupStateRecords } from './share-group-state.ts'
export { streamsGroupRecords } from './streams-group.ts'
export { readStickyUserData, writeStickyUserData } from './sticky-assignor.ts'
export { readVersioned, writeVersioned } from './versioned.ts'
