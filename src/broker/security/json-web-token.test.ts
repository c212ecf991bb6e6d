import assert from 'node:assert/strict'
import { generateKeyPairSync, sign, type KeyObject } from 'node:crypto'
import { suite, test } from 'node:test'

import { ManualClock, memoryFiles, silentLogger } from '../../base/index.ts'
import { keysIn, TokenFault, unsecuredClaims, verifiedClaims, type TokenRules } from './json-web-token.ts'
import { KeySet } from './key-set.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const other = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const nowMs = 1_000_000_000_000
const seconds = nowMs / 1000
const jwk = (key: KeyObject, kid: string) => ({ ...key.export({ format: 'jwk' }), kid, use: 'sig' })
const keySet = JSON.stringify({
  keys: [
    jwk(rsa.publicKey, 'rsa'),
    jwk(ec.publicKey, 'ec'),
    { kty: 'oct', k: 'c2VjcmV0' },
    { ...jwk(other.publicKey, 'enc'), use: 'enc' },
  ],
})
const keys = keysIn(keySet)
const rules: TokenRules = {
  keysOf: async id => (id === undefined ? [...keys.values()].flat() : (keys.get(id) ?? [])),
  issuer: undefined,
  audiences: [],
  clockSkewMs: 30_000,
}
const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
function tokenOf(
  claims: object,
  header: { alg: string; kid?: string } = { alg: 'ES256', kid: 'ec' },
  key = ec.privateKey,
): string {
  const signed = `${part(header)}.${part({ sub: 'alice', exp: seconds + 60, ...claims })}`
  if (header.alg === 'none') return `${signed}.`
  const padding = header.alg.startsWith('PS') ? { padding: 6, saltLength: 32 } : {}
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363', ...padding })
  return `${signed}.${signature.toString('base64url')}`
}
const judge = (token: string, more: Partial<TokenRules> = {}) => verifiedClaims(token, { ...rules, ...more }, nowMs)

suite('tokens that a key has signed', () => {
  // oxfmt-ignore
  const taken: [what: string, token: string, more?: Partial<TokenRules>][] = [
    ['ES256',                        tokenOf({})],
    ['RS256',                        tokenOf({}, { alg: 'RS256', kid: 'rsa' }, rsa.privateKey)],
    ['PS256',                        tokenOf({}, { alg: 'PS256', kid: 'rsa' }, rsa.privateKey)],
    ['a key that is not named',      tokenOf({}, { alg: 'ES256' })],
    ['expired within the skew',      tokenOf({ exp: seconds - 29 })],
    ['one audience of several',      tokenOf({ aud: ['x', 'kafka'] }),  { audiences: ['kafka', 'y'] }],
    ['the issuer',                   tokenOf({ iss: 'https://idp' }),   { issuer: 'https://idp' }],
  ]
  for (const [what, token, more] of taken)
    test(`${what}: taken`, async () => assert.equal((await judge(token, more)).values['sub'], 'alice'))

  const [header, , signature] = tokenOf({}).split('.')
  // oxfmt-ignore
  const refused: [what: string, token: string, reason: RegExp, more?: Partial<TokenRules>][] = [
    ['signed by another key',        tokenOf({}, { alg: 'ES256', kid: 'ec' }, other.privateKey), /signature is wrong/],
    ['other claims than were signed', `${header}.${part({ sub: 'root', exp: seconds + 60 })}.${signature}`, /signature is wrong/],
    ['a key that is not known',      tokenOf({}, { alg: 'ES256', kid: 'x' }),    /key is not known/],
    ['a key that is not for signing', tokenOf({}, { alg: 'ES256', kid: 'enc' }, other.privateKey), /key is not known/],
    ['no signature',                 tokenOf({}, { alg: 'none' }),               /algorithm is none/],
    ['a public key as a secret',     tokenOf({}, { alg: 'HS256', kid: 'rsa' }),  /algorithm is HS256/],
    ['a kind of key that is not that of the algorithm', tokenOf({}, { alg: 'RS256', kid: 'ec' }), /signature is wrong/],
    ['expired',                      tokenOf({ exp: seconds - 30 }),             /has expired/],
    ['no time of expiry',            tokenOf({ exp: undefined }),                /does not say when/],
    ['a time that is none',          tokenOf({ exp: 'tomorrow' }),               /its exp is no time/],
    ['from the future',              tokenOf({ iat: seconds + 31 }),             /issued in the future/],
    ['not yet',                      tokenOf({ nbf: seconds + 31 }),             /does not hold yet/],
    ['another issuer',               tokenOf({ iss: 'x' }),                      /another issuer/,    { issuer: 'https://idp' }],
    ['another audience',             tokenOf({ aud: 'x' }),                      /another audience/,  { audiences: ['kafka'] }],
    ['no audience',                  tokenOf({}),                                /another audience/,  { audiences: ['kafka'] }],
    ['two parts',                    'a.b',                                      /no JSON Web Token/],
    ['no JSON',                      'a.b.c',                                    /no JSON object/],
  ]
  for (const [what, token, reason, more] of refused)
    test(`${what}: refused`, () =>
      assert.rejects(judge(token, more), (error: Error) => error instanceof TokenFault && reason.test(error.message)))
})

test('a token that nobody has signed is taken where no keys are, and a signed one is not', () => {
  assert.equal(unsecuredClaims(tokenOf({}, { alg: 'none' }), 0, nowMs).values['sub'], 'alice')
  assert.throws(() => unsecuredClaims(tokenOf({}), 0, nowMs), TokenFault)
  assert.throws(() => unsecuredClaims(tokenOf({ exp: seconds }, { alg: 'none' }), 0, nowMs), /has expired/)
})

suite('the keys of an identity provider', () => {
  const world = (answers: (() => string)[]) => {
    const clock = new ManualClock()
    let asked = 0
    const set = new KeySet({
      url: 'https://idp/keys',
      refreshMs: 60_000,
      clock,
      files: memoryFiles(),
      logger: silentLogger,
      fetch: async () => ({
        ok: true,
        status: 200,
        text: async () => answers[Math.min(asked++, answers.length - 1)]!(),
      }),
    })
    return { clock, find: (id: string) => set.find(id), asked: () => asked }
  }
  test('are asked for once, and again when they are old', async () => {
    const { clock, find, asked } = world([() => keySet])
    await Promise.all([find('ec'), find('rsa')])
    assert.equal((await find('ec')).length, 1)
    assert.equal(asked(), 1)
    await clock.advance(60_000)
    await find('ec')
    assert.equal(asked(), 2)
  })
  test('are asked for when a token names one that is not there, and not at each of them', async () => {
    const { clock, find, asked } = world([() => JSON.stringify({ keys: [] }), () => keySet])
    assert.equal((await find('ec')).length, 0)
    assert.equal((await find('ec')).length, 0)
    assert.equal(asked(), 1)
    await clock.advance(10_000)
    assert.equal((await find('ec')).length, 1)
    assert.equal(asked(), 2)
  })
  test('stay when the provider is away', async () => {
    const away = () => {
      throw new Error('away')
    }
    const { clock, find } = world([() => keySet, away])
    await find('ec')
    await clock.advance(60_000)
    assert.equal((await find('ec')).length, 1)
  })
  test('may lie in a file', async () => {
    const files = memoryFiles()
    files.replaceFile('/keys.json', keySet)
    const fetch = () => Promise.reject(new Error('not asked'))
    const set = new KeySet({
      url: 'file:///keys.json',
      refreshMs: 1,
      clock: new ManualClock(),
      files,
      logger: silentLogger,
      fetch,
    })
    assert.equal((await set.find('rsa')).length, 1)
  })
})
