// How a client authenticates on a connection (KIP-152): it names a mechanism, then carries the tokens of an exchange to
// the broker and back. A session may end (KIP-368): then it is renewed in the same way, on the same connection.

import type { Clock } from '../../base/index.ts'
import {
  type AnyApi,
  type DecodedResponseOf,
  errorMessage,
  errorName,
  type RequestDraftOf,
  saslAuthenticate,
  saslHandshake,
} from '../../protocol/index.ts'
import { ConnectionError, type ConnectionErrorCode } from '../connection-error.ts'
import { type SaslClientMechanism, SaslError } from './mechanism.ts'

/** A session is renewed when so much of it is over: brokers end it on time, and a token may take a while to get. */
const renewedAfter = 0.85

export interface AuthenticationWay {
  readonly clock: Clock
  readonly host: string
  readonly port: number
  /** Sends a request before all others, and gives its answer. */
  readonly send: <A extends AnyApi>(api: A, draft: RequestDraftOf<A>) => Promise<DecodedResponseOf<A>>
}

export class ClientAuthentication {
  readonly #mechanism: SaslClientMechanism
  readonly #way: AuthenticationWay
  #renewAtMs = Infinity
  #renewing: Promise<void> | undefined

  constructor(mechanism: SaslClientMechanism, way: AuthenticationWay) {
    this.#mechanism = mechanism
    this.#way = way
  }
  /** Whether other requests have to wait for `renew`. */
  get mustBeRenewed(): boolean {
    return this.#renewing !== undefined || this.#way.clock.monotonic() >= this.#renewAtMs
  }
  renew(): Promise<void> {
    this.#renewing ??= this.run().finally(() => (this.#renewing = undefined))
    return this.#renewing
  }

  /** Fails with a ConnectionError: SASL_AUTHENTICATION_FAILED, UNSUPPORTED_SASL_MECHANISM, ILLEGAL_SASL_STATE. */
  async run(): Promise<void> {
    const { send, clock, host, port } = this.#way
    const { mechanism } = this.#mechanism
    const { errorCode: code, mechanisms } = await send(saslHandshake, { mechanism })
    if (code !== 0) throw this.#refusal(code, `${mechanism}; enabled are ${mechanisms.join(', ') || 'none'}`)
    try {
      const exchange = this.#mechanism.begin({ host, port })
      let token: Uint8Array | undefined = await exchange.start()
      let lifetimeMs = 0
      while (token !== undefined) {
        const answer: DecodedResponseOf<typeof saslAuthenticate> = await send(saslAuthenticate, {
          authBytes: Buffer.from(token),
        })
        if (answer.errorCode !== 0) {
          const message = answer.errorMessage ?? errorMessage(errorName(answer.errorCode))
          throw this.#refusal(answer.errorCode, `SASL ${mechanism} authentication failed: ${message}`)
        }
        lifetimeMs = answer.sessionLifetimeMs
        token = await exchange.next(Buffer.from(answer.authBytes))
      }
      this.#renewAtMs = lifetimeMs > 0 ? clock.monotonic() + lifetimeMs * renewedAfter : Infinity
    } catch (error) {
      if (error instanceof SaslError) throw this.#error('SASL_AUTHENTICATION_FAILED', error.message, error)
      throw error
    }
  }
  #refusal(errorCode: number, found: string): ConnectionError {
    const name = errorName(errorCode)
    return this.#error(known.has(name) ? (name as ConnectionErrorCode) : 'SASL_AUTHENTICATION_FAILED', found)
  }
  #error(code: ConnectionErrorCode, found: string, cause?: unknown): ConnectionError {
    return new ConnectionError(code, `${this.#way.host}:${this.#way.port}, ${found}`, cause)
  }
}
const known: ReadonlySet<string> = new Set(['UNSUPPORTED_SASL_MECHANISM', 'ILLEGAL_SASL_STATE'])
