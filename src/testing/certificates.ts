// Certificates for tests, made when they are needed: an authority of its own, and what it issues. None is ever kept.
//
//   const authority = createAuthority()
//   const broker = authority.issue({ commonName: 'broker', hosts: ['localhost', '127.0.0.1'] })

import { createPrivateKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto'

import { derTags, pemOf, systemClock, systemRandom, writeDer, writeObjectId } from '../base/index.ts'

export interface Certificate {
  /** The certificate, and behind it that of its issuer. */
  readonly certificateChain: string
  /** PKCS#8, as PEM. */
  readonly privateKey: string
}
export interface CertificateOptions {
  readonly commonName: string
  /** Names and addresses that it stands for. */
  readonly hosts?: readonly string[]
  /** Further parts of the subject, in the order of the certificate: `[['O', 'Acme'], ['C', 'DE']]`. */
  readonly subject?: readonly (readonly [type: 'C' | 'L' | 'O' | 'OU' | 'ST' | 'UID' | 'emailAddress', value: string])[]
  readonly validFromMs?: number
  readonly validToMs?: number
}
export interface Authority {
  /** What whoever trusts it is given. */
  readonly certificate: string
  issue(options: CertificateOptions): Certificate
}

// oxfmt-ignore
const objectIds = {
  CN: '2.5.4.3', C: '2.5.4.6', L: '2.5.4.7', ST: '2.5.4.8', O: '2.5.4.10', OU: '2.5.4.11',
  UID: '0.9.2342.19200300.100.1.1', emailAddress: '1.2.840.113549.1.9.1',
} as const
const ecdsaWithSha256 = sequence(writeObjectId('1.2.840.10045.4.3.2'))
const dayMs = 86_400_000

/** `name` is the common name of the authority itself. */
export function createAuthority(name = 'Millrace test authority'): Authority {
  const issuer = keyPair()
  const subject = distinguishedName([['CN', name]])
  const own = certificate({
    issuer: subject,
    signer: issuer.privateKey,
    subject,
    publicKey: issuer.publicKey,
    extensions: [extension('2.5.29.19', sequence(writeDer(derTags.boolean, Buffer.from([0xff]))), true)],
  })
  return {
    certificate: own,
    issue({ commonName, hosts = [], subject: further = [], ...validity }) {
      const { publicKey, privateKey } = keyPair()
      const issued = certificate({
        issuer: subject,
        signer: issuer.privateKey,
        subject: distinguishedName([...further, ['CN', commonName]]),
        publicKey,
        extensions: hosts.length > 0 ? [extension('2.5.29.17', sequence(...hosts.map(alternativeName)))] : [],
        ...validity,
      })
      return { certificateChain: issued + own, privateKey: createPrivateKey(privateKey).export(pkcs8) as string }
    },
  }
}

const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
function keyPair(): { readonly publicKey: Buffer; readonly privateKey: string } {
  return generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'der' },
    privateKeyEncoding: pkcs8,
  })
}

interface Contents {
  readonly issuer: Buffer
  readonly signer: string | KeyObject
  readonly subject: Buffer
  readonly publicKey: Buffer
  readonly extensions: readonly Buffer[]
  readonly validFromMs?: number
  readonly validToMs?: number
}
/** RFC 5280: what is signed, and the signature. */
function certificate({ issuer, signer, subject, publicKey, extensions, validFromMs, validToMs }: Contents): string {
  const now = systemClock.now()
  const serial = systemRandom.bytes(16)
  serial[0] = 0x40 | (serial[0]! & 0x3f) // positive, and not longer than it must be
  const signed = sequence(
    writeDer(0xa0, writeDer(derTags.integer, Buffer.from([2]))),
    writeDer(derTags.integer, serial),
    ecdsaWithSha256,
    issuer,
    sequence(time(validFromMs ?? now - dayMs), time(validToMs ?? now + dayMs)),
    subject,
    publicKey,
    ...(extensions.length > 0 ? [writeDer(0xa3, sequence(...extensions))] : []),
  )
  const signature = writeDer(derTags.bitString, [Buffer.from([0]), sign('sha256', signed, signer)])
  return pemOf('CERTIFICATE', sequence(signed, ecdsaWithSha256, signature))
}

function sequence(...values: readonly Uint8Array[]): Buffer {
  return writeDer(derTags.sequence, values)
}
function distinguishedName(parts: readonly (readonly [type: keyof typeof objectIds, value: string])[]): Buffer {
  return sequence(
    ...parts.map(([type, value]) => {
      const tag =
        type === 'emailAddress' ? derTags.ia5String : type === 'C' ? derTags.printableString : derTags.utf8String
      return writeDer(derTags.set, sequence(writeObjectId(objectIds[type]), writeDer(tag, Buffer.from(value))))
    }),
  )
}
/** UTCTime, as RFC 5280 asks for years before 2050. */
function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replaceAll(/[-:T]|\.\d+/g, '')
  return writeDer(derTags.utcTime, Buffer.from(digits.slice(2)))
}
function extension(objectId: string, value: Buffer, isCritical = false): Buffer {
  const critical = isCritical ? [writeDer(derTags.boolean, Buffer.from([0xff]))] : []
  return sequence(writeObjectId(objectId), ...critical, writeDer(derTags.octetString, value))
}
/** GeneralName: 2 a name of DNS, 7 an address. Of those of IPv6 the loopback. */
function alternativeName(host: string): Buffer {
  if (host === '::1') return writeDer(0x87, Buffer.from([...Array<number>(15).fill(0), 1]))
  if (/^\d+(\.\d+){3}$/.test(host)) return writeDer(0x87, Buffer.from(host.split('.').map(Number)))
  return writeDer(0x82, Buffer.from(host))
}
