// The words of Kafka's Java client for the errors of the protocol, as its tools print them: some print the message of an
// exception, some its class before it.

import { KafkaError } from '../../client/index.ts'
import { errorMessage, errorName, type ErrorName } from '../../protocol/index.ts'

/** Where the class is not named as the error, or where the sentence is another than ours. */
// oxfmt-ignore
const exceptions: { readonly [E in ErrorName]?: { readonly className?: string; readonly message?: string } } = {
  UNKNOWN_SERVER_ERROR:       { message: 'The server experienced an unexpected error when processing the request.' },
  OFFSET_OUT_OF_RANGE:        { message: 'The requested offset is not within the range of offsets maintained by the server.' },
  UNKNOWN_TOPIC_OR_PARTITION: { message: 'This server does not host this topic-partition.' },
  LEADER_NOT_AVAILABLE:       { message: 'There is no leader for this topic-partition as we are in the middle of a leadership election.' },
  REQUEST_TIMED_OUT:          { className: 'TimeoutException' },
  MESSAGE_TOO_LARGE:          { className: 'RecordTooLargeException', message: 'The request included a message larger than the max message size the server will accept.' },
  COORDINATOR_LOAD_IN_PROGRESS: { message: "The coordinator is loading and hence can't process requests." },
  NOT_COORDINATOR:            { message: 'This is not the correct coordinator.' },
  INVALID_TOPIC_EXCEPTION:    { className: 'InvalidTopicException', message: 'The request attempted to perform an operation on an invalid topic.' },
  UNKNOWN_MEMBER_ID:          { message: 'The coordinator is not aware of this member.' },
  TOPIC_AUTHORIZATION_FAILED: { className: 'TopicAuthorizationException', message: 'Topic authorization failed.' },
  GROUP_AUTHORIZATION_FAILED: { className: 'GroupAuthorizationException', message: 'Group authorization failed.' },
  CLUSTER_AUTHORIZATION_FAILED: { className: 'ClusterAuthorizationException', message: 'Cluster authorization failed.' },
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: { className: 'TransactionalIdAuthorizationException', message: 'Transactional Id authorization failed.' },
  UNSUPPORTED_VERSION:        { message: 'The version of API is not supported.' },
  TOPIC_ALREADY_EXISTS:       { className: 'TopicExistsException', message: 'Topic with this name already exists.' },
  INVALID_PARTITIONS:         { message: 'Number of partitions is below 1.' },
  INVALID_REPLICATION_FACTOR: { message: 'Replication factor is below 1 or larger than the number of available brokers.' },
  INVALID_REPLICA_ASSIGNMENT: { message: 'Replica assignment is invalid.' },
  INVALID_CONFIG:             { className: 'InvalidConfigurationException', message: 'Configuration is invalid.' },
  NOT_CONTROLLER:             { message: 'This is not the correct controller for this cluster.' },
  INVALID_REQUEST:            { message: 'This most likely occurs because of a request being malformed by the client library or the message was sent to an incompatible broker. See the broker logs for more details.' },
  INVALID_PRODUCER_EPOCH:     { message: 'Producer attempted to produce with an old epoch.' },
  INVALID_TXN_STATE:          { message: 'The producer attempted a transactional operation in an invalid state.' },
  TRANSACTION_COORDINATOR_FENCED: { message: 'Indicates that the transaction coordinator sending a WriteTxnMarker is no longer the current coordinator for a given producer.' },
  KAFKA_STORAGE_ERROR:        { className: 'KafkaStorageException', message: 'Disk error when trying to access log file on the disk.' },
  LOG_DIR_NOT_FOUND:          { message: 'The user-specified log directory is not found in the broker config.' },
  SECURITY_DISABLED:          { message: 'Security features are disabled.' },
  SASL_AUTHENTICATION_FAILED: { className: 'SaslAuthenticationException', message: 'SASL Authentication failed.' },
  REASSIGNMENT_IN_PROGRESS:   { message: 'A partition reassignment is in progress.' },
  NON_EMPTY_GROUP:            { className: 'GroupNotEmptyException', message: 'The group is not empty.' },
  GROUP_ID_NOT_FOUND:         { message: 'The group id does not exist.' },
  INVALID_GROUP_ID:           { message: 'The group id is invalid.' },
  TOPIC_DELETION_DISABLED:    { message: 'Topic deletion is disabled.' },
  GROUP_SUBSCRIBED_TO_TOPIC:  { message: 'Deleting offsets of a topic is forbidden while the consumer group is actively subscribed to it.' },
  ELIGIBLE_LEADERS_NOT_AVAILABLE: { message: 'Eligible topic partition leaders are not available.' },
  PREFERRED_LEADER_NOT_AVAILABLE: { message: 'The preferred leader was not available.' },
  ELECTION_NOT_NEEDED:        { message: 'Leader election not needed for topic partition.' },
  NO_REASSIGNMENT_IN_PROGRESS: { message: 'No partition reassignment is in progress.' },
  THROTTLING_QUOTA_EXCEEDED:  { message: 'The throttling quota has been exceeded.' },
  UNKNOWN_TOPIC_ID:           { message: 'This server does not host this topic ID.' },
  BROKER_ID_NOT_REGISTERED:   { message: 'The given broker ID was not registered.' },
  TRANSACTIONAL_ID_NOT_FOUND: { message: 'The transactionalId could not be found.' },
  UNACCEPTABLE_CREDENTIAL:    { message: 'Requested credential would not meet criteria for acceptability.' },
  RESOURCE_NOT_FOUND:         { message: 'A request illegally referred to a resource that does not exist.' },
  INVALID_UPDATE_VERSION:     { message: 'The given update version was invalid.' },
  INVALID_REGULAR_EXPRESSION: { className: 'InvalidRegularExpression', message: 'The regular expression is not valid.' },
}

export function javaMessage(error: ErrorName): string {
  return exceptions[error]?.message ?? errorMessage(error)
}

/** What an answer refuses: with the broker's own sentence, if it gave one. */
export function refusal(errorCode: number, message?: string | null): KafkaError {
  const name = errorName(errorCode)
  return new KafkaError(name, { message: message ?? javaMessage(name) })
}
/** Throws it, unless all is well. */
export function accept(errorCode: number, message?: string | null): void {
  if (errorCode !== 0) throw refusal(errorCode, message)
}

/** The class of the exception that Kafka's client makes of it. */
export function exceptionClass(error: unknown): string {
  const code = error instanceof KafkaError ? error.code : 'REQUEST_TIMED_OUT'
  const told = exceptions[code as ErrorName]?.className
  if (told !== undefined) return `org.apache.kafka.common.errors.${told}`
  const words = code.toLowerCase().split('_')
  return `org.apache.kafka.common.errors.${words.map(word => word[0]!.toUpperCase() + word.slice(1)).join('')}Exception`
}

/** An exception as Java writes it: class and message. */
export function exceptionText(error: unknown): string {
  return `${exceptionClass(error)}: ${error instanceof Error ? error.message : String(error)}`
}
