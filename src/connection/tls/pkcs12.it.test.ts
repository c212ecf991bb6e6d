import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'

import { createAuthority } from '../../testing/index.ts'
import { readPkcs12 } from './pkcs12.ts'

const has = (program: string, argument: string) => {
  try {
    execFileSync(program, [argument], { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
const skipsOpenssl = has('openssl', 'version') ? false : 'openssl is not installed'
const skipsKeytool = has('keytool', '-help') ? false : 'keytool is not installed'

suite('stores of PKCS#12', () => {
  const authority = createAuthority()
  const alice = authority.issue({ commonName: 'alice' })
  let directory = ''
  const at = (name: string) => join(directory, name)
  before(() => {
    directory = mkdtempSync(join(tmpdir(), 'pkcs12-'))
    writeFileSync(at('alice.pem'), alice.privateKey + alice.certificateChain)
    writeFileSync(at('ca.pem'), authority.certificate)
  })
  after(() => rmSync(directory, { recursive: true }))

  const openssl = (...options: string[]) => {
    const file = at('store.p12')
    const all = ['pkcs12', '-export', '-in', at('alice.pem'), '-out', file, '-passout', 'pass:geheim', ...options]
    execFileSync('openssl', all, { stdio: 'ignore' })
    return readFileSync(file)
  }
  const keytool = (type: string) => {
    const file = at(`trust.${type}`)
    const all = ['-importcert', '-noprompt', '-alias', 'ca', '-file', at('ca.pem'), '-keystore', file]
    execFileSync('keytool', [...all, '-storetype', type, '-storepass', 'geheim'], { stdio: 'ignore' })
    return readFileSync(file)
  }
  const read = (bytes: Buffer, password = 'geheim') => readPkcs12(bytes, { password, what: "'store'" })

  // oxfmt-ignore
  const encryptions: [what: string, options: string[]][] = [
    ["openssl's own choice",   []],
    ['AES-128, SHA-512',       ['-keypbe', 'AES-128-CBC', '-certpbe', 'AES-128-CBC', '-macalg', 'sha512']],
    ['triple DES, SHA-1',      ['-keypbe', 'PBE-SHA1-3DES', '-certpbe', 'PBE-SHA1-3DES', '-macalg', 'sha1']],
    ['no encryption',          ['-keypbe', 'NONE', '-certpbe', 'NONE']],
    ['no MAC',                 ['-nomac']],
  ]
  for (const [what, options] of encryptions)
    test(`key and chain are read as they were written: ${what}`, { skip: skipsOpenssl }, () => {
      const { privateKey, certificateChain, trusted } = read(openssl(...options))
      assert.equal(privateKey, alice.privateKey)
      assert.equal(certificateChain.join(''), alice.certificateChain)
      assert.deepEqual(trusted, [])
    })
  test('a wrong password is told', { skip: skipsOpenssl }, () => {
    for (const options of [[], ['-nomac']])
      assert.throws(() => read(openssl(...options), 'falsch'), {
        code: 'CONFIG',
        message: /password is wrong|no PKCS#12/,
      })
  })
  test('bytes that were changed are told', { skip: skipsOpenssl }, () => {
    const bytes = openssl()
    bytes[bytes.length >> 1]! ^= 1
    assert.throws(() => read(bytes), { code: 'CONFIG' })
  })
  test('a store of keytool with authorities alone', { skip: skipsKeytool }, () =>
    assert.deepEqual(read(keytool('PKCS12')), {
      privateKey: undefined,
      certificateChain: [],
      trusted: [authority.certificate],
    }),
  )
  test('a store of the kind that only Java reads is refused, and what to do is told', { skip: skipsKeytool }, () =>
    assert.throws(() => read(keytool('JKS')), { code: 'CONFIG', message: /JKS.*keytool -importkeystore/ }),
  )
  test('what is no store at all is told', () =>
    assert.throws(() => read(Buffer.from(authority.certificate)), { code: 'CONFIG', message: /no PKCS#12 store/ }))
})
