// What one listener asks of its clients, by its security protocol: nothing, TLS, SASL or both.

import type { Files, TlsServerSettings } from '../../base/index.ts'
import {
  anonymous,
  ServerAuthentication,
  type Admission,
  type Peer,
  type SaslServerSettings,
} from '../../connection/index.ts'
import type { BrokerConfig } from '../../metadata/index.ts'
import type { SecurityProtocol } from '../listeners.ts'
import { subjectOf } from './distinguished-name.ts'
import { ListenerConfig } from './listener-config.ts'
import { principalMapping } from './principal-mapping.ts'
import { saslMechanismsOf, type SaslSurroundings } from './sasl-config.ts'
import { tlsFilesOf, tlsSettingsOf } from './tls-config.ts'

export interface ListenerSecurity {
  /** Absent where the protocol is one without TLS. */
  readonly tls: TlsServerSettings | undefined
  /** What the settings were read from beside the config. */
  readonly files: readonly string[]
  /** Of a client that has connected, by the certificate that it has shown. */
  admit(peer: Peer): Admission
}
export interface ListenerSecurityOptions extends SaslSurroundings {
  readonly listener: string
  readonly protocol: SecurityProtocol
  readonly config: BrokerConfig
  readonly files: Files
  /** Told when a client has shown who it is, or has not. */
  readonly ended: (peer: Peer, ...how: Parameters<NonNullable<SaslServerSettings['ended']>>) => void
}

/** Throws a UserError that names what is missing. */
export function listenerSecurityOf(options: ListenerSecurityOptions): ListenerSecurity {
  const { listener, protocol, files, clock, ended } = options
  const config = new ListenerConfig(options.config, listener)
  const hasTls = protocol === 'SSL' || protocol === 'SASL_SSL'
  const tls = hasTls ? tlsOf(config, protocol, files) : undefined
  const sasl: Omit<SaslServerSettings, 'ended'> | undefined = protocol.startsWith('SASL_')
    ? {
        mechanisms: saslMechanismsOf(config, options),
        failureDelayMs: config.number('connection.failed.authentication.delay.ms'),
        clock,
      }
    : undefined
  const nameOf = principalMapping(config.string('ssl.principal.mapping.rules') ?? 'DEFAULT')
  return {
    tls,
    files: hasTls ? tlsFilesOf(config) : [],
    admit(peer) {
      const { certificate } = peer
      if (sasl !== undefined) {
        const authentication = new ServerAuthentication({ ...sasl, ended: (...how) => ended(peer, ...how) })
        return { principal: anonymous, authentication }
      }
      if (certificate === undefined) return { principal: anonymous }
      const subject = subjectOf(certificate),
        name = nameOf(subject)
      return name === undefined ? { principal: anonymous, refusal: subject } : { principal: `User:${name}` }
    },
  }
}
/** KIP-684: below SASL, certificates of clients are asked for only where the listener itself says so. */
function tlsOf(config: ListenerConfig, protocol: SecurityProtocol, files: Files): TlsServerSettings {
  const settings = tlsSettingsOf(config, files)
  const isAsked = protocol === 'SSL' || config.own('ssl.client.auth') !== undefined
  return isAsked ? settings : { ...settings, clientAuth: 'none' }
}
