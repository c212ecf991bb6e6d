import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, suite, test } from 'node:test'

import { createLogger, systemClock } from '../base/index.ts'
import { createClient, type ClientOptions, type ClientTlsOptions, type SaslOptions } from '../client/index.ts'
import { createAuthority } from '../testing/index.ts'
import { startPlatform, type Platform } from './index.ts'

const authority = createAuthority()
const directory = mkdtempSync(join(tmpdir(), 'security-'))
const file = (name: string) => join(directory, name)
const write = (name: string, { privateKey, certificateChain }: ReturnType<typeof authority.issue>) =>
  writeFileSync(file(name), privateKey + certificateChain)
const issue = (commonName: string) => authority.issue({ commonName, hosts: ['localhost', '127.0.0.1'] })
write('broker.pem', issue('broker'))
writeFileSync(file('ca.pem'), authority.certificate)

const plain = `org.apache.kafka.common.security.plain.PlainLoginModule required username="broker" password="planted-1" user_broker="planted-1" user_alice="planted-2";`
const lines: string[] = []
const logger = createLogger({ level: 'debug', now: () => systemClock.now(), write: line => void lines.push(line) })
const start = (properties: Record<string, string>, brokers = 1): Promise<Platform> =>
  startPlatform({
    dataPath: undefined,
    brokers,
    logger,
    properties: new Map(
      Object.entries({
        listeners: 'PLAINTEXT://127.0.0.1:0,SSL://127.0.0.1:0,SASL_PLAINTEXT://127.0.0.1:0,SASL_SSL://127.0.0.1:0',
        'ssl.keystore.location': file('broker.pem'),
        'ssl.truststore.location': file('ca.pem'),
        'listener.name.ssl.ssl.client.auth': 'required',
        'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512',
        'listener.name.sasl_plaintext.plain.sasl.jaas.config': plain,
        'listener.name.sasl_ssl.plain.sasl.jaas.config': plain,
        ...properties,
      }),
    ),
  })
const tls: ClientTlsOptions = { ca: authority.certificate }
const alice: SaslOptions = { mechanism: 'PLAIN', username: 'alice', password: 'planted-2' }
const wrong: SaslOptions = { mechanism: 'PLAIN', username: 'alice', password: 'planted-3' }

/** Produces and reads back, and gives what was read, or the code of the error. */
async function roundTrip(bootstrap: string, options: Partial<ClientOptions>): Promise<string> {
  await using client = createClient({ bootstrap, retryTimeoutMs: 3_000, ...options })
  try {
    await using producer = client.producer()
    await producer.send({ topic: 'orders', value: 'hello' })
    await using consumer = client.consumer()
    consumer.assign([{ topic: 'orders', partition: 0, offset: 'earliest' }])
    for await (const { value } of consumer) return String(value)
    return 'nothing'
  } catch (error) {
    return (error as { code: string }).code
  }
}

suite('a broker with all security protocols', () => {
  let platform: Platform
  const at = (index: number) => platform.endpoints.filter(({ name }) => name === 'Kafka')[index]!.address
  before(async () => (platform = await start({})))
  after(async () => {
    await platform.stop()
    rmSync(directory, { recursive: true })
  })
  const { certificateChain: cert, privateKey: key } = issue('alice')
  // oxfmt-ignore
  const cases: [what: string, listener: number, options: Partial<ClientOptions>, expected: string][] = [
    ['PLAINTEXT',                             0, {},                             'hello'],
    ['SSL with a certificate',                1, { tls: { ...tls, cert, key } }, 'hello'],
    ['SSL without',                           1, { tls },                        'TLS_FAILED'],
    ['SSL, and the client knows nobody',      1, { tls: true },                  'TLS_FAILED'],
    ['SASL_PLAINTEXT',                        2, { sasl: alice },                'hello'],
    ['SASL_PLAINTEXT with a wrong password',  2, { sasl: wrong },                'SASL_AUTHENTICATION_FAILED'],
    ['SASL_SSL',                              3, { tls, sasl: alice },           'hello'],
    ['SASL_SSL with a wrong password',        3, { tls, sasl: wrong },           'SASL_AUTHENTICATION_FAILED'],
  ]
  for (const [what, listener, options, expected] of cases)
    test(`${what}: ${expected}`, async () => assert.equal(await roundTrip(at(listener), options), expected))

  test('a certificate is renewed by AlterConfigs of the listener, and an unusable one changes nothing', async () => {
    const next = createAuthority('next')
    const hosts = ['localhost', '127.0.0.1']
    write('next.pem', next.issue({ commonName: 'broker', hosts }))
    write('other.pem', next.issue({ commonName: 'other', hosts }))
    write('fewer.pem', next.issue({ commonName: 'broker', hosts: ['127.0.0.1'] }))
    await using client = createClient({ bootstrap: at(0) })
    const set = (value: string) =>
      client.admin.configs.alter({ type: 'broker', name: '1' }, [
        { name: 'listener.name.sasl_ssl.ssl.keystore.location', operation: 'set', value },
      ])
    await set(file('next.pem'))
    assert.equal(await roundTrip(at(3), { tls: { ca: next.certificate }, sasl: alice }), 'hello')
    for (const [unusable, message] of [
      ['ca.pem', /has no certificate/],
      ['nowhere.pem', /cannot be read/],
      ['other.pem', /DistinguishedName does not match/],
      ['fewer.pem', /SubjectAltNames do not match.*localhost/],
    ] as const)
      await assert.rejects(set(file(unusable)), { code: 'INVALID_REQUEST', message })
    assert.equal(await roundTrip(at(3), { tls: { ca: next.certificate }, sasl: alice }), 'hello')
    await set(file('broker.pem'))
    assert.equal(await roundTrip(at(3), { tls, sasl: alice }), 'hello')
  })
  test('no secret is in the log, and none is described', async () => {
    await using client = createClient({ bootstrap: at(0) })
    const described = JSON.stringify(await client.admin.configs.describe({ type: 'broker', name: '1' }))
    assert.match(described, /listener\.name\.sasl_ssl\.plain\.sasl\.jaas\.config/)
    assert(lines.some(line => /an authentication failed.*127\.0\.0\.1:\d+/.test(line)))
    for (const secret of ['planted', 'PRIVATE KEY'])
      for (const text of [described, ...lines]) assert(!text.includes(secret), text)
  })
})

for (const [name, index] of [
  ['SASL_SSL', 3],
  ['SSL', 1],
] as const)
  test(`brokers replicate to each other over ${name}`, async () => {
    const store = mkdtempSync(join(tmpdir(), 'security-'))
    writeFileSync(join(store, 'ca.pem'), authority.certificate)
    const { privateKey, certificateChain } = issue('broker')
    writeFileSync(join(store, 'broker.pem'), privateKey + certificateChain)
    const platform = await start(
      {
        'inter.broker.listener.name': name,
        'sasl.mechanism.inter.broker.protocol': 'PLAIN',
        'ssl.keystore.location': join(store, 'broker.pem'),
        'ssl.truststore.location': join(store, 'ca.pem'),
        'default.replication.factor': '3',
        'min.insync.replicas': '3',
      },
      3,
    )
    try {
      const addresses = platform.endpoints.filter(endpoint => endpoint.name === 'Kafka')
      const options = index === 3 ? { tls, sasl: alice } : { tls: { ...tls, cert: certificateChain, key: privateKey } }
      assert.equal(await roundTrip(addresses[index]!.address, options), 'hello')
    } finally {
      await platform.stop()
      rmSync(store, { recursive: true })
    }
  })
