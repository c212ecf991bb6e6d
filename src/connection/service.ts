// What a SocketServer asks of the broker behind it, and what it gives: the one place where every request passes.

import type { Clock, Logger, MBeans } from '../base/index.ts'
import type { AnyApi } from '../protocol/index.ts'
import type { Admission, Connection } from './connection.ts'
import type { ConnectionLimits } from './limits.ts'
import type { RequestTimesObserver } from './request-times.ts'

export interface ServerRequest {
  readonly api: AnyApi
  readonly apiVersion: number
  readonly header: { readonly clientId: string | null; readonly correlationId: number }
  /** Decoded. Its bytes and records are views of a frame that is reused once the handler has returned or awaited. */
  readonly body: any
  readonly connection: Connection
}

/** The answer to a produce request with acks=0: none, and the next request is handled. */
export const noResponse: unique symbol = Symbol('noResponse')
/** An error that cannot be answered, as of a produce request with acks=0: Kafka closes the connection. */
export const closeConnection: unique symbol = Symbol('closeConnection')
/** On a response: runs once, when its bytes are with the kernel, or will never be. Frees the records it refers to. */
export const afterWrite: unique symbol = Symbol('afterWrite')
/** On a response: the connection ends when its bytes are with the kernel, as after an authentication that failed. */
export const lastAnswer: unique symbol = Symbol('lastAnswer')
export interface Released {
  readonly [afterWrite]?: () => void
  readonly [lastAnswer]?: true
}

/** A draft of the API's response, or no response. */
export type Answer = (object & Released) | typeof noResponse | typeof closeConnection

export interface VersionsServed {
  readonly min: number
  readonly max: number
}

/** Sees each request and its answer pass. It must not keep a body longer than the call. */
export interface RequestObserver {
  received(request: ServerRequest): void
  answered(request: ServerRequest, answer: Answer): void
}

export interface Peer {
  readonly listener: string
  readonly remote: string
  /** By which the peer of an encrypted connection has shown who it is: DER, checked. */
  readonly certificate: Buffer | undefined
}

export interface Service {
  /** The versions that are served of an API; undefined for none. Asked once for each API. */
  apiRange(apiKey: number): VersionsServed | undefined
  /**
   * Answers a request: at once, which costs least, or by a promise, which blocks only later requests of the same
   * connection. What it throws is a bug: it is logged, and the connection is closed.
   */
  handle(request: ServerRequest): Answer | Promise<Answer>
  /** Asked of each connection before anything is read from it; absent: everybody is anonymous, on all listeners. */
  admit?(peer: Peer): Admission
  readonly clock: Clock
  readonly logger: Logger
  readonly metrics: MBeans
  readonly limits?: Partial<ConnectionLimits>
  readonly observer?: RequestObserver | undefined
  /** Is told how long requests take; absent: nobody looks at the clock. */
  readonly times?: RequestTimesObserver | undefined
  /** For tests: overwrites each frame when its handler has returned, so that nobody can have kept a view of it. */
  readonly poisonsFrames?: boolean
}
