// SASL (RFC 4422): a mechanism is an exchange of tokens, which has a client's end and a server's. What carries the tokens
// does not look into them.

/** The client's end of one exchange. */
export interface SaslClientExchange {
  /** The token that goes first. */
  start(): Uint8Array | Promise<Uint8Array>
  /** Answers a challenge; undefined where it was the last. Throws a SaslError where the server is not believed. */
  next(challenge: Buffer): Uint8Array | undefined | Promise<Uint8Array | undefined>
}
/** What a client authenticates by. Each connection, and each re-authentication (KIP-368), begins an exchange. */
export interface SaslClientMechanism {
  /** As the broker's `sasl.enabled.mechanisms` names it. */
  readonly mechanism: string
  begin(broker: { readonly host: string; readonly port: number }): SaslClientExchange
}

export interface SaslIdentity {
  readonly user: string
  /** When its credentials end, in milliseconds since 1970: the connection must authenticate anew by then. */
  readonly expiresAtMs?: number
}
/** A challenge, and with the last one who the client is. */
export interface SaslStep {
  readonly challenge: Uint8Array
  readonly identity?: SaslIdentity
}
/** The server's end of one exchange. */
export interface SaslServerExchange {
  /** Throws a SaslError where the client is not believed. */
  evaluate(token: Buffer): SaslStep | Promise<SaslStep>
}

/**
 * Why an exchange failed. A server tells its client the message only where it says nothing of the credentials that it
 * knows: that is `isPublic`. No message ever holds a secret.
 */
export class SaslError extends Error {
  override readonly name = 'SaslError'
  readonly isPublic: boolean
  constructor(message: string, { isPublic = false }: { readonly isPublic?: boolean } = {}) {
    super(message)
    this.isPublic = isPublic
  }
}
