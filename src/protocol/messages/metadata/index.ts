// __cluster_metadata: all that a KRaft controller writes there, and into its snapshots, by type of record.
import { accessControlEntry, clientQuota, delegationToken } from './access.ts'
import { removeAccessControlEntry, removeDelegationToken } from './access.ts'
import { removeUserScramCredential, userScramCredential } from './access.ts'
import { abortTransaction, beginTransaction, endTransaction } from './cluster.ts'
import { featureLevel, noOp, producerIds, zkMigrationState } from './cluster.ts'
import { brokerRegistrationChange, fenceBroker, registerBroker } from './nodes.ts'
import { registerController, unfenceBroker, unregisterBroker } from './nodes.ts'
import { clearElr, config, partition, partitionChange, removeTopic, topic } from './topics.ts'

export { readMetadataRecord, type MetadataRecordOf, type MetadataRecordTypes } from './metadata-record.ts'
export { remoteLogMetadataRecords } from './remote-log.ts'

export const clusterMetadataRecords = {
  registerBroker,
  unregisterBroker,
  topic,
  partition,
  config,
  partitionChange,
  fenceBroker,
  unfenceBroker,
  removeTopic,
  delegationToken,
  userScramCredential,
  featureLevel,
  clientQuota,
  producerIds,
  brokerRegistrationChange,
  accessControlEntry,
  removeAccessControlEntry,
  noOp,
  zkMigrationState,
  removeUserScramCredential,
  beginTransaction,
  endTransaction,
  abortTransaction,
  removeDelegationToken,
  registerController,
  clearElr,
}
