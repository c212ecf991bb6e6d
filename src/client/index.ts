// client: producer, consumer and admin for any Kafka cluster.

export { Client, clusterOptions, createClient, type ClientOptions } from './client.ts'
export { Cluster, type ClusterOptions, type DraftFor } from './cluster.ts'
export { clientCredentials, type ClientCredentialsOptions } from './client-credentials.ts'
export type { ClientTlsOptions, Pem, SaslOptions, StoreOptions } from './security.ts'
export { securityFromProperties, type SecurityOptions } from './security-properties.ts'
export type { BearerToken, SaslClientExchange, SaslClientMechanism, TokenProvider } from '../connection/index.ts'
export { KafkaError, type ClientErrorName, type KafkaErrorOptions } from './errors.ts'
export type { Bytes, ConsumedRecord, OutgoingHeaders, OutgoingRecord, RecordMetadata } from './record.ts'
export { murmur2, partitionOfKey } from './partitioner.ts'
export { Producer } from './producer/producer.ts'
export type { ProducerOptions } from './producer/options.ts'
export type { OffsetsOfGroup, TransactionalOffset } from './producer/transactions.ts'
export { serdes } from './serdes/serdes.ts'
export type { Deserializer, Serde, SerdeContext, Serializer } from './serdes/serde.ts'
export type { StandardSchema } from './serdes/standard-schema.ts'
export { DeserializationError, type OnDeserializationError, type RecordDeserializers } from './serdes/record-decoder.ts'
export type { RecordSerializers } from './serdes/record-encoder.ts'
export type { TopicProducer, TopicRecord } from './producer/topic-producer.ts'
export type { ConsumerObserver, JoinedGroup } from './consumer/observer.ts'
export { Consumer, type PollOptions } from './consumer/consumer.ts'
export type { ConsumerOptions, PartitionsHook } from './consumer/options.ts'
export type { OffsetReset } from './consumer/offset-reset.ts'
export { LogTruncationError } from './consumer/truncation.ts'
export { RecordBatch } from './consumer/record-batch.ts'
export type {
  Assignments,
  Assignor,
  GroupMember,
  MemberAssignment,
  PreviousAssignment,
  PureAssignor,
  RacksOf,
  TopicPartition,
} from './assignors/assignor.ts'
export { cooperativeStickyAssignor } from './assignors/cooperative-sticky.ts'
export { rangeAssignor } from './assignors/range.ts'
export { roundRobinAssignor } from './assignors/round-robin.ts'
export { stickyAssignor } from './assignors/sticky.ts'
export { aclCreation, aclEntryOf, aclFilterFields, type AclEntry, type AclEntryFilter } from './admin/acls.ts'
export { Admin } from './admin/admin.ts'
export type { ClusterDescription, LogDir, QuorumDescription, QuorumReplica, ServedApi } from './admin/cluster.ts'
export type { FeatureChange, FeatureDescription } from './admin/features.ts'
export type { OngoingReassignment, PartitionReassignment } from './admin/partitions.ts'
export type { EntityQuotas, QuotaChange, QuotaEntity, QuotaFilter, QuotaValues } from './admin/quotas.ts'
export type { ConfigChange, ConfigEntry, ConfigResource } from './admin/configs.ts'
export type { CommittedOffset, GroupDescription, GroupListing, GroupMemberDescription } from './admin/groups.ts'
export { offsetsAt, type OffsetAt, type OffsetSpec } from './admin/records.ts'
export type { CreatedTopic, NewTopic } from './admin/topics.ts'
export type { ScramPassword, ScramUser, ScramUserDescription } from './admin/users.ts'
export type {
  HangingTransaction,
  OpenTransaction,
  ProducerDescription,
  TransactionDescription,
  TransactionFilter,
  TransactionListing,
} from './admin/transactions.ts'
export type { BrokerAddress, PartitionInfo, TopicInfo } from './topics.ts'
export type { Attributes, Instrumentation, Span, SpanStart } from './telemetry/instrumentation.ts'
