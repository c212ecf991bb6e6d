// The SASL mechanisms of a listener: which are enabled, and what each believes. PLAIN knows the users of its JAAS config,
// SCRAM those of the cluster's metadata, OAUTHBEARER whoever an identity provider vouches for.

import { type Clock, type Fetch, type Files, type Logger, type Random, UserError } from '../../base/index.ts'
import {
  OAuthBearerServer,
  parseJaas,
  PlainServer,
  ScramServer,
  type JaasEntry,
  type SaslServerExchange,
  type ScramMechanismName,
  type ServerMechanism,
} from '../../connection/index.ts'
import type { Metadata } from '../../metadata/index.ts'
import type { ListenerConfig } from './listener-config.ts'
import { tokenValidator } from './token-validator.ts'

export interface SaslSurroundings {
  readonly metadata: Metadata
  readonly clock: Clock
  readonly random: Random
  readonly files: Files
  readonly fetch: Fetch
  readonly logger: Logger
}

/** By name. Throws a UserError that names the listener and the config. */
export function saslMechanismsOf(config: ListenerConfig, surroundings: SaslSurroundings): Map<string, ServerMechanism> {
  const names = config.list('sasl.enabled.mechanisms')
  if (names.length === 0)
    throw new UserError(
      'CONFIG',
      `the listener ${config.listener} is one of SASL, and sasl.enabled.mechanisms names no mechanism`,
    )
  return new Map(
    names.map(name => {
      const begin = exchangesOf(name, config, surroundings)
      return [name, { begin, sessionMsMax: sessionMsMax(name, config) }]
    }),
  )
}
function sessionMsMax(mechanism: string, config: ListenerConfig): number {
  const own = config.ofMechanism(mechanism, 'connections.max.reauth.ms')
  return own === undefined ? config.number('connections.max.reauth.ms') : Number(own)
}

function exchangesOf(
  mechanism: string,
  config: ListenerConfig,
  surroundings: SaslSurroundings,
): () => SaslServerExchange {
  refuseCallbacks(mechanism, config)
  switch (mechanism) {
    case 'PLAIN': {
      const users = usersOf(jaasOf(mechanism, config), config.nameOf('sasl.jaas.config', mechanism))
      return () => new PlainServer(user => users.get(user))
    }
    case 'SCRAM-SHA-256':
    case 'SCRAM-SHA-512':
      return scramExchanges(mechanism, surroundings)
    case 'OAUTHBEARER': {
      const validate = tokenValidator(config, { jaas: () => jaasOf(mechanism, config), ...surroundings })
      return () => new OAuthBearerServer(validate)
    }
    default:
      throw new UserError(
        'CONFIG',
        `sasl.enabled.mechanisms of the listener ${config.listener} names ${mechanism}, which is not served: set it to ` +
          'some of PLAIN, SCRAM-SHA-256, SCRAM-SHA-512, OAUTHBEARER',
      )
  }
}
function scramExchanges(mechanism: ScramMechanismName, { metadata, random }: SaslSurroundings) {
  const bytes = (base64: string) => Buffer.from(base64, 'base64')
  const credentialOf = (user: string) => {
    const credential = metadata.image.scramCredentials.get(user)?.get(mechanism)
    if (credential === undefined) return undefined
    const { salt, iterations, storedKey, serverKey } = credential
    return { salt: bytes(salt), iterations, storedKey: bytes(storedKey), serverKey: bytes(serverKey) }
  }
  return () => new ScramServer({ mechanism, random, credentialOf })
}

/** Classes of Java cannot be loaded: to pass over one that decides who is believed would be to believe others. */
function refuseCallbacks(mechanism: string, config: ListenerConfig): void {
  const name = config.ofMechanism(mechanism, 'sasl.server.callback.handler.class')
  if (name !== undefined && !/\.oauthbearer\.(\w+\.)*OAuthBearer(Unsecured)?ValidatorCallbackHandler$/.test(name))
    throw new UserError(
      'CONFIG',
      `${config.nameOf('sasl.server.callback.handler.class', mechanism)} names a class of Java, which cannot be loaded here`,
    )
}
function jaasOf(mechanism: string, config: ListenerConfig): JaasEntry {
  const name = config.nameOf('sasl.jaas.config', mechanism)
  const text = config.ofMechanism(mechanism, 'sasl.jaas.config')
  if (text === undefined)
    throw new UserError('CONFIG', `the listener ${config.listener} offers ${mechanism}, and ${name} is not set`)
  return parseJaas(text, name)
}
/** `user_alice="secret"` of Kafka's PlainLoginModule. */
function usersOf({ module, options }: JaasEntry, name: string): ReadonlyMap<string, string> {
  if (module !== 'PlainLoginModule') throw new UserError('CONFIG', `${name} names ${module}; expected PlainLoginModule`)
  return new Map(
    [...options]
      .filter(([option]) => option.startsWith('user_'))
      .map(([option, password]) => [option.slice(5), password]),
  )
}
