// Who a client says to be, and whom it believes: TLS and SASL as people write them, turned into what a connection takes.

import { diskFiles, type Random, type TlsClientSettings, type TlsVersion } from '../base/index.ts'
import {
  oauthBearerClient,
  plainClient,
  readPkcs12,
  type KeyStore,
  type PasswordCredentials,
  type SaslClientMechanism,
  scramClient,
  type ScramMechanismName,
  type TokenProvider,
} from '../connection/index.ts'
import { KafkaError } from './errors.ts'

/** A PEM text, its bytes, or the path of the file that holds it. */
export type Pem = string | Buffer
export interface StoreOptions {
  /** The path of a PKCS#12 file, or its bytes. */
  readonly store: string | Buffer
  readonly password: string
}
export interface ClientTlsOptions {
  /** The authorities that are believed; default: those that Node knows. */
  readonly ca?: Pem | readonly Pem[]
  /** The same in a PKCS#12 store. */
  readonly truststore?: StoreOptions
  /** The own certificate, where brokers ask for one, behind it those that lead to its issuer. */
  readonly cert?: Pem
  readonly key?: Pem
  /** Of the key, where it is encrypted. */
  readonly passphrase?: string
  /** Own certificate and key in a PKCS#12 store. */
  readonly keystore?: StoreOptions
  /** The name that is asked for, and that certificates must have; default: the host of each broker. */
  readonly servername?: string
  /** Whether certificates must be of the host that is connected to (`ssl.endpoint.identification.algorithm`); default yes. */
  readonly checkHost?: boolean
  /** False takes any certificate of anybody: whoever is between can read and change all. For tests only. */
  readonly rejectUnauthorized?: boolean
  /** Default: TLSv1.2 and TLSv1.3. */
  readonly versions?: readonly TlsVersion[]
  readonly cipherSuites?: readonly string[]
}

export type SaslOptions =
  | (PasswordCredentials & { readonly mechanism: 'PLAIN' | ScramMechanismName })
  /** `token` is asked for whenever a connection authenticates: see clientCredentials. */
  | { readonly mechanism: 'OAUTHBEARER'; readonly token: TokenProvider }
  /** Any other mechanism, as AWS_MSK_IAM. */
  | SaslClientMechanism

/** Throws INVALID_ARGUMENT for what cannot be read, a UserError for a store that cannot be opened. */
export function tlsSettingsOf(given: boolean | ClientTlsOptions | undefined): TlsClientSettings | undefined {
  if (given === undefined || given === false) return undefined
  const options = given === true ? {} : given
  const { ca, truststore, cert, key, passphrase, keystore, servername, checkHost, rejectUnauthorized } = options
  const own = keystore && storeOf(keystore, 'tls.keystore')
  if (own !== undefined && own.privateKey === undefined)
    throw new KafkaError('INVALID_ARGUMENT', { message: 'tls.keystore holds no private key' })
  const trusted = [
    ...(ca === undefined ? [] : listOf(ca).map(pem => textOf(pem, 'tls.ca'))),
    ...(truststore === undefined ? [] : certificatesOf(storeOf(truststore, 'tls.truststore'))),
  ]
  return {
    certificateChain: own?.certificateChain.join('') ?? (cert && textOf(cert, 'tls.cert')),
    privateKey: own?.privateKey ?? (key && textOf(key, 'tls.key')),
    passphrase,
    trusted: ca === undefined && truststore === undefined ? undefined : trusted,
    versions: options.versions,
    cipherSuites: options.cipherSuites,
    serverName: servername,
    verifiesHost: checkHost,
    verifiesPeer: rejectUnauthorized,
  }
}
const listOf = (ca: Pem | readonly Pem[]): readonly Pem[] =>
  typeof ca === 'string' || Buffer.isBuffer(ca) ? [ca] : (ca as readonly Pem[])
const certificatesOf = ({ certificateChain, trusted }: KeyStore) => [...certificateChain, ...trusted]

function textOf(pem: Pem, what: string): string {
  if (Buffer.isBuffer(pem)) return pem.toString('latin1')
  return pem.includes('-----BEGIN ') ? pem : read(pem, what).toString('latin1')
}
function storeOf({ store, password }: StoreOptions, what: string): KeyStore {
  const bytes = Buffer.isBuffer(store) ? store : read(store, what)
  return readPkcs12(bytes, { password, what: Buffer.isBuffer(store) ? what : `'${store}'` })
}
function read(path: string, what: string): Buffer {
  try {
    return diskFiles.readFile(path)
  } catch (cause) {
    throw new KafkaError('INVALID_ARGUMENT', {
      message: `${what} is neither PEM nor the path of a file that can be read: ${(cause as Error).message}`,
      cause,
    })
  }
}

/** Throws INVALID_ARGUMENT for a mechanism that there is none of. */
export function saslMechanismOf(given: SaslOptions | undefined, random: Random): SaslClientMechanism | undefined {
  if (given === undefined || 'begin' in given) return given
  const mechanism = given.mechanism.toUpperCase()
  if (mechanism === 'OAUTHBEARER' && 'token' in given) return oauthBearerClient(given.token)
  if ('password' in given) {
    const { username, password } = given
    if (mechanism === 'PLAIN') return plainClient({ username, password })
    if (mechanism === 'SCRAM-SHA-256' || mechanism === 'SCRAM-SHA-512')
      return scramClient(mechanism, { username, password, random })
  }
  throw new KafkaError('INVALID_ARGUMENT', {
    message: `sasl: ${given.mechanism} with ${Object.keys(given).join(', ')} is not known; PLAIN and SCRAM-SHA-256 or -512 take username and password, OAUTHBEARER a token, others begin`,
  })
}
