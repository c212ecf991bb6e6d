import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ManualClock, type Fetch } from '../base/index.ts'
import { clientCredentials, type ClientCredentialsOptions } from './client-credentials.ts'

type Request = NonNullable<Parameters<Fetch>[1]> & { readonly url: string }
function provider(
  answers: readonly (string | { status: number; text: string })[],
  more: Partial<ClientCredentialsOptions> = {},
) {
  const requests: Request[] = []
  const clock = new ManualClock()
  const token = clientCredentials({
    tokenEndpoint: 'https://idp/token',
    clientId: 'my app',
    clientSecret: 'p:ä',
    clock,
    fetch: async (url, init = {}) => {
      const answer = answers[Math.min(requests.length, answers.length - 1)]!
      requests.push({ url, ...init })
      const { status, text } = typeof answer === 'string' ? { status: 200, text: answer } : answer
      return { ok: status === 200, status, text: async () => text }
    },
    ...more,
  })
  return { token, clock, requests }
}
const tokenOf = (value: string, seconds?: number) =>
  JSON.stringify({ access_token: value, token_type: 'Bearer', ...(seconds && { expires_in: seconds }) })

suite('tokens by client credentials', () => {
  test('are asked for as RFC 6749 says, secret and all', async () => {
    const { token, requests } = provider([tokenOf('a', 100)], {
      scope: 'read write',
      parameters: { audience: 'kafka' },
    })
    assert.equal(await token(), 'a')
    const [{ url, method, headers, body }] = requests as [Request]
    assert.deepEqual([url, method], ['https://idp/token', 'POST'])
    assert.equal(body, 'grant_type=client_credentials&scope=read+write&audience=kafka')
    const basic = Buffer.from(headers!['authorization']!.slice('Basic '.length), 'base64').toString()
    assert.equal(basic, 'my%20app:p%3A%C3%A4')
  })
  test('are used for most of their life, by all who ask at once', async () => {
    const { token, clock, requests } = provider([tokenOf('a', 100), tokenOf('b', 100)])
    assert.deepEqual(await Promise.all([token(), token()]), ['a', 'a'])
    await clock.advance(79_999)
    assert.equal(await token(), 'a')
    await clock.advance(1)
    assert.equal(await token(), 'b')
    assert.equal(requests.length, 2)
  })
  test('come with the extensions that the broker wants', async () => {
    const { token } = provider([tokenOf('a')], { extensions: { logicalCluster: 'lkc-1' } })
    assert.deepEqual(await token(), { value: 'a', extensions: { logicalCluster: 'lkc-1' } })
  })
  // oxfmt-ignore
  const refused: [what: string, answer: string | { status: number; text: string }, message: RegExp][] = [
    ['a provider that refuses',       { status: 401, text: '{"error":"invalid_client"}' }, /answers 401: .*invalid_client/],
    ['an answer without a token',     '{}',                                                /without an access_token/],
    ['an answer that is no JSON',     '<html>',                                            /without an access_token/],
  ]
  for (const [what, answer, message] of refused)
    test(`${what} is told, and asked again the next time`, async () => {
      const { token } = provider([answer, tokenOf('a')])
      await assert.rejects(async () => token(), { code: 'SASL_AUTHENTICATION_FAILED', message })
      assert.equal(await token(), 'a')
    })
})
