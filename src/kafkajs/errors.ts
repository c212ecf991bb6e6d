// kafkajs's tree of errors: their names, fields, and whether what failed may succeed later.

import type { DeleteGroupsResult } from './types/admin.ts'
import type { PartitionMetadata } from './types/common.ts'

export interface KafkaJSErrorMetadata {
  retriable?: boolean
  topic?: string
  partitionId?: number
  metadata?: PartitionMetadata
  cause?: Error
}
const textOf = (e: Error | string) => (typeof e === 'string' ? e : e.message)

export class KafkaJSError extends Error {
  override name = 'KafkaJSError'
  readonly retriable: boolean
  readonly helpUrl?: string
  declare readonly cause?: Error

  constructor(e: Error | string, { retriable = true, cause }: KafkaJSErrorMetadata = {}) {
    super(textOf(e), cause === undefined ? {} : { cause })
    this.retriable = retriable
  }
}
export class KafkaJSNonRetriableError extends KafkaJSError {
  override name = 'KafkaJSNonRetriableError'
  constructor(e: Error | string, { cause }: KafkaJSErrorMetadata = {}) {
    super(e, { retriable: false, ...(cause === undefined ? {} : { cause }) })
  }
}
/** What a broker answered: `type` is the name of the error, `code` its number. */
export class KafkaJSProtocolError extends KafkaJSError {
  override name = 'KafkaJSProtocolError'
  readonly code: number
  readonly type: string
  constructor(e: Error | string, { retriable }: KafkaJSErrorMetadata = {}) {
    const told = e as Partial<KafkaJSProtocolError>
    super(e, { retriable: retriable ?? told.retriable ?? false })
    this.type = told.type ?? 'UNKNOWN'
    this.code = told.code ?? -1
  }
}

export interface KafkaJSOffsetOutOfRangeMetadata {
  topic: string
  partition: number
}
export class KafkaJSOffsetOutOfRange extends KafkaJSProtocolError {
  override name = 'KafkaJSOffsetOutOfRange'
  readonly topic: string
  readonly partition: number
  constructor(e: Error | string, { topic, partition }: KafkaJSOffsetOutOfRangeMetadata) {
    super(e)
    this.topic = topic
    this.partition = partition
  }
}
export class KafkaJSMemberIdRequired extends KafkaJSProtocolError {
  override name = 'KafkaJSMemberIdRequired'
  readonly memberId: string
  constructor(e: Error | string, { memberId }: { memberId: string }) {
    super(e)
    this.memberId = memberId
  }
}
export class KafkaJSCreateTopicError extends KafkaJSProtocolError {
  override name = 'KafkaJSCreateTopicError'
  readonly topic: string
  constructor(e: Error | string, topic: string) {
    super(e)
    this.topic = topic
  }
}
export class KafkaJSAlterPartitionReassignmentsError extends KafkaJSProtocolError {
  override name = 'KafkaJSAlterPartitionReassignmentsError'
  readonly topic?: string
  readonly partition?: number
  constructor(e: Error | string, topic?: string, partition?: number) {
    super(e)
    if (topic !== undefined) this.topic = topic
    if (partition !== undefined) this.partition = partition
  }
}

export interface KafkaJSNumberOfRetriesExceededMetadata {
  retryCount: number
  retryTime: number
}
/** Tried as often as was allowed: `cause` is the last error. */
export class KafkaJSNumberOfRetriesExceeded extends KafkaJSNonRetriableError {
  override name = 'KafkaJSNumberOfRetriesExceeded'
  override readonly stack: string
  readonly retryCount: number
  readonly retryTime: number
  constructor(
    e: Error | string,
    { retryCount, retryTime }: KafkaJSNumberOfRetriesExceededMetadata = { retryCount: 0, retryTime: 0 },
  ) {
    const cause = typeof e === 'string' ? new KafkaJSError(e) : e
    super(e, { cause })
    this.stack = `${this.name}\n  Caused by: ${cause.stack}`
    this.retryCount = retryCount
    this.retryTime = retryTime
  }
}

export interface KafkaJSConnectionErrorMetadata {
  broker?: string
  code?: string
}
export class KafkaJSConnectionError extends KafkaJSError {
  override name = 'KafkaJSConnectionError'
  readonly broker: string
  readonly code: string | undefined
  constructor(e: Error | string, { broker = '', code }: KafkaJSConnectionErrorMetadata = {}) {
    super(e)
    this.broker = broker
    this.code = code
  }
}
export class KafkaJSConnectionClosedError extends KafkaJSConnectionError {
  override name = 'KafkaJSConnectionClosedError'
  readonly host: string | undefined
  readonly port: number | undefined
  constructor(e: Error | string, { host, port }: { host?: string; port?: number } = {}) {
    super(e, { broker: `${host}:${port}` })
    this.host = host
    this.port = port
  }
}
export interface KafkaJSRequestTimeoutErrorMetadata {
  broker: string
  clientId: string
  correlationId: number
  createdAt: number
  sentAt: number
  pendingDuration: number
}
export class KafkaJSRequestTimeoutError extends KafkaJSError {
  override name = 'KafkaJSRequestTimeoutError'
  readonly broker: string
  readonly correlationId: number
  readonly createdAt: number
  readonly sentAt: number
  readonly pendingDuration: number
  constructor(e: Error | string, about: Partial<KafkaJSRequestTimeoutErrorMetadata> = {}) {
    super(e)
    const { broker = '', correlationId = -1, createdAt = -1, sentAt = -1, pendingDuration = -1 } = about
    this.broker = broker
    this.correlationId = correlationId
    this.createdAt = createdAt
    this.sentAt = sentAt
    this.pendingDuration = pendingDuration
  }
}
export class KafkaJSBrokerNotFound extends KafkaJSError {
  override name = 'KafkaJSBrokerNotFound'
}
export class KafkaJSNoBrokerAvailableError extends KafkaJSError {
  override name = 'KafkaJSNoBrokerAvailableError'
  constructor() {
    super('No broker available')
  }
}
export class KafkaJSSASLAuthenticationError extends KafkaJSNonRetriableError {
  override name = 'KafkaJSSASLAuthenticationError'
}

export class KafkaJSMetadataNotLoaded extends KafkaJSError {
  override name = 'KafkaJSMetadataNotLoaded'
}
export interface KafkaJSTopicMetadataNotLoadedMetadata {
  topic: string
}
export class KafkaJSTopicMetadataNotLoaded extends KafkaJSMetadataNotLoaded {
  override name = 'KafkaJSTopicMetadataNotLoaded'
  readonly topic: string
  constructor(e: Error | string, { topic }: KafkaJSTopicMetadataNotLoadedMetadata = { topic: '' }) {
    super(e)
    this.topic = topic
  }
}
export interface KafkaJSStaleTopicMetadataAssignmentMetadata {
  topic: string
  unknownPartitions: PartitionMetadata[]
}
export class KafkaJSStaleTopicMetadataAssignment extends KafkaJSError {
  override name = 'KafkaJSStaleTopicMetadataAssignment'
  readonly topic: string
  readonly unknownPartitions: PartitionMetadata[]
  constructor(e: Error | string, about: Partial<KafkaJSStaleTopicMetadataAssignmentMetadata> = {}) {
    super(e)
    this.topic = about.topic ?? ''
    this.unknownPartitions = about.unknownPartitions ?? []
  }
}
export interface KafkaJSServerDoesNotSupportApiKeyMetadata {
  apiKey: number
  apiName: string
}
export class KafkaJSServerDoesNotSupportApiKey extends KafkaJSNonRetriableError {
  override name = 'KafkaJSServerDoesNotSupportApiKey'
  readonly apiKey: number
  readonly apiName: string
  constructor(e: Error | string, about: Partial<KafkaJSServerDoesNotSupportApiKeyMetadata> = {}) {
    super(e)
    this.apiKey = about.apiKey ?? -1
    this.apiName = about.apiName ?? ''
  }
}

export interface KafkaJSDeleteGroupsErrorGroups {
  groupId: string
  errorCode: number
  error: KafkaJSError
}
export class KafkaJSDeleteGroupsError extends KafkaJSError {
  override name = 'KafkaJSDeleteGroupsError'
  readonly groups: DeleteGroupsResult[]
  constructor(e: Error | string, groups: DeleteGroupsResult[] = []) {
    super(e)
    this.groups = groups
  }
}
export interface KafkaJSDeleteTopicRecordsErrorPartition {
  partition: number
  offset: string
  error: KafkaJSError
}
export interface KafkaJSDeleteTopicRecordsErrorTopic {
  topic: string
  partitions: KafkaJSDeleteTopicRecordsErrorPartition[]
}
/** Retriable if all that failed is. */
export class KafkaJSDeleteTopicRecordsError extends KafkaJSError {
  override name = 'KafkaJSDeleteTopicRecordsError'
  readonly partitions: KafkaJSDeleteTopicRecordsErrorPartition[]
  constructor({ partitions }: Pick<KafkaJSDeleteTopicRecordsErrorTopic, 'partitions'>) {
    super('Error while deleting records', { retriable: partitions.every(({ error }) => error.retriable) })
    this.partitions = partitions
  }
}
export class KafkaJSAggregateError extends Error {
  override name = 'KafkaJSAggregateError'
  readonly errors: (Error | string)[]
  constructor(message: Error | string, errors: (Error | string)[]) {
    super(textOf(message))
    this.errors = errors
  }
}

export class KafkaJSGroupCoordinatorNotFound extends KafkaJSNonRetriableError {
  override name = 'KafkaJSGroupCoordinatorNotFound'
}
export class KafkaJSNotImplemented extends KafkaJSNonRetriableError {
  override name = 'KafkaJSNotImplemented'
}
export class KafkaJSTimeout extends KafkaJSNonRetriableError {
  override name = 'KafkaJSTimeout'
}
export class KafkaJSLockTimeout extends KafkaJSTimeout {
  override name = 'KafkaJSLockTimeout'
}
export class KafkaJSPartialMessageError extends KafkaJSNonRetriableError {
  override name = 'KafkaJSPartialMessageError'
}
export class KafkaJSUnsupportedMagicByteInMessageSet extends KafkaJSNonRetriableError {
  override name = 'KafkaJSUnsupportedMagicByteInMessageSet'
}
export class KafkaJSInvariantViolation extends KafkaJSNonRetriableError {
  override name = 'KafkaJSInvariantViolation'
}
export class KafkaJSInvalidVarIntError extends KafkaJSNonRetriableError {}
export class KafkaJSInvalidLongError extends KafkaJSNonRetriableError {}
export class KafkaJSFetcherRebalanceError extends Error {}
