import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { SeededRandom } from '../base/index.ts'
import { createAuthority } from '../testing/index.ts'
import { saslMechanismOf, tlsSettingsOf, type SaslOptions } from './security.ts'

const authority = createAuthority()
const { certificateChain: cert, privateKey: key } = authority.issue({ commonName: 'alice' })

suite('tls of a client', () => {
  test('is not there unless it is asked for', () => {
    assert.equal(tlsSettingsOf(undefined), undefined)
    assert.equal(tlsSettingsOf(false), undefined)
    assert.equal(tlsSettingsOf(true)!.trusted, undefined)
  })
  test('takes PEM as text and as bytes, one or several', () => {
    const settings = tlsSettingsOf({ ca: [authority.certificate, Buffer.from(authority.certificate)], cert, key })!
    assert.deepEqual(settings.trusted, [authority.certificate, authority.certificate])
    assert.deepEqual([settings.certificateChain, settings.privateKey], [cert, key])
    assert.deepEqual(tlsSettingsOf({ ca: authority.certificate })!.trusted, [authority.certificate])
  })
  test('names a file that cannot be read', () =>
    assert.throws(() => tlsSettingsOf({ ca: '/nowhere/ca.pem' }), {
      code: 'INVALID_ARGUMENT',
      message: /tls\.ca.*nowhere/,
    }))
  test('names a store that is none', () =>
    assert.throws(() => tlsSettingsOf({ keystore: { store: Buffer.from('x'), password: '' } }), {
      code: 'CONFIG',
      message: /tls\.keystore is no PKCS#12/,
    }))
})

suite('sasl of a client', () => {
  const random = new SeededRandom(1)
  // oxfmt-ignore
  const known: [options: SaslOptions, mechanism: string][] = [
    [{ mechanism: 'PLAIN', username: 'a', password: 'b' },           'PLAIN'],
    [{ mechanism: 'SCRAM-SHA-256', username: 'a', password: 'b' },   'SCRAM-SHA-256'],
    [{ mechanism: 'SCRAM-SHA-512', username: 'a', password: 'b' },   'SCRAM-SHA-512'],
    [{ mechanism: 'OAUTHBEARER', token: () => 'x' },                 'OAUTHBEARER'],
    [{ mechanism: 'scram-sha-512' as never, username: 'a', password: 'b' }, 'SCRAM-SHA-512'],
    [{ mechanism: 'AWS_MSK_IAM', begin: () => ({ start: () => Buffer.alloc(0), next: () => undefined }) }, 'AWS_MSK_IAM'],
  ]
  for (const [options, mechanism] of known)
    test(`${options.mechanism} is ${mechanism}`, () =>
      assert.equal(saslMechanismOf(options, random)!.mechanism, mechanism))
  test('a mechanism that is not known is refused, and no secret told', () =>
    assert.throws(
      () => saslMechanismOf({ mechanism: 'GSSAPI' as never, username: 'a', password: 'planted' }, random),
      (error: Error & { code?: string }) => error.code === 'INVALID_ARGUMENT' && !error.message.includes('planted'),
    ))
})
