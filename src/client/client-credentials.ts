// Tokens for SASL OAUTHBEARER by OAuth's client credentials (RFC 6749, 4.4): the client asks the identity provider with a
// secret of its own, and keeps what it gets for most of its life.

import { systemClock, systemFetch, type Clock, type Fetch } from '../base/index.ts'
import type { TokenProvider } from '../connection/index.ts'
import { KafkaError } from './errors.ts'

export interface ClientCredentialsOptions {
  /** The URL of the provider's token endpoint. */
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly clientSecret: string
  /** As the provider understands it: words with spaces between. */
  readonly scope?: string
  /** Further fields of the request: `audience`, where a provider wants one. */
  readonly parameters?: Readonly<Record<string, string>>
  /** KIP-342: extensions sent with the token. */
  readonly extensions?: Readonly<Record<string, string>>
  /** Default 10 s. */
  readonly timeoutMs?: number
  readonly fetch?: Fetch
  readonly clock?: Clock
}

/** A token is used for so much of its life: brokers look at the time when it arrives, and end the session with it. */
const usedFor = 0.8
/** Where the provider does not say how long a token lives. */
const lifetimeSecondsDefault = 60

/** `sasl: { mechanism: 'OAUTHBEARER', token: clientCredentials({ tokenEndpoint, clientId, clientSecret }) }` */
export function clientCredentials(options: ClientCredentialsOptions): TokenProvider {
  const { clock = systemClock, extensions } = options
  let kept: { readonly value: string; readonly untilMs: number } | undefined
  let asking: Promise<string> | undefined
  const ask = async (): Promise<string> => {
    const { value, lifetimeSeconds } = await requestToken(options)
    kept = { value, untilMs: clock.monotonic() + lifetimeSeconds * 1000 * usedFor }
    return value
  }
  return async () => {
    const isFresh = kept !== undefined && clock.monotonic() < kept.untilMs
    const value = isFresh ? kept!.value : await (asking ??= ask().finally(() => (asking = undefined)))
    return extensions === undefined ? value : { value, extensions }
  }
}

async function requestToken(options: ClientCredentialsOptions): Promise<{ value: string; lifetimeSeconds: number }> {
  const {
    tokenEndpoint,
    clientId,
    clientSecret,
    scope,
    parameters = {},
    timeoutMs = 10_000,
    fetch = systemFetch,
  } = options
  const basic = [clientId, clientSecret].map(encodeURIComponent).join(':')
  const answer = await fetch(tokenEndpoint, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
      accept: 'application/json',
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      ...(scope === undefined ? {} : { scope }),
      ...parameters,
    }).toString(),
    signal: AbortSignal.timeout(timeoutMs),
  })
  const text = await answer.text()
  if (!answer.ok) throw refused(`${tokenEndpoint} answers ${answer.status}: ${text.slice(0, 500)}`)
  const { access_token: value, expires_in: lifetime } = parsed(text)
  if (typeof value !== 'string' || value === '') throw refused(`${tokenEndpoint} answers without an access_token`)
  const lifetimeSeconds = Number(lifetime)
  return { value, lifetimeSeconds: lifetimeSeconds > 0 ? lifetimeSeconds : lifetimeSecondsDefault }
}
function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
const refused = (message: string) => new KafkaError('SASL_AUTHENTICATION_FAILED', { message })
