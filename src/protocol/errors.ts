// Kafka's error codes: what an answer carries instead of an exception. The table is the one place where they stand; names
// and numbers are those of Apache Kafka 4.2.

/**
 * What a client may do: `retriable`, ask again; `refresh`, ask again once it has looked up anew whom to ask (leader or
 * coordinator); `fatal`, nothing that would make the same request succeed.
 */
export type Remedy = 'retriable' | 'refresh' | 'fatal'
export interface ErrorDeclaration {
  readonly code: number
  readonly remedy: Remedy
  /** For people, where the answer has room for a sentence and nothing better is known. */
  readonly message: string
}
const error = (code: number, remedy: Remedy, message: string): ErrorDeclaration => ({ code, remedy, message })

// oxfmt-ignore
export const errors = {
  UNKNOWN_SERVER_ERROR:                  error(-1,  'fatal',     'An unexpected error in the server.'),
  NONE:                                  error(0,   'fatal',     'No error.'),
  OFFSET_OUT_OF_RANGE:                   error(1,   'fatal',     'The offset is outside the range that the partition holds.'),
  CORRUPT_MESSAGE:                       error(2,   'retriable', 'A record batch failed its CRC, is too large, lacks a key in a compacted topic, or is corrupt otherwise.'),
  UNKNOWN_TOPIC_OR_PARTITION:            error(3,   'refresh',   'This server does not host this topic or partition.'),
  INVALID_FETCH_SIZE:                    error(4,   'fatal',     'The fetch size is invalid.'),
  LEADER_NOT_AVAILABLE:                  error(5,   'refresh',   'The partition has no leader at present.'),
  NOT_LEADER_OR_FOLLOWER:                error(6,   'refresh',   'This broker is not the leader of the partition, or not one of its replicas.'),
  REQUEST_TIMED_OUT:                     error(7,   'retriable', 'The request timed out.'),
  BROKER_NOT_AVAILABLE:                  error(8,   'fatal',     'The broker is not available.'),
  REPLICA_NOT_AVAILABLE:                 error(9,   'refresh',   'The replica of the partition is not available.'),
  MESSAGE_TOO_LARGE:                     error(10,  'fatal',     'A record batch is larger than the server accepts.'),
  STALE_CONTROLLER_EPOCH:                error(11,  'fatal',     'The controller has moved to another broker.'),
  OFFSET_METADATA_TOO_LARGE:             error(12,  'fatal',     'The metadata beside a committed offset is too large.'),
  NETWORK_EXCEPTION:                     error(13,  'refresh',   'The connection was lost before an answer came.'),
  COORDINATOR_LOAD_IN_PROGRESS:          error(14,  'retriable', 'The coordinator is still loading.'),
  COORDINATOR_NOT_AVAILABLE:             error(15,  'refresh',   'The coordinator is not available.'),
  NOT_COORDINATOR:                       error(16,  'refresh',   'This broker is not the coordinator.'),
  INVALID_TOPIC_EXCEPTION:               error(17,  'fatal',     'The topic name is invalid, or the topic does not allow the operation.'),
  RECORD_LIST_TOO_LARGE:                 error(18,  'fatal',     'A record batch is larger than a segment of the log.'),
  NOT_ENOUGH_REPLICAS:                   error(19,  'retriable', 'Fewer replicas are in sync than the topic requires.'),
  NOT_ENOUGH_REPLICAS_AFTER_APPEND:      error(20,  'retriable', 'The records were written, but to fewer in-sync replicas than the topic requires.'),
  INVALID_REQUIRED_ACKS:                 error(21,  'fatal',     'acks must be 0, 1 or -1.'),
  ILLEGAL_GENERATION:                    error(22,  'fatal',     'The generation is not the current one of the group.'),
  INCONSISTENT_GROUP_PROTOCOL:           error(23,  'fatal',     'The member supports no protocol that all other members support, or names none.'),
  INVALID_GROUP_ID:                      error(24,  'fatal',     'The group id is invalid.'),
  UNKNOWN_MEMBER_ID:                     error(25,  'fatal',     'The group does not have this member.'),
  INVALID_SESSION_TIMEOUT:               error(26,  'fatal',     'The session timeout is outside group.min.session.timeout.ms and group.max.session.timeout.ms.'),
  REBALANCE_IN_PROGRESS:                 error(27,  'fatal',     'The group is rebalancing: the member must rejoin.'),
  INVALID_COMMIT_OFFSET_SIZE:            error(28,  'fatal',     'The offsets to commit are too large.'),
  TOPIC_AUTHORIZATION_FAILED:            error(29,  'fatal',     'Not authorized to access the topic.'),
  GROUP_AUTHORIZATION_FAILED:            error(30,  'fatal',     'Not authorized to access the group.'),
  CLUSTER_AUTHORIZATION_FAILED:          error(31,  'fatal',     'Not authorized to act on the cluster.'),
  INVALID_TIMESTAMP:                     error(32,  'fatal',     'The timestamp of a record is out of the accepted range.'),
  UNSUPPORTED_SASL_MECHANISM:            error(33,  'fatal',     'The SASL mechanism is not enabled.'),
  ILLEGAL_SASL_STATE:                    error(34,  'fatal',     'The request does not fit the state of the SASL exchange.'),
  UNSUPPORTED_VERSION:                   error(35,  'fatal',     'This version of the API is not supported.'),
  TOPIC_ALREADY_EXISTS:                  error(36,  'fatal',     'A topic with this name exists already.'),
  INVALID_PARTITIONS:                    error(37,  'fatal',     'The number of partitions is below 1.'),
  INVALID_REPLICATION_FACTOR:            error(38,  'fatal',     'The replication factor is below 1 or above the number of brokers.'),
  INVALID_REPLICA_ASSIGNMENT:            error(39,  'fatal',     'The replica assignment is invalid.'),
  INVALID_CONFIG:                        error(40,  'fatal',     'The configuration is invalid.'),
  NOT_CONTROLLER:                        error(41,  'retriable', 'This broker is not the controller.'),
  INVALID_REQUEST:                       error(42,  'fatal',     'The request is malformed, or contradicts itself.'),
  UNSUPPORTED_FOR_MESSAGE_FORMAT:        error(43,  'fatal',     'The message format of the partition does not allow the request.'),
  POLICY_VIOLATION:                      error(44,  'fatal',     'The request violates the configured policy.'),
  OUT_OF_ORDER_SEQUENCE_NUMBER:          error(45,  'fatal',     'The sequence number does not follow the last one of the producer.'),
  DUPLICATE_SEQUENCE_NUMBER:             error(46,  'fatal',     'The sequence number was seen already.'),
  INVALID_PRODUCER_EPOCH:                error(47,  'fatal',     'The epoch of the producer is an old one.'),
  INVALID_TXN_STATE:                     error(48,  'fatal',     'The state of the transaction does not allow the operation.'),
  INVALID_PRODUCER_ID_MAPPING:           error(49,  'fatal',     'The producer id is not the one of the transactional id.'),
  INVALID_TRANSACTION_TIMEOUT:           error(50,  'fatal',     'The transaction timeout is above transaction.max.timeout.ms.'),
  CONCURRENT_TRANSACTIONS:               error(51,  'retriable', 'Another operation on the transaction is still under way.'),
  TRANSACTION_COORDINATOR_FENCED:        error(52,  'fatal',     'The coordinator that sent the markers is no longer the one of the transaction.'),
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: error(53,  'fatal',     'Not authorized to use the transactional id.'),
  SECURITY_DISABLED:                     error(54,  'fatal',     'No authorizer is configured.'),
  OPERATION_NOT_ATTEMPTED:               error(55,  'fatal',     'Not attempted, as another operation of the request failed.'),
  KAFKA_STORAGE_ERROR:                   error(56,  'refresh',   'A disk error on the log of the partition.'),
  LOG_DIR_NOT_FOUND:                     error(57,  'fatal',     'The broker has no such log directory.'),
  SASL_AUTHENTICATION_FAILED:            error(58,  'fatal',     'SASL authentication failed.'),
  UNKNOWN_PRODUCER_ID:                   error(59,  'fatal',     'The partition knows nothing of the producer, or its records have been deleted.'),
  REASSIGNMENT_IN_PROGRESS:              error(60,  'fatal',     'The partition is being reassigned.'),
  DELEGATION_TOKEN_AUTH_DISABLED:        error(61,  'fatal',     'Delegation tokens are not enabled.'),
  DELEGATION_TOKEN_NOT_FOUND:            error(62,  'fatal',     'The delegation token does not exist.'),
  DELEGATION_TOKEN_OWNER_MISMATCH:       error(63,  'fatal',     'The principal is neither owner nor renewer of the delegation token.'),
  DELEGATION_TOKEN_REQUEST_NOT_ALLOWED:  error(64,  'fatal',     'This connection may not ask for delegation tokens.'),
  DELEGATION_TOKEN_AUTHORIZATION_FAILED: error(65,  'fatal',     'Not authorized to access the delegation token.'),
  DELEGATION_TOKEN_EXPIRED:              error(66,  'fatal',     'The delegation token has expired.'),
  INVALID_PRINCIPAL_TYPE:                error(67,  'fatal',     'The type of the principal is not supported.'),
  NON_EMPTY_GROUP:                       error(68,  'fatal',     'The group has members.'),
  GROUP_ID_NOT_FOUND:                    error(69,  'fatal',     'The group does not exist.'),
  FETCH_SESSION_ID_NOT_FOUND:            error(70,  'retriable', 'The fetch session does not exist.'),
  INVALID_FETCH_SESSION_EPOCH:           error(71,  'retriable', 'The epoch of the fetch session is not the expected one.'),
  LISTENER_NOT_FOUND:                    error(72,  'refresh',   'The leader has no listener of the name that was connected to.'),
  TOPIC_DELETION_DISABLED:               error(73,  'fatal',     'Deletion of topics is disabled.'),
  FENCED_LEADER_EPOCH:                   error(74,  'refresh',   'The leader epoch is older than the one of the broker.'),
  UNKNOWN_LEADER_EPOCH:                  error(75,  'retriable', 'The leader epoch is newer than the one of the broker.'),
  UNSUPPORTED_COMPRESSION_TYPE:          error(76,  'fatal',     'The client, by its version, cannot read the compression of the partition.'),
  STALE_BROKER_EPOCH:                    error(77,  'fatal',     'The epoch of the broker has changed.'),
  OFFSET_NOT_AVAILABLE:                  error(78,  'retriable', 'The new leader does not know the high watermark yet.'),
  MEMBER_ID_REQUIRED:                    error(79,  'fatal',     'The member must join again with the id that it is given.'),
  PREFERRED_LEADER_NOT_AVAILABLE:        error(80,  'refresh',   'The preferred leader is not available.'),
  GROUP_MAX_SIZE_REACHED:                error(81,  'fatal',     'The group has as many members as it may have.'),
  FENCED_INSTANCE_ID:                    error(82,  'fatal',     'Another member has taken over the group instance id.'),
  ELIGIBLE_LEADERS_NOT_AVAILABLE:        error(83,  'refresh',   'No replica that may become leader is available.'),
  ELECTION_NOT_NEEDED:                   error(84,  'refresh',   'The partition needs no election.'),
  NO_REASSIGNMENT_IN_PROGRESS:           error(85,  'fatal',     'The partition is not being reassigned.'),
  GROUP_SUBSCRIBED_TO_TOPIC:             error(86,  'fatal',     'The group is subscribed to the topic, so its offsets stay.'),
  INVALID_RECORD:                        error(87,  'fatal',     'A record is invalid.'),
  UNSTABLE_OFFSET_COMMIT:                error(88,  'retriable', 'Offsets are part of a transaction that has not ended.'),
  THROTTLING_QUOTA_EXCEEDED:             error(89,  'retriable', 'A quota is exceeded.'),
  PRODUCER_FENCED:                       error(90,  'fatal',     'A newer producer with the same transactional id has fenced this one.'),
  RESOURCE_NOT_FOUND:                    error(91,  'fatal',     'The resource does not exist.'),
  DUPLICATE_RESOURCE:                    error(92,  'fatal',     'The resource is named twice.'),
  UNACCEPTABLE_CREDENTIAL:               error(93,  'fatal',     'The credential does not meet the requirements.'),
  INCONSISTENT_VOTER_SET:                error(94,  'fatal',     'Sender or recipient is not one of the expected voters.'),
  INVALID_UPDATE_VERSION:                error(95,  'fatal',     'The version to update to is invalid.'),
  FEATURE_UPDATE_FAILED:                 error(96,  'fatal',     'The features could not be updated.'),
  PRINCIPAL_DESERIALIZATION_FAILURE:     error(97,  'fatal',     'The principal of a forwarded request could not be read.'),
  SNAPSHOT_NOT_FOUND:                    error(98,  'fatal',     'The snapshot does not exist.'),
  POSITION_OUT_OF_RANGE:                 error(99,  'fatal',     'The position is outside the snapshot.'),
  UNKNOWN_TOPIC_ID:                      error(100, 'refresh',   'This server does not host a topic of this id.'),
  DUPLICATE_BROKER_REGISTRATION:         error(101, 'fatal',     'The broker id is taken.'),
  BROKER_ID_NOT_REGISTERED:              error(102, 'fatal',     'The broker id is not registered.'),
  INCONSISTENT_TOPIC_ID:                 error(103, 'refresh',   'The topic id is not the one of the log.'),
  INCONSISTENT_CLUSTER_ID:               error(104, 'fatal',     'The cluster id is not the one of this cluster.'),
  TRANSACTIONAL_ID_NOT_FOUND:            error(105, 'fatal',     'The transactional id does not exist.'),
  FETCH_SESSION_TOPIC_ID_ERROR:          error(106, 'retriable', 'The fetch session mixes requests with and without topic ids.'),
  INELIGIBLE_REPLICA:                    error(107, 'fatal',     'A replica of the new ISR may not be in it.'),
  NEW_LEADER_ELECTED:                    error(108, 'fatal',     'The partition was changed, and has a new leader.'),
  OFFSET_MOVED_TO_TIERED_STORAGE:        error(109, 'fatal',     'The offset has moved to tiered storage.'),
  FENCED_MEMBER_EPOCH:                   error(110, 'fatal',     'The group has fenced the member: it must give up its partitions and rejoin.'),
  UNRELEASED_INSTANCE_ID:                error(111, 'fatal',     'Another member still uses the instance id, and must leave first.'),
  UNSUPPORTED_ASSIGNOR:                  error(112, 'fatal',     'The group does not support the assignor.'),
  STALE_MEMBER_EPOCH:                    error(113, 'fatal',     'The member must learn its new epoch by a heartbeat first.'),
  MISMATCHED_ENDPOINT_TYPE:              error(114, 'fatal',     'This kind of endpoint does not serve the request.'),
  UNSUPPORTED_ENDPOINT_TYPE:             error(115, 'fatal',     'This kind of endpoint is not supported.'),
  UNKNOWN_CONTROLLER_ID:                 error(116, 'fatal',     'The controller id is not known.'),
  UNKNOWN_SUBSCRIPTION_ID:               error(117, 'fatal',     'The subscription id of the telemetry is not the current one.'),
  TELEMETRY_TOO_LARGE:                   error(118, 'fatal',     'The telemetry is larger than the broker accepts.'),
  INVALID_REGISTRATION:                  error(119, 'fatal',     'The registration of the broker is invalid.'),
  TRANSACTION_ABORTABLE:                 error(120, 'fatal',     'The transaction has failed: abort it, and begin another.'),
  INVALID_RECORD_STATE:                  error(121, 'fatal',     'The state of the record does not allow the acknowledgement.'),
  SHARE_SESSION_NOT_FOUND:               error(122, 'retriable', 'The share session does not exist.'),
  INVALID_SHARE_SESSION_EPOCH:           error(123, 'retriable', 'The epoch of the share session is not the expected one.'),
  FENCED_STATE_EPOCH:                    error(124, 'fatal',     'The state epoch of the share group is not the current one.'),
  INVALID_VOTER_KEY:                     error(125, 'fatal',     'The key of the voter is not the one of the replica.'),
  DUPLICATE_VOTER:                       error(126, 'fatal',     'The voter is one already.'),
  VOTER_NOT_FOUND:                       error(127, 'fatal',     'The voter is not one of the voters.'),
  INVALID_REGULAR_EXPRESSION:            error(128, 'fatal',     'The regular expression is invalid.'),
  REBOOTSTRAP_REQUIRED:                  error(129, 'fatal',     'What the client knows is stale: it must start again from its bootstrap servers.'),
  STREAMS_INVALID_TOPOLOGY:              error(130, 'fatal',     'The topology is invalid.'),
  STREAMS_INVALID_TOPOLOGY_EPOCH:        error(131, 'fatal',     'The epoch of the topology is invalid.'),
  STREAMS_TOPOLOGY_FENCED:               error(132, 'fatal',     'The epoch of the topology is an old one.'),
  SHARE_SESSION_LIMIT_REACHED:           error(133, 'retriable', 'There are as many share sessions as there may be.'),
} as const satisfies Record<string, ErrorDeclaration>

export type ErrorName = keyof typeof errors

const names = new Map<number, ErrorName>(Object.entries(errors).map(([name, { code }]) => [code, name as ErrorName]))

export function errorCode(name: ErrorName): number {
  return errors[name].code
}
/** A code that a newer broker made up is an unknown error, as Kafka's own clients take it. */
export function errorName(code: number): ErrorName {
  return names.get(code) ?? 'UNKNOWN_SERVER_ERROR'
}
export function errorMessage(error: ErrorName | number): string {
  return declarationOf(error).message
}
/** Whether the same request may succeed later. Where it `needsRefresh`, only from whom a new look-up names. */
export function isRetriable(error: ErrorName | number): boolean {
  return declarationOf(error).remedy !== 'fatal'
}
export function needsRefresh(error: ErrorName | number): boolean {
  return declarationOf(error).remedy === 'refresh'
}
const declarationOf = (error: ErrorName | number): ErrorDeclaration =>
  errors[typeof error === 'number' ? errorName(error) : error]
