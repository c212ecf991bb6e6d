// Tokens of identity providers (RFC 7519): whether one is signed by a key of theirs, is meant for here, and holds now.

import { createPublicKey, verify, type KeyObject } from 'node:crypto'

export interface TokenRules {
  /** The key of this id that a provider has published, or any of the kind where the token names none. */
  readonly keysOf: (keyId: string | undefined) => Promise<readonly KeyObject[]>
  readonly issuer: string | undefined
  /** The token must be for one of them; empty: for anybody. */
  readonly audiences: readonly string[]
  readonly clockSkewMs: number
}
export interface TokenClaims {
  readonly values: Readonly<Record<string, unknown>>
  readonly expiresAtMs: number
}

/** Says for the log what is wrong, never the token itself. */
export class TokenFault extends Error {}

// oxfmt-ignore
const algorithms: Readonly<Record<string, { readonly hash: string; readonly type: 'rsa' | 'ec'; readonly pss?: true; readonly curve?: string }>> = {
  RS256: { hash: 'sha256', type: 'rsa' }, RS384: { hash: 'sha384', type: 'rsa' }, RS512: { hash: 'sha512', type: 'rsa' },
  PS256: { hash: 'sha256', type: 'rsa', pss: true }, PS384: { hash: 'sha384', type: 'rsa', pss: true }, PS512: { hash: 'sha512', type: 'rsa', pss: true },
  ES256: { hash: 'sha256', type: 'ec', curve: 'prime256v1' }, ES384: { hash: 'sha384', type: 'ec', curve: 'secp384r1' }, ES512: { hash: 'sha512', type: 'ec', curve: 'secp521r1' },
}
const rsaPssPadding = 6

/** The claims of a token that a key of the provider has signed. Throws a TokenFault. */
export async function verifiedClaims(token: string, rules: TokenRules, nowMs: number): Promise<TokenClaims> {
  const { header, claims, signed, signature } = parse(token)
  const algorithm = typeof header['alg'] === 'string' ? algorithms[header['alg']] : undefined
  if (algorithm === undefined) throw new TokenFault(`its algorithm is ${String(header['alg'])}, which is not taken`)
  const keyId = typeof header['kid'] === 'string' ? header['kid'] : undefined
  const keys = await rules.keysOf(keyId)
  const isSigned = keys.some(key => isSignedBy(key, algorithm, signed, signature))
  if (!isSigned) throw new TokenFault(keys.length === 0 ? 'its key is not known' : 'its signature is wrong')
  return check(claims, rules, nowMs)
}
/** The claims of a token that nobody has signed, as OAuthBearerUnsecuredValidatorCallbackHandler takes them. */
export function unsecuredClaims(token: string, clockSkewMs: number, nowMs: number): TokenClaims {
  const { header, claims, signature } = parse(token)
  if (header['alg'] !== 'none' || signature.length > 0)
    throw new TokenFault('it is signed, and there are no keys to check it by')
  return check(claims, { issuer: undefined, audiences: [], clockSkewMs }, nowMs)
}

function isSignedBy(
  key: KeyObject,
  { hash, type, pss, curve }: (typeof algorithms)[string],
  signed: string,
  signature: Buffer,
): boolean {
  if (key.asymmetricKeyType !== type || (curve !== undefined && key.asymmetricKeyDetails?.namedCurve !== curve))
    return false
  const options =
    type === 'ec' ? { key, dsaEncoding: 'ieee-p1363' as const } : pss ? { key, padding: rsaPssPadding } : key
  return verify(hash, Buffer.from(signed), options, signature)
}
function parse(token: string) {
  const parts = token.split('.')
  if (parts.length !== 3) throw new TokenFault('it is no JSON Web Token')
  const [header, claims, signature] = parts as [string, string, string]
  return {
    header: objectIn(header),
    claims: objectIn(claims),
    signed: `${header}.${claims}`,
    signature: Buffer.from(signature, 'base64url'),
  }
}
function objectIn(part: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>
  } catch {
    // Said below, without the text.
  }
  throw new TokenFault('a part of it is no JSON object')
}

function check(
  values: Readonly<Record<string, unknown>>,
  { issuer, audiences, clockSkewMs }: Omit<TokenRules, 'keysOf'>,
  nowMs: number,
): TokenClaims {
  const expiresAtMs = timeOf(values, 'exp')
  if (expiresAtMs === undefined) throw new TokenFault('it does not say when it expires')
  if (nowMs - clockSkewMs >= expiresAtMs) throw new TokenFault('it has expired')
  const beginsAtMs = timeOf(values, 'nbf'),
    issuedAtMs = timeOf(values, 'iat')
  if (beginsAtMs !== undefined && nowMs + clockSkewMs < beginsAtMs) throw new TokenFault('it does not hold yet')
  if (issuedAtMs !== undefined && nowMs + clockSkewMs < issuedAtMs) throw new TokenFault('it was issued in the future')
  if (issuer !== undefined && values['iss'] !== issuer) throw new TokenFault('it is of another issuer')
  const meant = [values['aud']].flat()
  if (audiences.length > 0 && !meant.some(audience => audiences.includes(audience as string)))
    throw new TokenFault('it is meant for another audience')
  return { values, expiresAtMs }
}
function timeOf(values: Readonly<Record<string, unknown>>, name: string): number | undefined {
  const seconds = values[name]
  if (seconds === undefined) return undefined
  if (typeof seconds !== 'number' || !Number.isFinite(seconds)) throw new TokenFault(`its ${name} is no time`)
  return seconds * 1000
}

/** The keys of a JSON Web Key Set, by id; those that cannot be used are left out. */
export function keysIn(text: string): Map<string | undefined, KeyObject[]> {
  const keys = new Map<string | undefined, KeyObject[]>()
  const set = JSON.parse(text) as { readonly keys?: unknown }
  if (!Array.isArray(set.keys)) throw new TypeError('it has no keys')
  for (const jwk of set.keys as Record<string, unknown>[]) {
    if (jwk['use'] !== undefined && jwk['use'] !== 'sig') continue
    try {
      const key = createPublicKey({ key: jwk as never, format: 'jwk' }) // what is no key throws
      const id = typeof jwk['kid'] === 'string' ? jwk['kid'] : undefined
      keys.set(id, [...(keys.get(id) ?? []), key])
    } catch {
      // A kind of key that is not known is a key of none of the algorithms above.
    }
  }
  return keys
}
