// Whom a client believes and who it says to be, as the properties of Kafka's Java clients tell it: security.protocol,
// ssl.* and sasl.*, from a client.properties that people have already.

import { UserError } from '../base/index.ts'
import { parseJaas } from '../connection/index.ts'
import { clientCredentials } from './client-credentials.ts'
import type { ClientTlsOptions, SaslOptions, StoreOptions } from './security.ts'

export interface SecurityOptions {
  readonly tls?: ClientTlsOptions
  readonly sasl?: SaslOptions
}

/** Throws a UserError that names the property, without its value: it may be a secret. */
export function securityFromProperties(properties: ReadonlyMap<string, string>): SecurityOptions {
  const protocol = (properties.get('security.protocol') ?? 'PLAINTEXT').trim().toUpperCase()
  if (!['PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL'].includes(protocol))
    throw fault('security.protocol', `is PLAINTEXT, SSL, SASL_PLAINTEXT or SASL_SSL, not ${protocol}`)
  return {
    ...(protocol.endsWith('SSL') ? { tls: tlsOf(properties) } : {}),
    ...(protocol.startsWith('SASL') ? { sasl: saslOf(properties) } : {}),
  }
}

const fault = (property: string, message: string) => new UserError('CONFIG', `${property} ${message}`)
type Properties = ReadonlyMap<string, string>

function tlsOf(properties: Properties): ClientTlsOptions {
  const get = (name: string) => properties.get(name)?.trim() || undefined
  const truststore = storeOf(properties, 'ssl.truststore')
  const keystore = storeOf(properties, 'ssl.keystore')
  const chain = get('ssl.keystore.certificate.chain') ?? pemFile(properties, 'ssl.keystore')
  const key = get('ssl.keystore.key') ?? pemFile(properties, 'ssl.keystore')
  const ca = get('ssl.truststore.certificates') ?? pemFile(properties, 'ssl.truststore')
  const passphrase = get('ssl.key.password')
  const versions = list(get('ssl.enabled.protocols')).filter(one => one === 'TLSv1.2' || one === 'TLSv1.3')
  const cipherSuites = list(get('ssl.cipher.suites'))
  return {
    ...(truststore === undefined ? {} : { truststore }),
    ...(keystore === undefined ? {} : { keystore }),
    ...(ca === undefined ? {} : { ca }),
    ...(chain === undefined ? {} : { cert: chain }),
    ...(key === undefined ? {} : { key }),
    ...(passphrase === undefined ? {} : { passphrase }),
    ...(versions.length === 0 ? {} : { versions }),
    ...(cipherSuites.length === 0 ? {} : { cipherSuites }),
    // Empty, it turns the check of the host off: as in Java's clients.
    ...(properties.get('ssl.endpoint.identification.algorithm') === '' ? { checkHost: false } : {}),
  }
}
const list = (text = '') =>
  text
    .split(',')
    .map(one => one.trim())
    .filter(Boolean)

const typeOf = (properties: Properties, store: string) =>
  (properties.get(`${store}.type`) ?? 'JKS').trim().toUpperCase()
const isPkcs12 = (path: string, type: string) => type === 'PKCS12' || (type === 'JKS' && /\.(p12|pfx)$/i.test(path))

/** A PKCS#12 store. Throws for Java's own format, which nothing but Java reads. */
function storeOf(properties: Properties, store: 'ssl.truststore' | 'ssl.keystore'): StoreOptions | undefined {
  const path = properties.get(`${store}.location`)?.trim()
  if (!path) return undefined
  const type = typeOf(properties, store)
  if (type === 'PEM') return undefined
  if (!isPkcs12(path, type))
    throw fault(
      `${store}.location`,
      `is a store of the type ${type}: PKCS12 and PEM can be read (keytool -importkeystore -deststoretype PKCS12 converts it; then set ${store}.type)`,
    )
  return { store: path, password: properties.get(`${store}.password`) ?? '' }
}
/** The path, where the store is a file of PEM. */
function pemFile(properties: Properties, store: string): string | undefined {
  return typeOf(properties, store) === 'PEM' ? properties.get(`${store}.location`)?.trim() || undefined : undefined
}

function saslOf(properties: Properties): SaslOptions {
  const mechanism = (properties.get('sasl.mechanism') ?? 'GSSAPI').trim().toUpperCase()
  if (mechanism === 'OAUTHBEARER') return bearerOf(properties)
  if (mechanism !== 'PLAIN' && mechanism !== 'SCRAM-SHA-256' && mechanism !== 'SCRAM-SHA-512')
    throw fault('sasl.mechanism', `is PLAIN, SCRAM-SHA-256, SCRAM-SHA-512 or OAUTHBEARER, not ${mechanism}`)
  const options = jaasOf(properties)
  const [username, password] = [options.get('username'), options.get('password')]
  if (username === undefined || password === undefined)
    throw fault('sasl.jaas.config', `needs username and password for ${mechanism}`)
  return { mechanism, username, password }
}

function jaasOf(properties: Properties): ReadonlyMap<string, string> {
  const text = properties.get('sasl.jaas.config')
  if (text === undefined) throw fault('sasl.jaas.config', 'is missing')
  return parseJaas(text, 'sasl.jaas.config').options
}

/** By client credentials: from the properties of Kafka 4.1 on, or from the login module's options before. */
function bearerOf(properties: Properties): SaslOptions {
  const tokenEndpoint = properties.get('sasl.oauthbearer.token.endpoint.url')
  if (tokenEndpoint === undefined) throw fault('sasl.oauthbearer.token.endpoint.url', 'is missing')
  const options = properties.has('sasl.jaas.config') ? jaasOf(properties) : new Map<string, string>()
  const of = (suffix: string, option: string) =>
    properties.get(`sasl.oauthbearer.client.credentials.${suffix}`) ?? options.get(option)
  const [clientId, clientSecret] = [of('client.id', 'clientId'), of('client.secret', 'clientSecret')]
  if (clientId === undefined || clientSecret === undefined)
    throw fault('sasl.jaas.config', 'needs clientId and clientSecret for OAUTHBEARER')
  const scope = properties.get('sasl.oauthbearer.scope') ?? options.get('scope')
  const credentials = { tokenEndpoint, clientId, clientSecret, ...(scope === undefined ? {} : { scope }) }
  return { mechanism: 'OAUTHBEARER', token: clientCredentials(credentials) }
}
