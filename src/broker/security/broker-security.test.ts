import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  type LogFields,
  ManualClock,
  memoryFiles,
  MBeans,
  SeededRandom,
  tcpSockets,
  type Logger,
  type TlsServerSettings,
} from '../../base/index.ts'
import { memoryMetadataLog, Metadata, BrokerConfig } from '../../metadata/index.ts'
import { createAuthority } from '../../testing/index.ts'
import { openListener } from '../listeners.ts'
import { BrokerSecurity } from './broker-security.ts'

const authority = createAuthority()
const { certificateChain, privateKey } = authority.issue({ commonName: 'broker', hosts: ['localhost', '127.0.0.1'] })
const listener = { name: 'INSIDE', host: '127.0.0.1', port: 0 } as const
const secret = 'planted-secret'

class Lines implements Logger {
  readonly lines: string[] = []
  readonly #add = (event: string, fields: LogFields = {}) => void this.lines.push(JSON.stringify({ event, ...fields }))
  debug = this.#add
  info = this.#add
  warn = this.#add
  error = this.#add
}
async function securityOf(
  properties: Readonly<Record<string, string>>,
  {
    protocol = 'SSL',
    files = memoryFiles(),
    clock = new ManualClock(),
    logger = new Lines(),
  }: {
    protocol?: 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'
    files?: ReturnType<typeof memoryFiles>
    clock?: ManualClock
    logger?: Lines
  } = {},
): Promise<BrokerSecurity> {
  const config = BrokerConfig.of(properties),
    random = new SeededRandom(1)
  const metadata = await Metadata.open({ log: memoryMetadataLog(), random, config })
  return new BrokerSecurity({
    listeners: [{ ...listener, securityProtocol: protocol }],
    config,
    metadata,
    clock,
    random,
    files,
    logger,
    metrics: new MBeans(clock),
    fetch: () => Promise.reject(new Error('nobody is asked')),
  })
}
const pem = {
  'ssl.keystore.type': 'PEM',
  'ssl.keystore.key': privateKey,
  'ssl.keystore.certificate.chain': certificateChain,
}

suite('the TLS configs of a listener', () => {
  const tlsOf = async (properties: Record<string, string>, files = memoryFiles()) =>
    (await securityOf(properties, { files })).of('INSIDE').tls!
  test('key and certificate stand in the config, in lines or in one', async () => {
    assert.equal((await tlsOf(pem)).certificateChain, certificateChain)
    const oneLine = Object.fromEntries(Object.entries(pem).map(([name, text]) => [name, text.replaceAll('\n', ' ')]))
    assert.equal((await tlsOf(oneLine)).privateKey, privateKey)
  })
  test('key and certificate lie in a file of PEM, as do the authorities', async () => {
    const files = memoryFiles()
    files.replaceFile('/broker.pem', privateKey + certificateChain)
    files.replaceFile('/ca.pem', authority.certificate)
    const tls = await tlsOf({ 'ssl.keystore.location': '/broker.pem', 'ssl.truststore.location': '/ca.pem' }, files)
    assert.deepEqual([tls.certificateChain, tls.trusted], [certificateChain, [authority.certificate]])
  })
  test('what is set for the listener is stronger than what holds for all', async () => {
    const tls = await tlsOf({
      ...pem,
      'ssl.client.auth': 'required',
      'listener.name.inside.ssl.client.auth': 'requested',
      'listener.name.inside.ssl.enabled.protocols': 'TLSv1.3',
    })
    assert.deepEqual([tls.clientAuth, tls.versions], ['requested', ['TLSv1.3']])
  })
  test('below SASL certificates are asked for only where the listener says so', async () => {
    const sasl = { 'sasl.enabled.mechanisms': 'SCRAM-SHA-256', 'ssl.client.auth': 'required', ...pem }
    const clientAuth = async (more: Record<string, string>) =>
      (await securityOf({ ...sasl, ...more }, { protocol: 'SASL_SSL' })).of('INSIDE').tls!.clientAuth
    assert.equal(await clientAuth({}), 'none')
    assert.equal(await clientAuth({ 'listener.name.inside.ssl.client.auth': 'required' }), 'required')
  })
  test("Java's names of cipher suites are understood", async () => {
    const { cipherSuites } = await tlsOf({
      ...pem,
      'ssl.cipher.suites':
        'TLS_AES_256_GCM_SHA384,TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,TLS_RSA_WITH_AES_128_CBC_SHA',
    })
    assert.deepEqual(cipherSuites, [
      'TLS_AES_256_GCM_SHA384',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-RSA-CHACHA20-POLY1305',
      'AES128-SHA',
    ])
  })
  test('a certificate is renewed when its file changes, while the listener stands', async () => {
    const files = memoryFiles(),
      clock = new ManualClock(),
      logger = new Lines()
    files.replaceFile('/broker.pem', privateKey + certificateChain)
    const security = await securityOf({ 'ssl.keystore.location': '/broker.pem' }, { files, clock, logger })
    const renewed: TlsServerSettings[] = []
    const open = await openListener(
      { ...listener, securityProtocol: 'SSL' },
      { sockets: tcpSockets(), logger, accept: socket => socket.destroy(), ...security.of('INSIDE') },
    )
    security.watch([{ ...open, renewTls: settings => void renewed.push(settings) }])
    await clock.advance(20_000)
    assert.equal(renewed.length, 0)
    const next = authority.issue({ commonName: 'broker' })
    files.replaceFile('/broker.pem', next.privateKey + next.certificateChain)
    await clock.advance(10_000)
    assert.deepEqual(
      renewed.map(settings => settings.certificateChain),
      [next.certificateChain],
    )
    files.replaceFile('/broker.pem', 'half of a file, as it is being written')
    await clock.advance(10_000)
    assert.equal(renewed.length, 1)
    assert.match(logger.lines.at(-1)!, /goes on with the security that it had/)
    security.close()
    await open.close()
  })
})

suite('configs of security that are wrong', () => {
  const scram = { 'sasl.enabled.mechanisms': 'SCRAM-SHA-256' }
  const jaas = (text: string) => ({
    'sasl.enabled.mechanisms': 'PLAIN',
    'listener.name.inside.plain.sasl.jaas.config': text,
  })
  const other = authority.issue({ commonName: 'other' })
  // oxfmt-ignore
  const cases: [what: string, protocol: 'SSL' | 'SASL_PLAINTEXT', properties: Record<string, string>, message: RegExp][] = [
    ['no certificate',             'SSL',            {},                                                        /INSIDE.*ssl\.keystore\.location/],
    ['a certificate without key',  'SSL',            { 'ssl.keystore.certificate.chain': certificateChain },    /INSIDE.*has no certificate/],
    ['a key of another',           'SSL',            { ...pem, 'ssl.keystore.key': other.privateKey },          /key values mismatch/],
    ['a file that is not there',   'SSL',            { 'ssl.keystore.location': '/nowhere' },                   /ssl\.keystore\.location cannot be read/],
    ['an old protocol',            'SSL',            { ...pem, 'ssl.enabled.protocols': 'TLSv1.1' },            /TLSv1\.1/],
    ['rules that are none',        'SSL',            { ...pem, 'ssl.principal.mapping.rules': 'RULE:x' },       /no rule/],
    ['no mechanism',               'SASL_PLAINTEXT', { 'sasl.enabled.mechanisms': '' },                         /names no mechanism/],
    ['Kerberos',                   'SASL_PLAINTEXT', {},                                                        /GSSAPI, which is not served/],
    ['PLAIN without users',        'SASL_PLAINTEXT', { 'sasl.enabled.mechanisms': 'PLAIN' },                    /listener\.name\.inside\.plain\.sasl\.jaas\.config is not set/],
    ['a module of another',        'SASL_PLAINTEXT', jaas(`a.ScramLoginModule required password="${secret}";`), /names ScramLoginModule; expected PlainLoginModule/],
    ['JAAS that is none',          'SASL_PLAINTEXT', jaas(`a.PlainLoginModule required user_a="${secret}"`),    /no semicolon/],
    ['a class of Java',            'SASL_PLAINTEXT', { ...scram, 'listener.name.inside.scram-sha-256.sasl.server.callback.handler.class': 'com.acme.Handler' }, /class of Java/],
    ['tokens and no keys',         'SASL_PLAINTEXT', { 'sasl.enabled.mechanisms': 'OAUTHBEARER' },              /oauthbearer\.sasl\.jaas\.config is not set/],
    ['keys at no URL',             'SASL_PLAINTEXT', { 'sasl.enabled.mechanisms': 'OAUTHBEARER', 'sasl.oauthbearer.jwks.endpoint.url': 'ftp://x' }, /ftp:\/\/x/],
  ]
  for (const [what, protocol, properties, message] of cases)
    test(`${what} is told, and no secret with it`, async () => {
      await assert.rejects(
        securityOf(properties, { protocol }),
        (error: Error & { code?: string }) =>
          error.code === 'CONFIG' && message.test(error.message) && !error.message.includes(secret),
      )
    })
})
