// metadata: what the cluster knows of itself, as a log of records and the images made of it; and all of its configs.

export { Metadata, type ImageListener, type MetadataOptions } from './metadata.ts'
export {
  Conflict,
  memoryMetadataLog,
  MetadataUnwritable,
  type MetadataLog,
  type MetadataReading,
} from './metadata-log.ts'
export { fileMetadataLog, type FileMetadataLogOptions } from './file-metadata-log.ts'
export type { ConfigResourceType, Endpoint, MetadataRecord, ScramCredentialImage, ScramMechanism } from './records.ts'
export {
  aliveBrokers,
  configsOf,
  emptyImage,
  internalTopics,
  isAlive,
  topicById,
  type BrokerImage,
  type ClusterImage,
  type Configs,
  type PartitionImage,
  type TopicImage,
} from './image.ts'
export { apply } from './apply.ts'
export { isRefusal, refusal, type Decision, type Refusal, type Result } from './decision.ts'
export {
  aclOperations,
  aclPatternTypes,
  aclPermissions,
  aclResourceTypes,
  aclWildcard,
  clusterName,
  findAcls,
  type Acl,
  type AclFilter,
  type AclOperation,
  type AclResourceType,
  type RawAcl,
} from './acls.ts'
export type { BrokerRegistration } from './brokers.ts'
export type { AlteredResource, AlterConfigsOutcome, ConfigAlteration, ConfigOperation } from './alter-configs.ts'
export type { ScramDeletion, ScramOutcome, ScramUpsertion } from './alter-scram.ts'
export type { AlterPartitionRequest } from './alter-partition.ts'
export {
  findClientQuotas,
  quotaEntityKey,
  type ClientQuotas,
  type QuotaAlteration,
  type QuotaEntity,
  type QuotaKey,
} from './client-quotas.ts'
export { featureLevel, type FeatureUpdate, type SupportedFeature } from './features.ts'
export type { CreatableTopic, CreatedTopic, CreateTopicOutcome } from './create-topics.ts'
export type { CreatePartitionsOutcome, CreatePartitionsTopic } from './create-partitions.ts'
export type { DeleteTopicOutcome, TopicReference } from './delete-topics.ts'
export type { ElectionOutcome, ElectionRequest } from './leadership.ts'
export { isReassigned, type Reassignment, type ReassignmentOutcome } from './reassignment.ts'
export type { ProducerIdBlock } from './producer-ids.ts'
export { internalTopic } from './internal-topics.ts'
export { topicNameFault } from './topic-name.ts'

// Configs
export { BrokerConfig } from './configs/broker-config.ts'
export { logConfigOf, TopicConfig, type LogConfigValues } from './configs/topic-config.ts'
export {
  brokerConfigs,
  groupConfigs,
  topicConfigs,
  type BrokerConfigName,
  type GroupConfigName,
  type TopicConfigName,
} from './configs/tables.ts'
export {
  configSources,
  configTypes,
  describeBrokerConfigs,
  describeClientMetricsConfigs,
  describeDefaultBrokerConfigs,
  describeGroupConfigs,
  describeTopicConfigs,
  type ConfigSource,
  type ConfigSynonym,
  type DescribedConfig,
} from './configs/describe.ts'
export { configReference, type ConfigReference } from './configs/reference.ts'
export { parseProperties } from './configs/properties.ts'
export { configFromEnvironment } from './configs/environment.ts'
export {
  brokerConfigOf,
  developmentDefaults,
  noEffectWarnings,
  type ConfigWarning,
  type GivenConfigs,
} from './configs/given.ts'
export { placeReplicas, type Placement, type PlacedBroker } from './replica-placement.ts'
