// The one error that the client throws for what a cluster, or the way to it, refuses.

import { ConnectionError } from '../connection/index.ts'
import { errorMessage, errorName, isRetriable, needsRefresh, type ErrorName } from '../protocol/index.ts'

/** What only a client can say. The rest are Kafka's own names. */
// oxfmt-ignore
export const clientErrors = {
  CLOSED:              { retriable: false, message: 'The client, producer or consumer is closed.' },
  NO_BROKER_AVAILABLE: { retriable: true,  message: 'None of the brokers can be reached.' },
  DELIVERY_TIMED_OUT:  { retriable: false, message: 'The record was not acknowledged within deliveryTimeoutMs.' },
  BUFFER_FULL:         { retriable: true,  message: 'The memory for records that wait is used up.' },
  TRANSACTION_ABORTED: { retriable: false, message: 'The transaction was aborted before the record was sent.' },
  NO_OFFSET:           { retriable: false, message: 'The partition has no committed offset, and no reset is configured.' },
  LOG_TRUNCATED:       { retriable: false, message: 'Records that were read are gone from the log.' },
  SERIALIZATION_FAILED:   { retriable: false, message: 'The serializer cannot make bytes of what it was given.' },
  DESERIALIZATION_FAILED: { retriable: false, message: 'The deserializer cannot read these bytes.' },
  TLS_FAILED:          { retriable: false, message: 'No encryption came about: one side does not believe the other.' },
  INVALID_ARGUMENT:    { retriable: false, message: 'An argument is not what it must be.' },
} as const
export type ClientErrorName = keyof typeof clientErrors

export interface KafkaErrorOptions {
  /** What was asked, of whom: goes before the message. */
  readonly context?: string
  /** Instead of the standard sentence of the code. */
  readonly message?: string | null
  readonly cause?: unknown
}

/** What another took the place of, what nobody is allowed or able to do, and what is over. */
const fatal = new Set<ErrorName | ClientErrorName>([
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_ID_MAPPING',
  'FENCED_INSTANCE_ID',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'UNSUPPORTED_VERSION',
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
  'TLS_FAILED',
  'CLOSED',
])

/**
 * `code` is the name of Kafka's error code (UNKNOWN_TOPIC_OR_PARTITION) or one of `clientErrors`; `retriable` whether
 * the same may succeed later. The client has retried by itself for as long as it was told to.
 */
export class KafkaError extends Error {
  override readonly name = 'KafkaError'
  readonly code: ErrorName | ClientErrorName
  readonly retriable: boolean
  /** Whoever met it, a producer or a member of a group, is done for: close it, and make another where that may help. */
  readonly fatal: boolean

  constructor(code: ErrorName | ClientErrorName, { context, message, cause }: KafkaErrorOptions = {}) {
    const own = Object.hasOwn(clientErrors, code) ? clientErrors[code as ClientErrorName] : undefined
    const text = message ?? own?.message ?? errorMessage(code as ErrorName)
    super(context === undefined ? text : `${context}: ${text}`, cause === undefined ? {} : { cause })
    this.code = code
    this.retriable = own?.retriable ?? isRetriable(code as ErrorName)
    this.fatal = fatal.has(code)
  }
  /** Within a transaction: it can be aborted, and another begun (KIP-1050). So all errors are that are not fatal. */
  get abortable(): boolean {
    return !this.fatal
  }
}

/**
 * Where a connection did not come about because one side does not believe the other, the error that says so: there is
 * no use in trying again. Undefined for all other errors.
 */
export function refusalOf(error: unknown): KafkaError | undefined {
  if (!(error instanceof ConnectionError)) return undefined
  const { code, message, cause } = error
  return code === 'TLS_FAILED' ||
    code === 'SASL_AUTHENTICATION_FAILED' ||
    code === 'UNSUPPORTED_SASL_MECHANISM' ||
    code === 'ILLEGAL_SASL_STATE'
    ? new KafkaError(code, { message, cause })
    : undefined
}

/** Throws what an error code of an answer means, unless it means that all is well. */
export function check(errorCode: number, options: KafkaErrorOptions = {}): void {
  if (errorCode !== 0) throw new KafkaError(errorName(errorCode), options)
}

/** Whether whom to ask must be looked up again before the next attempt: the broker said so, or cannot be reached. */
export function isStale(error: unknown): boolean {
  if (error instanceof KafkaError) return error.code === 'NO_BROKER_AVAILABLE' || needsRefresh(errorOf(error))
  return isConnectionLoss(error)
}
/** Whether the same request may succeed later. */
export function mayRetry(error: unknown): boolean {
  return error instanceof KafkaError ? error.retriable : isConnectionLoss(error)
}

const errorOf = ({ code }: KafkaError): ErrorName => (Object.hasOwn(clientErrors, code) ? 'NONE' : (code as ErrorName))

/** What the connection, or the system below it, says when a peer is not there or does not answer. */
function isConnectionLoss(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' && connectionLosses.has(code)
}
// oxfmt-ignore
const connectionLosses = new Set([
  'CONNECTION_CLOSED', 'CONNECT_TIMED_OUT', 'REQUEST_TIMED_OUT',
  'ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENOTFOUND', 'EAI_AGAIN',
])
