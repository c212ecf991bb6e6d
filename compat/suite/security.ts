// The listeners of the broker under test that ask clients who they are. Both brokers get the same configs.

import { join } from 'node:path'

import { createClient } from '../../src/client/index.ts'
import { freePort } from '../kafka/kafka.ts'
import { makeCertificates, type Certificates } from './certificates.ts'

const listenerNames = ['SSL', 'CLIENT_CERTIFICATE', 'EXPIRED', 'SASL_PLAINTEXT', 'SASL_SSL', 'ONLY_PLAIN'] as const
export type SecuredListener = (typeof listenerNames)[number]
const protocols: Readonly<Record<SecuredListener, string>> = {
  SSL: 'SSL',
  CLIENT_CERTIFICATE: 'SSL',
  EXPIRED: 'SSL',
  SASL_PLAINTEXT: 'SASL_PLAINTEXT',
  SASL_SSL: 'SASL_SSL',
  ONLY_PLAIN: 'SASL_PLAINTEXT',
}

export interface Security {
  readonly certificates: Certificates
  readonly addresses: Readonly<Record<SecuredListener, string>>
  /** For listeners beside the plain one. */
  readonly listeners: string
  readonly protocolMap: string
  readonly properties: Readonly<Record<string, string>>
}
/** Who there is on each SASL listener, by password; by token whoever the token names. */
export const user = { username: 'alice', password: 'alice-secret' } as const

/** Throws Missing where certificates cannot be made. */
export async function prepareSecurity(directory: string): Promise<Security> {
  const certificates = makeCertificates(join(directory, 'certificates'))
  const ports = await Promise.all(listenerNames.map(() => freePort()))
  const addresses = Object.fromEntries(listenerNames.map((name, i) => [name, `localhost:${ports[i]}`]))
  return {
    certificates,
    addresses: addresses as Security['addresses'], // one of each name
    listeners: listenerNames.map((name, i) => `${name}://localhost:${ports[i]}`).join(','),
    protocolMap: listenerNames.map(name => `${name}:${protocols[name]}`).join(','),
    properties: {
      'ssl.keystore.type': 'PEM',
      'ssl.keystore.location': certificates.broker.both,
      'ssl.truststore.type': 'PEM',
      'ssl.truststore.location': certificates.authority,
      'listener.name.client_certificate.ssl.client.auth': 'required',
      'listener.name.expired.ssl.keystore.type': 'PEM',
      'listener.name.expired.ssl.keystore.location': certificates.expiredBroker.both,
      'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
      'listener.name.only_plain.sasl.enabled.mechanisms': 'PLAIN',
      ...jaasOf('sasl_plaintext'),
      ...jaasOf('sasl_ssl'),
      ...jaasOf('only_plain'),
    },
  }
}
function jaasOf(listener: string): Record<string, string> {
  const module = (name: string) => `org.apache.kafka.common.security.${name} required`
  const scram = `${module('scram.ScramLoginModule')};`
  return {
    [`listener.name.${listener}.plain.sasl.jaas.config`]: `${module('plain.PlainLoginModule')} user_${user.username}="${user.password}";`,
    [`listener.name.${listener}.scram-sha-256.sasl.jaas.config`]: scram,
    [`listener.name.${listener}.scram-sha-512.sasl.jaas.config`]: scram,
    [`listener.name.${listener}.oauthbearer.sasl.jaas.config`]: `${module('oauthbearer.OAuthBearerLoginModule')} unsecuredLoginStringClaim_sub="broker";`,
  }
}

/** The users of SCRAM, by the plain listener. */
export async function makeUsers(bootstrap: string): Promise<void> {
  await using client = createClient({ bootstrap })
  for (const mechanism of ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const)
    await client.admin.users.setPassword({ user: user.username, password: user.password, mechanism })
}
