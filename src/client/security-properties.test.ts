// Security as the properties of Java's clients tell it.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { securityFromProperties } from './security-properties.ts'

const read = (text: Record<string, string>) => securityFromProperties(new Map(Object.entries(text)))
const jaas = 'org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="secret";'
const alice = { username: 'alice', password: 'secret' }

// oxfmt-ignore
const cases: [what: string, properties: Record<string, string>, options: object][] = [
  ['nothing',            {},                                                                                    {}],
  ['PLAINTEXT',          { 'security.protocol': 'PLAINTEXT', 'sasl.mechanism': 'PLAIN' },                       {}],
  ['SSL',                { 'security.protocol': 'SSL' },                                                        { tls: {} }],
  ['a PKCS#12 store',    { 'security.protocol': 'ssl', 'ssl.truststore.location': 'a.p12', 'ssl.truststore.password': 'p' },
                                                                                                                { tls: { truststore: { store: 'a.p12', password: 'p' } } }],
  ['a PEM file',         { 'security.protocol': 'SSL', 'ssl.truststore.type': 'PEM', 'ssl.truststore.location': 'ca.pem' },
                                                                                                                { tls: { ca: 'ca.pem' } }],
  ['PEM in properties',  { 'security.protocol': 'SSL', 'ssl.keystore.type': 'PEM', 'ssl.keystore.certificate.chain': 'C', 'ssl.keystore.key': 'K', 'ssl.key.password': 'p' },
                                                                                                                { tls: { cert: 'C', key: 'K', passphrase: 'p' } }],
  ['no check of hosts',  { 'security.protocol': 'SSL', 'ssl.endpoint.identification.algorithm': '' },           { tls: { checkHost: false } }],
  ['versions',           { 'security.protocol': 'SSL', 'ssl.enabled.protocols': 'TLSv1.3, TLSv1.1' },           { tls: { versions: ['TLSv1.3'] } }],
  ['PLAIN',              { 'security.protocol': 'SASL_PLAINTEXT', 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': jaas }, { sasl: { mechanism: 'PLAIN', ...alice } }],
  ['SCRAM over TLS',     { 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'SCRAM-SHA-512', 'sasl.jaas.config': jaas }, { tls: {}, sasl: { mechanism: 'SCRAM-SHA-512', ...alice } }],
]
for (const [what, properties, options] of cases)
  test(`security from properties: ${what}`, () => assert.deepEqual(read(properties), options))

// oxfmt-ignore
const refused: [properties: Record<string, string>, message: RegExp][] = [
  [{ 'security.protocol': 'TLS' },                                                        /security\.protocol is PLAINTEXT, SSL/],
  [{ 'security.protocol': 'SSL', 'ssl.keystore.location': 'a.jks' },                      /ssl\.keystore\.location is a store of the type JKS.*PKCS12/],
  [{ 'security.protocol': 'SASL_SSL' },                                                   /sasl\.mechanism is PLAIN, .* not GSSAPI/],
  [{ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN' },                        /sasl\.jaas\.config is missing/],
  [{ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'PLAIN', 'sasl.jaas.config': 'M required username="a";' }, /needs username and password/],
  [{ 'security.protocol': 'SASL_SSL', 'sasl.mechanism': 'OAUTHBEARER' },                  /token\.endpoint\.url is missing/],
]
for (const [properties, message] of refused)
  test(`security from properties refuses ${JSON.stringify(properties)}`, () =>
    assert.throws(() => read(properties), { name: 'UserError', message }))

test('security from properties never repeats a password', () => {
  const properties = {
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'PLAIN',
    'sasl.jaas.config': 'M required password="hunter2"',
  }
  assert.throws(
    () => read(properties),
    (error: Error) => !error.message.includes('hunter2'),
  )
})

test('security from properties: OAUTHBEARER by client credentials', () => {
  const { sasl } = read({
    'security.protocol': 'SASL_SSL',
    'sasl.mechanism': 'OAUTHBEARER',
    'sasl.oauthbearer.token.endpoint.url': 'https://identity.example/token',
    'sasl.jaas.config': 'OAuthBearerLoginModule required clientId="app" clientSecret="secret";',
  })
  assert.equal(sasl && 'token' in sasl && typeof sasl.token, 'function')
})
