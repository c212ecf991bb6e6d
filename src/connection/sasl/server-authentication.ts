// How a broker lets a client authenticate on a connection (KIP-43, KIP-152, KIP-368):
//
//   handshake ──SaslHandshake──▶ tokens ──last token──▶ complete ──SaslHandshake, where sessions end──▶ tokens …
//                                   └── refused ──▶ failed: the answer is delayed, and the connection ends with it
//
// After a SaslHandshake of version 0 the tokens come as bare frames, else in SaslAuthenticate. Until it is complete no
// other request is read beyond its header.

import type { Clock } from '../../base/index.ts'
import { apiVersions, type ErrorName, saslAuthenticate, saslHandshake } from '../../protocol/index.ts'
import { SaslError, type SaslIdentity, type SaslServerExchange } from './mechanism.ts'

export interface ServerMechanism {
  begin(): SaslServerExchange
  /** connections.max.reauth.ms: how long a session lasts; 0: for ever. */
  readonly sessionMsMax: number
}
export interface SaslServerSettings {
  /** By name, as enabled on the listener. */
  readonly mechanisms: ReadonlyMap<string, ServerMechanism>
  /** connection.failed.authentication.delay.ms */
  readonly failureDelayMs: number
  readonly clock: Clock
  /** Told of each outcome; `reason` is for the log of the broker, and holds no secret. */
  readonly ended?: (outcome: 'succeeded' | 'failed', mechanism: string, reason: string) => void
}

export interface HandshakeAnswer {
  readonly error: ErrorName
  readonly mechanisms: readonly string[]
  /** The connection ends with the answer. */
  readonly isFatal: boolean
}
export interface TokenAnswer {
  readonly error: ErrorName
  readonly message: string | null
  readonly token: Uint8Array
  readonly sessionLifetimeMs: number
  readonly isFatal: boolean
}

/** A client may begin anew once a second at most, so that it does not keep a broker busy with passwords. */
const renewalMsMin = 1_000
const nothing = new Uint8Array(0)

export class ServerAuthentication {
  readonly #settings: SaslServerSettings
  #state: 'handshake' | 'tokens' | 'complete' | 'failed' = 'handshake'
  #hasBareTokens = false
  #mechanism = ''
  #exchange: SaslServerExchange | undefined
  #identity: SaslIdentity | undefined
  /** Of the last authentication that began anew. */
  #begunAtMs = -Infinity
  #endsAtMs = Infinity
  /** Set when a session is renewed by another mechanism than it began with: its first token is refused. */
  #wrongMechanism: string | undefined

  constructor(settings: SaslServerSettings) {
    this.#settings = settings
  }
  /** Who the client is; undefined before it has shown that. */
  get identity(): SaslIdentity | undefined {
    return this.#identity
  }
  get isComplete(): boolean {
    return this.#state === 'complete'
  }
  /** Whether the next frame is a token, and no request. */
  get expectsBareToken(): boolean {
    return this.#state === 'tokens' && this.#hasBareTokens
  }
  /** Why a request must not be handled now; undefined where it may. */
  refusalOf(apiKey: number): 'NOT_AUTHENTICATED' | 'SESSION_EXPIRED' | undefined {
    switch (this.#state) {
      case 'handshake':
        return apiKey === apiVersions.key || apiKey === saslHandshake.key ? undefined : 'NOT_AUTHENTICATED'
      case 'tokens':
        return apiKey === saslAuthenticate.key ? undefined : 'NOT_AUTHENTICATED'
      case 'failed':
        return 'NOT_AUTHENTICATED'
      case 'complete':
        return apiKey !== saslHandshake.key && this.#settings.clock.monotonic() >= this.#endsAtMs
          ? 'SESSION_EXPIRED'
          : undefined
    }
  }

  async handshake(mechanism: string, version: number): Promise<HandshakeAnswer> {
    const { mechanisms, clock } = this.#settings
    const names = [...mechanisms.keys()]
    const isRenewal = this.#state === 'complete'
    if (isRenewal && (this.#endsAtMs === Infinity || clock.monotonic() - this.#begunAtMs < renewalMsMin))
      return { error: 'ILLEGAL_SASL_STATE', mechanisms: [], isFatal: false }
    const chosen = mechanisms.get(mechanism)
    if (chosen === undefined) {
      await this.#fail(mechanism, 'the mechanism is not enabled')
      return { error: 'UNSUPPORTED_SASL_MECHANISM', mechanisms: names, isFatal: true }
    }
    if (isRenewal) {
      this.#begunAtMs = clock.monotonic()
      this.#wrongMechanism = mechanism === this.#mechanism ? undefined : mechanism
    }
    this.#mechanism = mechanism
    this.#hasBareTokens = version === 0
    this.#exchange = chosen.begin()
    this.#state = 'tokens'
    return { error: 'NONE', mechanisms: names, isFatal: false }
  }

  /** The token is borrowed until the synchronous part returns. */
  async authenticate(token: Uint8Array): Promise<TokenAnswer> {
    if (this.#state !== 'tokens')
      return answer('ILLEGAL_SASL_STATE', 'SaslAuthenticate request received after successful authentication')
    try {
      this.#checkMechanism()
      const { challenge, identity } = await this.#exchange!.evaluate(Buffer.from(token))
      return identity === undefined
        ? { ...answer('NONE', null), token: challenge }
        : { ...answer('NONE', null), token: challenge, sessionLifetimeMs: this.#complete(identity) }
    } catch (error) {
      if (!(error instanceof SaslError)) throw error
      const message = error.isPublic
        ? error.message
        : `Authentication failed during ${this.#identity === undefined ? 'authentication' : 're-authentication'} ` +
          `due to invalid credentials with SASL mechanism ${this.#mechanism}`
      await this.#fail(this.#mechanism, error.message)
      return { ...answer('SASL_AUTHENTICATION_FAILED', message), isFatal: true }
    }
  }
  #checkMechanism(): void {
    const wrong = this.#wrongMechanism
    if (wrong !== undefined)
      throw new SaslError(`SASL mechanism '${wrong}' requested by client is not the one that its session began with`, {
        isPublic: true,
      })
  }
  /** Gives how long the session lasts, 0 for ever. */
  #complete(identity: SaslIdentity): number {
    const { mechanisms, clock, ended } = this.#settings
    const before = this.#identity
    if (before !== undefined && before.user !== identity.user)
      throw new SaslError(
        `Cannot change principals during re-authentication from User.${before.user}: User.${identity.user}`,
        { isPublic: true },
      )
    const sessionMsMax = mechanisms.get(this.#mechanism)!.sessionMsMax || Infinity
    const credentialMs = (identity.expiresAtMs ?? Infinity) - clock.now()
    const lifetimeMs = Math.max(0, Math.min(sessionMsMax, credentialMs))
    this.#identity = identity
    this.#exchange = undefined
    this.#endsAtMs = clock.monotonic() + lifetimeMs
    this.#state = 'complete'
    ended?.('succeeded', this.#mechanism, '')
    return lifetimeMs === Infinity ? 0 : Math.floor(lifetimeMs)
  }
  /** Whoever guesses has to wait, and no other request is handled meanwhile. */
  async #fail(mechanism: string, reason: string): Promise<void> {
    const { clock, failureDelayMs, ended } = this.#settings
    this.#state = 'failed'
    this.#exchange = undefined
    ended?.('failed', mechanism, reason)
    if (failureDelayMs > 0) await new Promise<void>(resolve => void clock.after(failureDelayMs, resolve))
  }
}

function answer(error: ErrorName, message: string | null): TokenAnswer {
  return { error, message, token: nothing, sessionLifetimeMs: 0, isFatal: false }
}
