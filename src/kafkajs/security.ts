// kafkajs's `ssl` and `sasl`, as the client takes them.

import type { NodeTlsOptions } from '../base/index.ts'
import type { ClientTlsOptions, Pem, SaslOptions } from '../client/index.ts'
import { KafkaJSSASLAuthenticationError } from './errors.ts'
import { customMechanism } from './sasl-mechanism.ts'
import type { Logger, Mechanism, SASLOptions } from './types/config.ts'

export function tlsOf(ssl: NodeTlsOptions | boolean | undefined): ClientTlsOptions | boolean | undefined {
  if (ssl === undefined || typeof ssl === 'boolean') return ssl
  const { ca, cert, key, pfx, passphrase, servername, rejectUnauthorized, checkServerIdentity, ciphers } = ssl
  const own = pem(cert)
  const privateKey = pem(key)
  const store = pem(pfx)?.[0]
  const authorities = pem(ca)
  const versions =
    ssl.minVersion === 'TLSv1.3' ? (['TLSv1.3'] as const) : ssl.maxVersion === 'TLSv1.2' ? (['TLSv1.2'] as const) : []
  return {
    ...(authorities === undefined ? {} : { ca: authorities }),
    ...(own === undefined ? {} : { cert: Buffer.concat(own) }),
    ...(privateKey === undefined ? {} : { key: privateKey[0]! }),
    ...(store === undefined ? {} : { keystore: { store, password: passphrase ?? '' } }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(servername === undefined ? {} : { servername }),
    ...(rejectUnauthorized === undefined ? {} : { rejectUnauthorized }),
    // Who checks names in a way of their own mostly does so to leave them unchecked; the certificate is checked still.
    ...(checkServerIdentity === undefined ? {} : { checkHost: false }),
    ...(ciphers === undefined ? {} : { cipherSuites: ciphers.split(':') }),
    ...(versions.length === 0 ? {} : { versions }),
  }
}
/** Node takes texts, bytes, lists of either, and objects that hold them. */
function pem(given: unknown): Buffer[] | undefined {
  if (given === undefined || given === null) return undefined
  return [given as Pem | { readonly pem?: Pem; readonly buf?: Pem }].flat().map(one => {
    const bytes = typeof one === 'string' || Buffer.isBuffer(one) ? one : (one.pem ?? one.buf ?? '')
    return Buffer.from(bytes as string)
  })
}

export function saslOf(sasl: SASLOptions | Mechanism | undefined, logger: Logger): SaslOptions | undefined {
  if (sasl === undefined) return undefined
  if ('authenticationProvider' in sasl) return customMechanism(sasl, logger)
  const mechanism = sasl.mechanism.toUpperCase()
  if ('oauthBearerProvider' in sasl)
    return {
      mechanism: 'OAUTHBEARER',
      token: async () => (await sasl.oauthBearerProvider()).value,
    }
  if ('secretAccessKey' in sasl) {
    const { authorizationIdentity, accessKeyId, secretAccessKey, sessionToken = '' } = sasl
    const token = Buffer.from([authorizationIdentity, accessKeyId, secretAccessKey, sessionToken].join('\0'))
    return { mechanism, begin: () => ({ start: () => token, next: () => undefined }) }
  }
  const { username, password } = sasl
  if (!username || !password)
    throw new KafkaJSSASLAuthenticationError(`SASL ${mechanism}: Invalid username or password`)
  return { mechanism: mechanism as 'PLAIN', username, password }
}
