// SCRAM (RFC 5802, 7677): both ends prove that they know the password, and neither sends it. The server keeps keys from
// which the password cannot be had.
//
//   client-first  n,,n=USER,r=NONCE          ──▶
//                                            ◀──  server-first  r=NONCE+,s=SALT,i=ITERATIONS
//   client-final  c=biws,r=NONCE+,p=PROOF    ──▶
//                                            ◀──  server-final  v=SIGNATURE, or e=ERROR

import { createHash, createHmac, pbkdf2, timingSafeEqual } from 'node:crypto'
import { promisify } from 'node:util'

import type { Random } from '../../base/index.ts'
import {
  SaslError,
  type SaslClientExchange,
  type SaslClientMechanism,
  type SaslServerExchange,
  type SaslStep,
} from './mechanism.ts'
import type { PasswordCredentials } from './plain.ts'

export type ScramMechanismName = 'SCRAM-SHA-256' | 'SCRAM-SHA-512'
export const scramMechanisms: readonly ScramMechanismName[] = ['SCRAM-SHA-256', 'SCRAM-SHA-512']
export const scramIterationsMin = 4096
/** Kafka's: a client that asks for more would occupy whoever derives the keys. */
export const scramIterationsMax = 16_384

/** What a server knows of a user. */
export interface ScramCredential {
  readonly salt: Buffer
  readonly iterations: number
  readonly storedKey: Buffer
  readonly serverKey: Buffer
}

const digestOf = (mechanism: ScramMechanismName) => (mechanism === 'SCRAM-SHA-256' ? 'sha256' : 'sha512')
const hmac = (mechanism: ScramMechanismName, key: Uint8Array, text: string | Uint8Array) =>
  createHmac(digestOf(mechanism), key).update(text).digest()
const hash = (mechanism: ScramMechanismName, bytes: Uint8Array) =>
  createHash(digestOf(mechanism)).update(bytes).digest()
function xor(one: Uint8Array, other: Uint8Array): Buffer {
  return Buffer.from(one.map((byte, i) => byte ^ other[i]!))
}
const derive = promisify(pbkdf2)

export function saltPassword(
  mechanism: ScramMechanismName,
  { password, salt, iterations }: { readonly password: string; readonly salt: Uint8Array; readonly iterations: number },
): Promise<Buffer> {
  const digest = digestOf(mechanism)
  return derive(password, salt, iterations, digest === 'sha256' ? 32 : 64, digest)
}
/** What is kept of a salted password. */
export function scramKeys(mechanism: ScramMechanismName, saltedPassword: Uint8Array) {
  return {
    storedKey: hash(mechanism, hmac(mechanism, saltedPassword, 'Client Key')),
    serverKey: hmac(mechanism, saltedPassword, 'Server Key'),
  }
}

/** `r=…,s=…` as a map: of each attribute the first. */
function attributesOf(message: Buffer): Map<string, string> {
  const attributes = new Map<string, string>()
  for (const part of message.toString('utf8').split(',')) {
    const at = part.indexOf('=')
    const name = at === 1 ? part[0]! : ''
    if (name !== '' && !attributes.has(name)) attributes.set(name, part.slice(2))
  }
  return attributes
}
const saslName = (user: string) => user.replaceAll('=', '=3D').replaceAll(',', '=2C')
function userOf(saslName: string): string {
  if (/=(?!2C|3D)/.test(saslName)) throw new SaslError(`Invalid username: ${saslName}`)
  return saslName.replaceAll('=2C', ',').replaceAll('=3D', '=')
}
/** 160 bits, without commas. */
const nonceOf = (random: Random) => random.bytes(20).toString('hex')
/** `n,,` in base64: no channel binding, no authorization id. */
const withoutChannelBinding = 'biws'

export function scramClient(
  mechanism: ScramMechanismName,
  { username, password, random }: PasswordCredentials & { readonly random: Random },
): SaslClientMechanism {
  return { mechanism, begin: () => new ScramClient(mechanism, { username, password }, nonceOf(random)) }
}

class ScramClient implements SaslClientExchange {
  readonly #mechanism: ScramMechanismName
  readonly #password: string
  readonly #nonce: string
  readonly #firstBare: string
  #serverSignature: Buffer | undefined

  constructor(mechanism: ScramMechanismName, { username, password }: PasswordCredentials, nonce: string) {
    this.#mechanism = mechanism
    this.#password = password
    this.#nonce = nonce
    this.#firstBare = `n=${saslName(username)},r=${nonce}`
  }
  start(): Buffer {
    return Buffer.from(`n,,${this.#firstBare}`)
  }
  async next(challenge: Buffer): Promise<Buffer | undefined> {
    return this.#serverSignature === undefined ? await this.#final(challenge) : this.#verify(challenge)
  }
  async #final(serverFirst: Buffer): Promise<Buffer> {
    const attributes = attributesOf(serverFirst),
      nonce = attributes.get('r') ?? '',
      salt = Buffer.from(attributes.get('s') ?? '', 'base64'),
      iterations = Number(attributes.get('i'))
    if (!nonce.startsWith(this.#nonce) || nonce === this.#nonce || salt.length === 0 || !Number.isInteger(iterations))
      throw new SaslError('the broker sent no first message of SCRAM')
    if (iterations < scramIterationsMin)
      throw new SaslError(
        `the broker asks for ${iterations} iterations; fewer than ${scramIterationsMin} protect no password`,
      )
    const mechanism = this.#mechanism
    const salted = await saltPassword(mechanism, { password: this.#password, salt, iterations })
    const clientKey = hmac(mechanism, salted, 'Client Key')
    const { storedKey, serverKey } = scramKeys(mechanism, salted)
    const withoutProof = `c=${withoutChannelBinding},r=${nonce}`
    const signed = `${this.#firstBare},${serverFirst.toString('utf8')},${withoutProof}`
    this.#serverSignature = hmac(mechanism, serverKey, signed)
    const proof = xor(clientKey, hmac(mechanism, storedKey, signed))
    return Buffer.from(`${withoutProof},p=${proof.toString('base64')}`)
  }
  #verify(serverFinal: Buffer): undefined {
    const attributes = attributesOf(serverFinal),
      error = attributes.get('e'),
      found = Buffer.from(attributes.get('v') ?? '', 'base64'),
      expected = this.#serverSignature!
    if (error !== undefined) throw new SaslError(`the broker refuses: ${error}`)
    if (found.length !== expected.length || !timingSafeEqual(found, expected))
      throw new SaslError('the broker does not know the password: it is not the one that it claims to be')
  }
}

export interface ScramServerOptions {
  readonly mechanism: ScramMechanismName
  readonly random: Random
  readonly credentialOf: (user: string) => ScramCredential | undefined
}
interface Begun {
  readonly user: string
  readonly credential: ScramCredential
  readonly nonce: string
  /** What both sign of the messages so far. */
  readonly signed: string
}
/** The server's end. Of all that can be wrong, nothing is told to the client. */
export class ScramServer implements SaslServerExchange {
  readonly #options: ScramServerOptions
  #begun: Begun | undefined

  constructor(options: ScramServerOptions) {
    this.#options = options
  }
  evaluate(token: Buffer): SaslStep {
    return this.#begun === undefined ? this.#first(token) : this.#final(token, this.#begun)
  }
  #first(token: Buffer): SaslStep {
    const { credentialOf, random } = this.#options
    const [, authorizationId = '', bare = ''] =
      /^n,(?:a=([^,]*))?,(n=[^,]+,r=[\x21-\x2b\x2d-\x7e]+(?:,.*)?)$/.exec(token.toString('utf8')) ?? []
    const attributes = attributesOf(Buffer.from(bare)),
      clientNonce = attributes.get('r')
    if (clientNonce === undefined) throw new SaslError('Invalid SCRAM client first message format')
    const user = userOf(attributes.get('n')!)
    const credential = credentialOf(user)
    if (credential === undefined) throw new SaslError('Authentication failed: Invalid user credentials')
    if (authorizationId !== '' && userOf(authorizationId) !== user)
      throw new SaslError(
        'Authentication failed: Client requested an authorization id that is different from username',
        {
          isPublic: true,
        },
      )
    const nonce = clientNonce + nonceOf(random)
    const challenge = `r=${nonce},s=${credential.salt.toString('base64')},i=${credential.iterations}`
    this.#begun = { user, credential, nonce, signed: `${bare},${challenge}` }
    return { challenge: Buffer.from(challenge) }
  }
  #final(token: Buffer, { user, credential, nonce, signed }: Begun): SaslStep {
    const { mechanism } = this.#options,
      attributes = attributesOf(token),
      text = token.toString('utf8'),
      proof = Buffer.from(attributes.get('p') ?? '', 'base64')
    if (attributes.get('r') !== nonce) throw new SaslError('Invalid client nonce in the final client message.')
    const all = `${signed},${text.slice(0, text.lastIndexOf(',p='))}`
    const signature = hmac(mechanism, credential.storedKey, all)
    const isProven =
      proof.length === signature.length && timingSafeEqual(hash(mechanism, xor(proof, signature)), credential.storedKey)
    if (!isProven) throw new SaslError('Invalid client credentials')
    const challenge = `v=${hmac(mechanism, credential.serverKey, all).toString('base64')}`
    return { challenge: Buffer.from(challenge), identity: { user } }
  }
}
