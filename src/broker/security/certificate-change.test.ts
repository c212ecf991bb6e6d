import assert from 'node:assert/strict'
import { test } from 'node:test'

import { createAuthority } from '../../testing/index.ts'
import { certificateChangeFault } from './certificate-change.ts'

const authority = createAuthority()
const chainOf = (commonName: string, hosts: readonly string[]) =>
  authority.issue({ commonName, hosts, subject: [['O', 'Acme']] }).certificateChain
const nothing = { distinguishedName: false, alternativeNames: false }
const before = chainOf('broker', ['localhost', '127.0.0.1'])

// oxfmt-ignore
const cases: readonly (readonly [what: string, after: string, allowed: typeof nothing, expected: RegExp | undefined])[] = [
  ['the same names',                chainOf('broker', ['127.0.0.1', 'localhost']),          nothing,                                undefined],
  ['more names',                    chainOf('broker', ['localhost', '127.0.0.1', 'other']), nothing,                                undefined],
  ['fewer names',                   chainOf('broker', ['127.0.0.1']),                       nothing,                                /SubjectAltNames do not match.*DNS:localhost/],
  ['fewer names, allowed',          chainOf('broker', ['127.0.0.1']),                       { ...nothing, alternativeNames: true },  undefined],
  ['another subject',               chainOf('other', ['localhost', '127.0.0.1']),           nothing,                                /existing=CN=broker,O=Acme, new=CN=other,O=Acme/],
  ['another subject, allowed',      chainOf('other', ['localhost', '127.0.0.1']),           { ...nothing, distinguishedName: true }, undefined],
  ['another subject, fewer names',  chainOf('other', []),                                   { ...nothing, distinguishedName: true }, /SubjectAltNames do not match/],
]
for (const [what, after, allowed, expected] of cases)
  test(`a certificate of ${what} is ${expected === undefined ? 'taken' : 'refused'} in the place of another`, () => {
    const fault = certificateChangeFault(before, after, allowed)
    if (expected === undefined) assert.equal(fault, undefined)
    else assert.match(fault ?? '', expected)
  })
