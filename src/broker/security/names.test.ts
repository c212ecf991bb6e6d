import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { createAuthority, type CertificateOptions } from '../../testing/index.ts'
import { subjectOf } from './distinguished-name.ts'
import { principalMapping } from './principal-mapping.ts'

const authority = createAuthority()
const derOf = (options: CertificateOptions) => {
  const [, base64] = /-----BEGIN CERTIFICATE-----([^-]+)-/.exec(authority.issue(options).certificateChain)!
  return Buffer.from(base64!, 'base64')
}

suite('the subject of a certificate', () => {
  // oxfmt-ignore
  const cases: [options: CertificateOptions, text: string][] = [
    [{ commonName: 'alice' },                                                             'CN=alice'],
    [{ commonName: 'alice', subject: [['C', 'DE'], ['O', 'Acme'], ['OU', 'Clients']] },   'CN=alice,OU=Clients,O=Acme,C=DE'],
    [{ commonName: 'Müller', subject: [['UID', '42'], ['ST', 'Hessen'], ['L', 'Gießen']] }, 'CN=Müller,L=Gießen,ST=Hessen,UID=42'],
    [{ commonName: 'a, b+c="d"' },                                                        String.raw`CN=a\, b\+c=\"d\"`],
    [{ commonName: ' #x ' },                                                              String.raw`CN=\ #x\ `],
    [{ commonName: 'alice', subject: [['emailAddress', 'a@b.c']] },                       'CN=alice,1.2.840.113549.1.9.1=#1605614062' + '2e63'],
  ]
  for (const [options, text] of cases)
    test(`is ${text}, as Java writes it`, () => assert.equal(subjectOf(derOf(options)), text))
})

suite('ssl.principal.mapping.rules', () => {
  // oxfmt-ignore
  const cases: [rules: string, subject: string, name: string | undefined][] = [
    ['DEFAULT',                                                        'CN=alice,O=Acme',       'CN=alice,O=Acme'],
    ['',                                                               'CN=alice',              'CN=alice'],
    ['RULE:^CN=(.*?),OU=ServiceUsers.*$/$1/',                          'CN=kafka,OU=ServiceUsers,O=Acme', 'kafka'],
    ['RULE:^CN=(.*?),OU=(.*?),O=(.*?)$/$1@$2/L,DEFAULT',               'CN=Bob,OU=Dev,O=Acme',  'bob@dev'],
    ['RULE:^CN=(.*?),OU=(.*?),O=(.*?)$/$1@$2/L,DEFAULT',               'CN=Bob',                'CN=Bob'],
    ['RULE:^CN=(\\w+).*/$1/U',                                         'CN=bob,O=x',            'BOB'],
    ['RULE:CN=(\\w+)/$1/',                                             'CN=bob,O=x',            undefined],
    ['RULE:^CN=x$/y/ , RULE:^CN=(.*)$/z-$1/',                          'CN=a',                  'z-a'],
  ]
  for (const [rules, subject, name] of cases)
    test(`'${rules}' makes ${name ?? 'nothing'} of ${subject}`, () =>
      assert.equal(principalMapping(rules)(subject), name))
  for (const rules of ['RULE:x', 'RULE:(/y/', 'RULE:x/y/Q', 'default'])
    test(`'${rules}' is refused`, () => assert.throws(() => principalMapping(rules), { code: 'CONFIG' }))
})
