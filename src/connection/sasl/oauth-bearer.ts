// SASL OAUTHBEARER (RFC 7628, KIP-255): a token of an identity provider, and extensions beside it. A refusal is a challenge
// that the client must acknowledge before the server says no.

import {
  SaslError,
  type SaslClientMechanism,
  type SaslIdentity,
  type SaslServerExchange,
  type SaslStep,
} from './mechanism.ts'

export interface BearerToken {
  readonly value: string
  /** KIP-342: what the token does not say, for brokers that understand it. */
  readonly extensions?: Readonly<Record<string, string>>
}
export type TokenProvider = () => BearerToken | string | Promise<BearerToken | string>

const separator = '\u0001'

/** `token` is asked for at each connection, and at each re-authentication. */
export function oauthBearerClient(token: TokenProvider): SaslClientMechanism {
  return {
    mechanism: 'OAUTHBEARER',
    begin() {
      let refusal: string | undefined
      return {
        async start() {
          const given = await token()
          const { value, extensions = {} }: BearerToken = typeof given === 'string' ? { value: given } : given
          const pairs = Object.entries(extensions).map(([name, text]) => `${name}=${text}${separator}`)
          return Buffer.from(`n,,${separator}auth=Bearer ${value}${separator}${pairs.join('')}${separator}`)
        },
        next(challenge) {
          if (challenge.length === 0) return undefined
          if (refusal !== undefined) throw new SaslError(`the broker refuses the token: ${refusal}`)
          refusal = challenge.toString('utf8')
          return Buffer.from(separator)
        },
      }
    },
  }
}

/** Who the token is of, or the status that RFC 6750 has for what is wrong with it. */
export type TokenVerdict =
  | SaslIdentity
  | { readonly refused: 'invalid_token' | 'insufficient_scope'; readonly scope?: string }

export class OAuthBearerServer implements SaslServerExchange {
  readonly #validate: (token: string) => TokenVerdict | Promise<TokenVerdict>
  #refusal: string | undefined
  constructor(validate: (token: string) => TokenVerdict | Promise<TokenVerdict>) {
    this.#validate = validate
  }
  async evaluate(bytes: Buffer): Promise<SaslStep> {
    if (this.#refusal !== undefined && bytes.length === 1) throw new SaslError(this.#refusal, { isPublic: true })
    const { token, authorizationId } = firstMessage(bytes)
    const verdict = await this.#validate(token)
    if ('refused' in verdict) {
      const { refused: status, scope } = verdict
      this.#refusal = JSON.stringify(scope === undefined ? { status } : { status, scope })
      return { challenge: Buffer.from(this.#refusal) }
    }
    if (authorizationId !== '' && authorizationId !== verdict.user)
      throw new SaslError(
        `Authentication failed: Client requested an authorization id (${authorizationId}) that is different from the token's principal name (${verdict.user})`,
        { isPublic: true },
      )
    return { challenge: Buffer.alloc(0), identity: verdict }
  }
}
function firstMessage(bytes: Buffer): { readonly token: string; readonly authorizationId: string } {
  const [header = '', ...pairs] = bytes.toString('utf8').split(separator)
  const [, authorizationId = ''] = /^n,(?:a=([^,]*))?,$/.exec(header) ?? [undefined, undefined]
  const auth = pairs.find(pair => pair.startsWith('auth='))
  const [, token] = /^auth=bearer +([-_.~+/=A-Za-z0-9]+)$/i.exec(auth ?? '') ?? []
  const hasEnd = pairs.length >= 3 && pairs.at(-1) === '' && pairs.at(-2) === ''
  if (!header.startsWith('n,') || token === undefined || !hasEnd)
    throw new SaslError('Invalid OAUTHBEARER client first message')
  return { token, authorizationId }
}
