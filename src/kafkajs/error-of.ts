// Errors of the client, and error codes of answers, as kafkajs tells them.

import { errorCode, errorMessage, errorName, errors, isRetriable, type ErrorName } from '../protocol/index.ts'
import {
  KafkaJSConnectionClosedError,
  KafkaJSConnectionError,
  KafkaJSError,
  KafkaJSNonRetriableError,
  KafkaJSProtocolError,
  KafkaJSRequestTimeoutError,
  KafkaJSSASLAuthenticationError,
  KafkaJSServerDoesNotSupportApiKey,
} from './errors.ts'

/** Names that kafkajs has from older versions of Kafka. */
const olderNames: { readonly [name: string]: string } = {
  UNKNOWN_SERVER_ERROR: 'UNKNOWN',
  NOT_LEADER_OR_FOLLOWER: 'NOT_LEADER_FOR_PARTITION',
  COORDINATOR_LOAD_IN_PROGRESS: 'GROUP_LOAD_IN_PROGRESS',
  COORDINATOR_NOT_AVAILABLE: 'GROUP_COORDINATOR_NOT_AVAILABLE',
  NOT_COORDINATOR: 'NOT_COORDINATOR_FOR_GROUP',
}
/** Sentences that applications compare with: kafkajs's own, which are those of Kafka's documentation. */
const sentences: { readonly [name: string]: string } = {
  UNKNOWN_TOPIC_OR_PARTITION: 'This server does not host this topic-partition',
  REQUEST_TIMED_OUT: 'The request timed out',
  INVALID_TOPIC_EXCEPTION: 'The request attempted to perform an operation on an invalid topic',
  TOPIC_ALREADY_EXISTS: 'Topic with this name already exists',
  UNKNOWN_MEMBER_ID: 'The coordinator is not aware of this member',
  REBALANCE_IN_PROGRESS: 'The group is rebalancing, so a rejoin is needed',
  TOPIC_AUTHORIZATION_FAILED: 'Not authorized to access topics: [Topic authorization failed]',
  GROUP_AUTHORIZATION_FAILED: 'Not authorized to access group: Group authorization failed',
  CLUSTER_AUTHORIZATION_FAILED: 'Cluster authorization failed',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'Transactional Id authorization failed',
  INVALID_REPLICA_ASSIGNMENT: 'Replica assignment is invalid',
  INVALID_PARTITIONS: 'Number of partitions is invalid',
}

export function protocolError(name: ErrorName): KafkaJSProtocolError {
  const message = sentences[name] ?? errorMessage(name).replace(/\.$/, '')
  const about = { type: olderNames[name] ?? name, code: errorCode(name), retriable: isRetriable(name) }
  return new KafkaJSProtocolError(Object.assign(new Error(message), about))
}
/** Undefined for 0, which says that all is well. */
export function errorOfCode(code: number): KafkaJSProtocolError | undefined {
  return code === 0 ? undefined : protocolError(errorName(code))
}
export function check(code: number): void {
  const error = errorOfCode(code)
  if (error !== undefined) throw error
}

/** What the client threw, as kafkajs would have thrown it; its own errors, and those of handlers, as they are. */
export function errorOf(error: unknown): Error {
  if (!(error instanceof Error)) return new KafkaJSNonRetriableError(String(error))
  const { code, message } = error as Error & { readonly code?: unknown }
  if (error instanceof KafkaJSError || typeof code !== 'string') return error
  if (/SASL/.test(code)) return new KafkaJSSASLAuthenticationError(saslMessage(message), { cause: error })
  if (error.name === 'ConnectionError') return errorOfConnection(error, code)
  if (Object.hasOwn(errors, code)) return Object.assign(protocolError(code as ErrorName), { cause: error })
  if (code === 'NO_BROKER_AVAILABLE' && error.cause instanceof Error) return errorOf(error.cause)
  if (/^E[A-Z]+$/.test(code) || code === 'TLS_FAILED')
    return new KafkaJSConnectionError(`Connection error: ${message}`, { code })
  const { retriable = true } = error as Error & { readonly retriable?: boolean }
  return new KafkaJSError(message, { retriable, cause: error })
}

/** Without the broker's address, and kafkajs writes SCRAM's names without all of their dashes. */
function saslMessage(message: string): string {
  return message
    .replace(/^.*?(?=SASL \S+ authentication failed)/, '')
    .replace(/^SASL SCRAM-SHA-(\d+)/, 'SASL SCRAM SHA$1')
}
/** Some codes are those of answers, too. */
function errorOfConnection(error: Error, code: string): Error {
  const { message } = error
  if (code === 'REQUEST_TIMED_OUT') return new KafkaJSRequestTimeoutError(message)
  if (code === 'CONNECTION_CLOSED') return new KafkaJSConnectionClosedError('Closed connection')
  if (code === 'CONNECT_TIMED_OUT') return new KafkaJSConnectionError('Connection timeout', { code })
  if (code === 'UNSUPPORTED_VERSION') return new KafkaJSServerDoesNotSupportApiKey(message)
  return new KafkaJSConnectionError(`Connection error: ${message}`, { code })
}

export const isRebalancing = (error: unknown): boolean =>
  error instanceof KafkaJSProtocolError &&
  ['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP', 'ILLEGAL_GENERATION'].includes(error.type)
