// Whom a listener with OAUTHBEARER believes: tokens that a published key has signed (KIP-768), or, where the JAAS config
// asks for it and no keys are named, tokens that nobody has signed, as Kafka takes them for development (KIP-255).

import { type Clock, type Fetch, type Files, type Logger, UserError } from '../../base/index.ts'
import type { JaasEntry, TokenVerdict } from '../../connection/index.ts'
import { TokenFault, unsecuredClaims, verifiedClaims, type TokenClaims } from './json-web-token.ts'
import { KeySet } from './key-set.ts'
import type { ListenerConfig } from './listener-config.ts'

export interface ValidatorSurroundings {
  readonly jaas: () => JaasEntry
  readonly clock: Clock
  readonly files: Files
  readonly fetch: Fetch
  readonly logger: Logger
}
type Validator = (token: string) => Promise<TokenVerdict>

/** Throws a UserError where the config says neither whose keys count nor that none are asked for. */
export function tokenValidator(config: ListenerConfig, surroundings: ValidatorSurroundings): Validator {
  const url = config.string('sasl.oauthbearer.jwks.endpoint.url')
  return url === null ? unsecured(config, surroundings) : secured(config, url, surroundings)
}

function secured(
  config: ListenerConfig,
  url: string,
  { clock, files, fetch, logger }: ValidatorSurroundings,
): Validator {
  if (!/^(https?|file):\/\//.test(url))
    throw new UserError(
      'CONFIG',
      `sasl.oauthbearer.jwks.endpoint.url is '${url}': expected https://, http:// or file://`,
    )
  const refreshMs = config.number('sasl.oauthbearer.jwks.endpoint.refresh.ms')
  const keys = new KeySet({ url, refreshMs, clock, files, fetch, logger })
  const rules = {
    keysOf: (keyId: string | undefined) => keys.find(keyId),
    issuer: config.string('sasl.oauthbearer.expected.issuer') ?? undefined,
    audiences: config.list('sasl.oauthbearer.expected.audience'),
    clockSkewMs: config.number('sasl.oauthbearer.clock.skew.seconds') * 1000,
  }
  const userClaim = config.string('sasl.oauthbearer.sub.claim.name') ?? 'sub'
  return judged(logger, async token => identityOf(await verifiedClaims(token, rules, clock.now()), userClaim))
}

function unsecured(config: ListenerConfig, { jaas, clock, logger }: ValidatorSurroundings): Validator {
  const { module, options } = jaas()
  if (module !== 'OAuthBearerLoginModule')
    throw new UserError(
      'CONFIG',
      `${config.nameOf('sasl.jaas.config', 'OAUTHBEARER')} names ${module}; expected OAuthBearerLoginModule`,
    )
  logger.warn(
    'tokens are taken that nobody has signed: set sasl.oauthbearer.jwks.endpoint.url for others than developers',
    {
      listener: config.listener,
    },
  )
  const userClaim = options.get('unsecuredValidatorPrincipalClaimName') ?? 'sub'
  const scopeClaim = options.get('unsecuredValidatorScopeClaimName') ?? 'scope'
  const scopes = words(options.get('unsecuredValidatorRequiredScope'))
  const clockSkewMs = Number(options.get('unsecuredValidatorAllowableClockSkewMs') ?? 0)
  return judged(logger, token => {
    const claims = unsecuredClaims(token, clockSkewMs, clock.now())
    const given = [claims.values[scopeClaim]].flat().flatMap(words)
    if (!scopes.every(scope => given.includes(scope))) return { refused: 'insufficient_scope', scope: scopes.join(' ') }
    return identityOf(claims, userClaim)
  })
}
const words = (text: unknown): string[] => (typeof text === 'string' ? text.split(/\s+/).filter(Boolean) : [])

/** The client learns no more than that its token is not taken; why stands in the log. */
function judged(logger: Logger, judge: (token: string) => TokenVerdict | Promise<TokenVerdict>): Validator {
  return async token => {
    try {
      return await judge(token)
    } catch (error) {
      if (!(error instanceof TokenFault)) throw error
      logger.info('a token is refused', { reason: error.message })
      return { refused: 'invalid_token' }
    }
  }
}
function identityOf({ values, expiresAtMs }: TokenClaims, userClaim: string): TokenVerdict {
  const user = values[userClaim]
  if (typeof user !== 'string' || user.trim() === '') throw new TokenFault(`its claim '${userClaim}' names nobody`)
  return { user: user.trim(), expiresAtMs }
}
