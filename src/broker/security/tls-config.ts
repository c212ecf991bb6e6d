// The ssl.* configs of a listener, as its sockets take them: certificates from PEM or PKCS#12, in files or in the config.

import { checkTls, TlsError, UserError, type Files, type TlsServerSettings, type TlsVersion } from '../../base/index.ts'
import { readPkcs12, type KeyStore } from '../../connection/index.ts'
import type { ListenerConfig } from './listener-config.ts'

/** Throws a UserError that names the listener and the config. */
export function tlsSettingsOf(config: ListenerConfig, files: Files): TlsServerSettings {
  const { listener } = config
  const own = keyStoreOf(config, files)
  if (own?.privateKey === undefined || own.certificateChain.length === 0)
    throw new UserError(
      'CONFIG',
      `the listener ${listener} is one of SSL, and has no certificate: set ssl.keystore.location to a PKCS#12 or PEM ` +
        'file with a key and its certificate, or ssl.keystore.key and ssl.keystore.certificate.chain to PEM texts',
    )
  const settings: TlsServerSettings = {
    certificateChain: own.certificateChain.join(''),
    privateKey: own.privateKey,
    passphrase: config.string('ssl.key.password') ?? undefined,
    trusted: trustedOf(config, files),
    versions: config.list('ssl.enabled.protocols').map(version => versionOf(version, listener)),
    cipherSuites: config.list('ssl.cipher.suites').map(cipherSuiteOf),
    clientAuth: config.string('ssl.client.auth') as TlsServerSettings['clientAuth'], // one of those: its definition says so
  }
  try {
    checkTls(settings)
  } catch (error) {
    if (!(error instanceof TlsError)) throw error
    throw new UserError('CONFIG', `the listener ${listener} cannot use its certificate and key: ${error.message}`)
  }
  return settings
}
/** The files that the settings were read from: when one changes, they are read again. */
export function tlsFilesOf(config: ListenerConfig): string[] {
  return [config.string('ssl.keystore.location'), config.string('ssl.truststore.location')].filter(
    path => path !== null,
  )
}

type PemStore = Pick<KeyStore, 'privateKey' | 'certificateChain'>

function keyStoreOf(config: ListenerConfig, files: Files): PemStore | undefined {
  const chain = config.string('ssl.keystore.certificate.chain'),
    key = config.string('ssl.keystore.key'),
    location = config.string('ssl.keystore.location')
  if (chain !== null || key !== null)
    return { privateKey: key === null ? undefined : pemOf(key), certificateChain: chain === null ? [] : [pemOf(chain)] }
  if (location === null) return undefined
  const bytes = read(location, { name: 'ssl.keystore.location', files })
  if (isPem(bytes)) {
    const text = bytes.toString('latin1')
    return { privateKey: privateKeyIn(text), certificateChain: certificatesIn(text) }
  }
  return readPkcs12(bytes, { password: config.string('ssl.keystore.password') ?? '', what: `'${location}'` })
}
function trustedOf(config: ListenerConfig, files: Files): readonly string[] | undefined {
  const given = config.string('ssl.truststore.certificates'),
    location = config.string('ssl.truststore.location')
  if (given !== null) return [pemOf(given)]
  if (location === null) return undefined
  const bytes = read(location, { name: 'ssl.truststore.location', files })
  if (isPem(bytes)) return certificatesIn(bytes.toString('latin1'))
  const password = config.string('ssl.truststore.password') ?? ''
  const { certificateChain, trusted } = readPkcs12(bytes, { password, what: `'${location}'` })
  return [...certificateChain, ...trusted]
}
function read(path: string, { name, files }: { readonly name: string; readonly files: Files }): Buffer {
  try {
    return files.readFile(path)
  } catch (error) {
    throw new UserError('CONFIG', `${name} cannot be read: ${(error as Error).message}`)
  }
}

const isPem = (bytes: Buffer) => bytes.includes('-----BEGIN ')
/** In a properties file and in an environment variable a PEM text may stand in one line, with `\n` for its ends. */
function pemOf(text: string): string {
  const lines = text.replaceAll(String.raw`\n`, '\n')
  return lines.replaceAll(
    /(-----BEGIN [A-Z0-9 ]+-----)\s*([^-]+?)\s*(-----END [A-Z0-9 ]+-----)\s*/g,
    (_, begin, body, end) => [begin, ...(body as string).split(/\s+/), end, ''].join('\n'),
  )
}
function privateKeyIn(text: string): string | undefined {
  return /-----BEGIN [A-Z ]*PRIVATE KEY-----[^]+?-----END [A-Z ]*PRIVATE KEY-----/.exec(text)?.[0]
}
function certificatesIn(text: string): string[] {
  return (text.match(/-----BEGIN CERTIFICATE-----[^]+?-----END CERTIFICATE-----/g) ?? []).map(pem => `${pem}\n`)
}

function versionOf(version: string, listener: string): TlsVersion {
  if (version === 'TLSv1.2' || version === 'TLSv1.3') return version
  throw new UserError(
    'CONFIG',
    `ssl.enabled.protocols of the listener ${listener} names '${version}': TLSv1.2 and TLSv1.3 are served, those before are broken`,
  )
}
/** Java's names of the suites before TLS 1.3 are IANA's; OpenSSL has others. */
function cipherSuiteOf(name: string): string {
  const [, exchange, cipher, mac] = /^TLS_(?:(\w+?)_)?WITH_(\w+)_(SHA\d*)$/.exec(name) ?? []
  if (cipher === undefined) return name
  const kind = exchange === 'RSA' || exchange === undefined ? '' : `${exchange.replaceAll('_', '-')}-`
  if (cipher === 'CHACHA20_POLY1305') return `${kind}CHACHA20-POLY1305`
  return `${kind}${cipher
    .replace(/^AES_(\d+)/, 'AES$1')
    .replace('_CBC', '')
    .replaceAll('_', '-')}-${mac}`
}
