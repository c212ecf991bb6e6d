// PKCS#12 (RFC 7292), the stores of keys and certificates that keytool and openssl write: read into PEM. Node reads those
// that hold a key, but takes their further certificates for trusted, and none that hold certificates alone.

import {
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  pbkdf2Sync,
  timingSafeEqual,
  X509Certificate,
} from 'node:crypto'

import { derTags, type DerValue, integerOf, objectIdOf, pemOf, readDer, UserError, within } from '../../base/index.ts'

export interface KeyStore {
  /** PKCS#8 as PEM; absent where the store holds certificates only. */
  readonly privateKey: string | undefined
  /** The certificate of the key, behind it those that lead to its issuer: one PEM each. */
  readonly certificateChain: readonly string[]
  /** All certificates that are not of the chain. */
  readonly trusted: readonly string[]
}

/** Throws a UserError that says what is wrong: `what` names the store, by path or option. */
export function readPkcs12(
  bytes: Buffer,
  { password, what }: { readonly password: string; readonly what: string },
): KeyStore {
  if (bytes.length >= 4 && bytes.readUInt32BE() === jksMagic)
    throw new UserError(
      'CONFIG',
      `${what} is a Java key store (JKS), which only Java reads: turn it into PKCS#12 by ` +
        '`keytool -importkeystore -srckeystore OLD -destkeystore NEW -deststoretype pkcs12`',
    )
  try {
    return storeOf(bytes, password)
  } catch (error) {
    if (error instanceof UnknownAlgorithm)
      throw new UserError(
        'CONFIG',
        `${what} is encrypted by an algorithm that is not read (${error.message}): write it anew with a current keytool or openssl`,
      )
    if (error instanceof WrongPassword) throw new UserError('CONFIG', `${what} cannot be opened: the password is wrong`)
    throw new UserError('CONFIG', `${what} is no PKCS#12 store: ${(error as Error).message}`)
  }
}
const jksMagic = 0xfeedfeed

class UnknownAlgorithm extends Error {}
class WrongPassword extends Error {}

// oxfmt-ignore
const ids = {
  data:              '1.2.840.113549.1.7.1',
  encryptedData:     '1.2.840.113549.1.7.6',
  keyBag:            '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag:    '1.2.840.113549.1.12.10.1.2',
  certificateBag:    '1.2.840.113549.1.12.10.1.3',
  safeContentsBag:   '1.2.840.113549.1.12.10.1.6',
  x509Certificate:   '1.2.840.113549.1.9.22.1',
  pbes2:             '1.2.840.113549.1.5.13',
  pbkdf2:            '1.2.840.113549.1.5.12',
  sha1AndTripleDes:  '1.2.840.113549.1.12.1.3',
}
// oxfmt-ignore
const digests: Readonly<Record<string, string>> = {
  '1.3.14.3.2.26': 'sha1', '2.16.840.1.101.3.4.2.1': 'sha256', '2.16.840.1.101.3.4.2.2': 'sha384', '2.16.840.1.101.3.4.2.3': 'sha512',
}
// oxfmt-ignore
const hmacs: Readonly<Record<string, string>> = {
  '1.2.840.113549.2.7': 'sha1', '1.2.840.113549.2.9': 'sha256', '1.2.840.113549.2.10': 'sha384', '1.2.840.113549.2.11': 'sha512',
}
// oxfmt-ignore
const ciphers: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '2.16.840.1.101.3.4.1.2':  { name: 'aes-128-cbc',  keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc',  keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc',  keyBytes: 32 },
  '1.2.840.113549.3.7':      { name: 'des-ede3-cbc', keyBytes: 24 },
}
/** More than any tool writes; a file that asks for more would stop the loop. */
const iterationsMax = 10_000_000

interface Found {
  readonly keys: Buffer[]
  readonly certificates: Buffer[]
}

function storeOf(bytes: Buffer, password: string): KeyStore {
  const [, authSafe, mac] = within(readDer(bytes)[0], derTags.sequence)
  const safe = contentOf(authSafe)
  if (mac !== undefined) verifyMac(safe, mac, password)
  const found: Found = { keys: [], certificates: [] }
  for (const info of within(readDer(safe)[0], derTags.sequence))
    collect(safeContentsOf(info, password), password, found)
  const privateKey = found.keys[0]
  const certificates = found.certificates.map(der => new X509Certificate(der))
  const chain = privateKey === undefined ? [] : chainOf(privateKey, certificates)
  return {
    privateKey: privateKey && pemOf('PRIVATE KEY', privateKey),
    certificateChain: chain.map(certificatePem),
    trusted: certificates.filter(certificate => !chain.includes(certificate)).map(certificatePem),
  }
}
/** The octets within a ContentInfo of plain data. */
function contentOf(info: DerValue | undefined): Buffer {
  const [type, content] = within(info, derTags.sequence)
  if (type === undefined || objectIdOf(type) !== ids.data) throw new RangeError('its content is signed, not plain')
  const [octets] = within(content)
  return expect(octets, derTags.octetString).content
}
function safeContentsOf(info: DerValue, password: string): Buffer {
  const [type, content] = within(info, derTags.sequence)
  if (objectIdOf(type!) === ids.data) return contentOf(info)
  if (objectIdOf(type!) !== ids.encryptedData) throw new UnknownAlgorithm(objectIdOf(type!))
  const [, encrypted] = within(within(content)[0], derTags.sequence)
  const [, algorithm, bytes] = within(encrypted, derTags.sequence)
  return decrypt(algorithm, expect(bytes).content, password)
}
function collect(safeContents: Buffer, password: string, found: Found): void {
  for (const bag of within(readDer(safeContents)[0], derTags.sequence)) {
    const [id, value] = within(bag, derTags.sequence)
    const [content] = within(value)
    switch (objectIdOf(id!)) {
      case ids.keyBag:
        found.keys.push(expect(content).bytes)
        break
      case ids.shroudedKeyBag: {
        const [algorithm, bytes] = within(content, derTags.sequence)
        found.keys.push(decrypt(algorithm, expect(bytes).content, password))
        break
      }
      case ids.certificateBag: {
        const [type, certificate] = within(content, derTags.sequence)
        if (objectIdOf(type!) === ids.x509Certificate) found.certificates.push(expect(within(certificate)[0]).content)
        break
      }
      case ids.safeContentsBag:
        collect(expect(content).bytes, password, found)
        break
      default: // revocation lists, secrets: nothing that TLS would want
    }
  }
}
function expect(value: DerValue | undefined, tag?: number): DerValue {
  if (value === undefined || (tag !== undefined && value.tag !== tag)) throw new RangeError('a part is missing')
  return value
}

/** The certificate of the key, and each one's issuer behind it, as far as they are there. */
function chainOf(key: Buffer, certificates: readonly X509Certificate[]): X509Certificate[] {
  const privateKey = createPrivateKey({ key, format: 'der', type: 'pkcs8' })
  const leaf = certificates.find(certificate => certificate.checkPrivateKey(privateKey))
  const chain: X509Certificate[] = []
  for (let next = leaf; next !== undefined && !chain.includes(next);) {
    const last: X509Certificate = next
    chain.push(last)
    next = certificates.find(other => last.checkIssued(other))
  }
  return chain
}

function decrypt(algorithm: DerValue | undefined, bytes: Buffer, password: string): Buffer {
  const [id, parameters] = within(algorithm, derTags.sequence)
  const name = objectIdOf(id!)
  const { cipher, key, iv } =
    name === ids.pbes2
      ? pbes2(parameters, password)
      : name === ids.sha1AndTripleDes
        ? tripleDes(parameters, password)
        : unknown(name)
  const decipher = createDecipheriv(cipher, key, iv)
  try {
    return Buffer.concat([decipher.update(bytes), decipher.final()])
  } catch {
    throw new WrongPassword()
  }
}
function unknown(id: string): never {
  throw new UnknownAlgorithm(id)
}
interface Deciphering {
  readonly cipher: string
  readonly key: Buffer
  readonly iv: Buffer
}
/** RFC 8018. */
function pbes2(parameters: DerValue | undefined, password: string): Deciphering {
  const [derivation, encryption] = within(parameters, derTags.sequence)
  const [derivationId, derivationParameters] = within(derivation, derTags.sequence)
  if (objectIdOf(derivationId!) !== ids.pbkdf2) return unknown(objectIdOf(derivationId!))
  const [salt, iterations, ...rest] = within(derivationParameters, derTags.sequence)
  const prf = rest.find(({ tag }) => tag === derTags.sequence)
  const prfId = prf === undefined ? undefined : objectIdOf(within(prf)[0]!)
  const digest = prfId === undefined ? 'sha1' : (hmacs[prfId] ?? unknown(prfId))
  const [cipherId, iv] = within(encryption, derTags.sequence)
  const { name, keyBytes } = ciphers[objectIdOf(cipherId!)] ?? unknown(objectIdOf(cipherId!))
  const key = pbkdf2Sync(password, expect(salt).content, count(iterations), keyBytes, digest)
  return { cipher: name, key, iv: expect(iv, derTags.octetString).content }
}
function tripleDes(parameters: DerValue | undefined, password: string): Deciphering {
  const [salt, iterations] = within(parameters, derTags.sequence)
  const derived = (purpose: number, size: number) =>
    derive({ digest: 'sha1', purpose, password, salt: expect(salt).content, iterations: count(iterations), size })
  return { cipher: 'des-ede3-cbc', key: derived(1, 24), iv: derived(2, 8) }
}
function count(iterations: DerValue | undefined): number {
  const number = iterations === undefined ? 1 : integerOf(iterations)
  if (number > iterationsMax) throw new RangeError(`${number} iterations of a password`)
  return number
}

function verifyMac(safe: Buffer, mac: DerValue, password: string): void {
  const [info, salt, iterations] = within(mac, derTags.sequence)
  const [algorithm, expected] = within(info, derTags.sequence)
  const id = objectIdOf(within(algorithm, derTags.sequence)[0]!)
  const digest = digests[id] ?? unknown(id)
  const size = createHash(digest).digest().length
  const key = derive({ digest, purpose: 3, password, salt: expect(salt).content, iterations: count(iterations), size })
  const found = createHmac(digest, key).update(safe).digest()
  const { content } = expect(expected, derTags.octetString)
  if (content.length !== found.length || !timingSafeEqual(content, found)) throw new WrongPassword()
}

interface Derivation {
  readonly digest: string
  /** 1 a key, 2 an initial vector, 3 a key for the MAC. */
  readonly purpose: number
  readonly password: string
  readonly salt: Buffer
  readonly iterations: number
  readonly size: number
}
/** RFC 7292, appendix B.2. */
function derive({ digest, purpose, password, salt, iterations, size }: Derivation): Buffer {
  const block = digest === 'sha384' || digest === 'sha512' ? 128 : 64
  const bytes = Buffer.from(`${password}\0`, 'utf16le').swap16()
  const input = Buffer.concat([repeated(salt, block), repeated(bytes, block)])
  const diversifier = Buffer.alloc(block, purpose)
  const derived: Buffer[] = []
  for (let length = 0; length < size;) {
    let hash = createHash(digest).update(diversifier).update(input).digest()
    for (let i = 1; i < iterations; i++) hash = createHash(digest).update(hash).digest()
    derived.push(hash)
    length += hash.length
    for (let at = 0; at < input.length; at += block) addOne(input.subarray(at, at + block), repeated(hash, block))
  }
  return Buffer.concat(derived).subarray(0, size)
}
/** To a whole number of blocks. */
function repeated(bytes: Buffer, block: number): Buffer {
  return Buffer.alloc(Math.ceil(bytes.length / block) * block, bytes).subarray(0, bytes.length === 0 ? 0 : undefined)
}
/** `number` becomes number + other + 1, modulo its size. */
function addOne(number: Buffer, other: Buffer): void {
  let carry = 1
  for (let i = number.length - 1; i >= 0; i--) {
    carry += number[i]! + other[i]!
    number[i] = carry & 0xff
    carry >>= 8
  }
}

const certificatePem = ({ raw }: X509Certificate) => pemOf('CERTIFICATE', raw)
