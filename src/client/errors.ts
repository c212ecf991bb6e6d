// The one error that the client throws for what a cluster, or the way to it, refuses.

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
  SERIALIZATION_FAILED:   { retriable: false, message: 'The serializer cannot make bytes of what it was given.' },
  DESERIALIZATION_FAILED: { retriable: false, message: 'The deserializer cannot read these bytes.' },
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

/**
 * `code` is the name of Kafka's error code (UNKNOWN_TOPIC_OR_PARTITION) or one of `clientErrors`; `retriable` whether
 * the same may succeed later. The client has retried by itself for as long as it was told to.
 */
export class KafkaError extends Error {
  override readonly name = 'KafkaError'
  readonly code: ErrorName | ClientErrorName
  readonly retriable: boolean

  constructor(code: ErrorName | ClientErrorName, { context, message, cause }: KafkaErrorOptions = {}) {
    const own = Object.hasOwn(clientErrors, code) ? clientErrors[code as ClientErrorName] : undefined
    const text = message ?? own?.message ?? errorMessage(code as ErrorName)
    super(context === undefined ? text : `${context}: ${text}`, cause === undefined ? {} : { cause })
    this.code = code
    this.retriable = own?.retriable ?? isRetriable(code as ErrorName)
  }
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
