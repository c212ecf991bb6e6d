// How a broker shows other brokers of the cluster who it is: by the certificate of its own listener, and by the login of the
// JAAS config that the listener has for the mechanism between brokers.

import { UserError, type Files, type Random, type TlsClientSettings } from '../../base/index.ts'
import { parseJaas, plainClient, scramClient, type SaslClientMechanism } from '../../connection/index.ts'
import type { BrokerConfig } from '../../metadata/index.ts'
import type { ListenerAddress } from '../listeners.ts'
import { ListenerConfig } from './listener-config.ts'
import { tlsSettingsOf } from './tls-config.ts'

export interface BrokerLogin {
  readonly tls?: TlsClientSettings
  readonly sasl?: SaslClientMechanism
}

/** The listener by which brokers reach each other: the one that is named, else the first of the protocol. */
export function interBrokerListener(config: BrokerConfig, listeners: readonly ListenerAddress[]): ListenerAddress {
  const name = config.string('inter.broker.listener.name'),
    protocol = config.string('security.inter.broker.protocol')
  const found =
    name === null
      ? listeners.find(({ securityProtocol }) => securityProtocol === protocol)
      : listeners.find(listener => listener.name === name.toUpperCase())
  return found ?? listeners[0]!
}

/** Throws a UserError where the listener asks for a login that the config does not have. */
export function brokerLoginOf(
  config: BrokerConfig,
  { name, securityProtocol }: ListenerAddress,
  { files, random }: { readonly files: Files; readonly random: Random },
): BrokerLogin {
  const own = new ListenerConfig(config, name)
  return {
    ...(securityProtocol === 'SSL' || securityProtocol === 'SASL_SSL'
      ? {
          tls: {
            ...tlsSettingsOf(own, files),
            verifiesHost: own.string('ssl.endpoint.identification.algorithm') !== null,
          },
        }
      : {}),
    ...(securityProtocol.startsWith('SASL_') ? { sasl: mechanismOf(own, random) } : {}),
  }
}
function mechanismOf(config: ListenerConfig, random: Random): SaslClientMechanism {
  const mechanism = config.string('sasl.mechanism.inter.broker.protocol')!
  const name = config.nameOf('sasl.jaas.config', mechanism)
  const text = config.ofMechanism(mechanism, 'sasl.jaas.config')
  const { options } = text === undefined ? { options: new Map<string, string>() } : parseJaas(text, name)
  const username = options.get('username'),
    password = options.get('password')
  if (username !== undefined && password !== undefined) {
    if (mechanism === 'PLAIN') return plainClient({ username, password })
    if (mechanism === 'SCRAM-SHA-256' || mechanism === 'SCRAM-SHA-512')
      return scramClient(mechanism, { username, password, random })
  }
  throw new UserError(
    'CONFIG',
    `brokers reach each other by the listener ${config.listener}: set sasl.mechanism.inter.broker.protocol to PLAIN or a ` +
      `SCRAM (it is ${mechanism}), and username and password in ${name}; or set inter.broker.listener.name to another listener`,
  )
}
