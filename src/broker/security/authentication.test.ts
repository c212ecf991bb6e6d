import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { SeededRandom } from '../../base/index.ts'
import {
  oauthBearerClient,
  plainClient,
  saltPassword,
  scramClient,
  scramKeys,
  type ClientConnection,
  type SaslClientMechanism,
} from '../../connection/index.ts'
import {
  alterUserScramCredentials,
  apiVersions,
  describeUserScramCredentials,
  errorName,
  metadata,
  saslAuthenticate,
  saslHandshake,
} from '../../protocol/index.ts'
import { TestCluster } from '../testing.ts'

const plainModule = 'org.apache.kafka.common.security.plain.PlainLoginModule required'
const bearerModule = 'org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required'
const properties = {
  'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-256,OAUTHBEARER',
  'listener.name.inside.plain.sasl.jaas.config': `${plainModule} user_alice="secret" user_bob="hidden";`,
  'listener.name.inside.oauthbearer.sasl.jaas.config': `${bearerModule} unsecuredValidatorRequiredScope="read";`,
}
const listeners = [
  { name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT' },
  { name: 'INSIDE', securityProtocol: 'SASL_PLAINTEXT' },
] as const
const random = new SeededRandom(1)
const alice = plainClient({ username: 'alice', password: 'secret' })
const wrong = plainClient({ username: 'alice', password: 'wrong' })
const inside = { listener: 'INSIDE' }

/** Of the last request but for those that authenticate. */
let principal = ''
const withCluster = async (
  run: (cluster: TestCluster) => Promise<void>,
  more: Readonly<Record<string, string>> = {},
) => {
  await using cluster = await TestCluster.start({
    listeners,
    properties: { ...properties, ...more },
    intercept(request, answer) {
      if (request.api === metadata) ({ principal } = request.connection)
      return answer()
    },
  })
  await run(cluster)
}
const noDelay = { 'connection.failed.authentication.delay.ms': '0' }
const principalOf = async (cluster: TestCluster, sasl: SaslClientMechanism): Promise<string> => {
  const connection = await cluster.connect(1, 'test', { ...inside, sasl })
  await connection.request(metadata, { topics: [] })
  return principal
}
const refused = (connecting: Promise<ClientConnection>, code: string, message: RegExp) =>
  assert.rejects(connecting, { code, message })
const token = (claims: object) =>
  [{ alg: 'none' }, claims].map(part => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.') + '.'
const inSeconds = (cluster: TestCluster, seconds: number) => cluster.clock.now() / 1000 + seconds

suite('SASL on a listener', () => {
  test('3.9 SASL: a user of PLAIN has a principal by the password', () =>
    withCluster(async cluster => assert.equal(await principalOf(cluster, alice), 'User:alice')))
  test('3.9 SASL: a user of SCRAM is made by AlterUserScramCredentials, and authenticates by the password', () =>
    withCluster(async cluster => {
      const admin = await cluster.connect()
      const salt = random.bytes(16)
      const saltedPassword = await saltPassword('SCRAM-SHA-256', { password: 'pass', salt, iterations: 4096 })
      const altered = await admin.request(alterUserScramCredentials, {
        deletions: [],
        upsertions: [{ name: 'carol', mechanism: 1, iterations: 4096, salt, saltedPassword }],
      })
      assert.deepEqual(
        altered.results.map(({ errorCode }) => errorName(errorCode)),
        ['NONE'],
      )
      const carol = (password: string) => scramClient('SCRAM-SHA-256', { username: 'carol', password, random })
      assert.equal(await principalOf(cluster, carol('pass')), 'User:carol')
      const described = await admin.request(describeUserScramCredentials, { users: null })
      assert.deepEqual(
        described.results.map(({ user, credentialInfos }) => [user, credentialInfos.map(info => ({ ...info }))]),
        [['carol', [{ mechanism: 1, iterations: 4096 }]]],
      )
      const { storedKey } = scramKeys('SCRAM-SHA-256', saltedPassword)
      assert.equal(
        cluster.metadata.image.scramCredentials.get('carol')!.get('SCRAM-SHA-256')!.storedKey,
        storedKey.toString('base64'),
      )
      await admin.request(alterUserScramCredentials, { deletions: [{ name: 'carol', mechanism: 1 }], upsertions: [] })
      await refused(
        cluster.connect(1, 'test', { ...inside, sasl: carol('pass') }),
        'SASL_AUTHENTICATION_FAILED',
        /due to invalid credentials with SASL mechanism SCRAM-SHA-256/,
      )
    }, noDelay))
  test('3.9 SASL: a token is taken for as long as it holds, with the scope that is asked for', () =>
    withCluster(async cluster => {
      const bearer = (claims: object) =>
        oauthBearerClient(() => token({ sub: 'dave', exp: inSeconds(cluster, 60), ...claims }))
      assert.equal(await principalOf(cluster, bearer({ scope: ['write', 'read'] })), 'User:dave')
      const connect = (claims: object) => cluster.connect(1, 'test', { ...inside, sasl: bearer(claims) })
      await refused(connect({}), 'SASL_AUTHENTICATION_FAILED', /insufficient_scope.*read/)
      await refused(
        connect({ scope: 'read', exp: inSeconds(cluster, -1) }),
        'SASL_AUTHENTICATION_FAILED',
        /invalid_token/,
      )
    }, noDelay))

  test('3.9 SASL: a mechanism that is not enabled is UNSUPPORTED_SASL_MECHANISM, with those that are', () =>
    withCluster(async cluster => {
      const sasl = scramClient('SCRAM-SHA-512', { username: 'alice', password: 'secret', random })
      await refused(
        cluster.connect(1, 'test', { ...inside, sasl }),
        'UNSUPPORTED_SASL_MECHANISM',
        /PLAIN, SCRAM-SHA-256, OAUTHBEARER/,
      )
    }, noDelay))
  test('3.9 SASL: wrong credentials are answered late, and the connection ends with the answer', () =>
    withCluster(async cluster => {
      const outcomes: unknown[] = []
      const connecting = cluster.connect(1, 'test', { ...inside, sasl: wrong })
      const ended = connecting.catch((error: { code: unknown }) => void outcomes.push(error.code))
      await cluster.clock.advance(99)
      assert.deepEqual(outcomes, [])
      await cluster.clock.advance(2)
      await ended
      assert.deepEqual(outcomes, ['SASL_AUTHENTICATION_FAILED'])
    }))
  // oxfmt-ignore
  const refusals: [what: string, sasl: SaslClientMechanism][] = [
    ['a wrong password',        wrong],
    ['a user who is not known', plainClient({ username: 'mallory', password: 'secret' })],
  ]
  for (const [what, sasl] of refusals)
    test(`3.9 SASL: ${what} is refused in Kafka's words`, () =>
      withCluster(
        cluster =>
          refused(
            cluster.connect(1, 'test', { ...inside, sasl }),
            'SASL_AUTHENTICATION_FAILED',
            /Authentication failed: Invalid username or password/,
          ),
        noDelay,
      ))

  test('3.9 SASL: before it, ApiVersions is answered, and any other request ends the connection', () =>
    withCluster(async cluster => {
      const connection = await cluster.connect(1, 'test', inside)
      const { apiKeys } = await connection.request(apiVersions, { clientSoftwareName: 'x', clientSoftwareVersion: '1' })
      assert(apiKeys.some(({ apiKey }) => apiKey === metadata.key))
      await assert.rejects(connection.request(metadata, { topics: [] }), { code: 'CONNECTION_CLOSED' })
    }))
  test('3.9 SASL: a SaslAuthenticate without a handshake ends the connection', () =>
    withCluster(async cluster => {
      const connection = await cluster.connect(1, 'test', inside)
      const authBytes = Buffer.from('\0alice\0secret')
      await assert.rejects(connection.request(saslAuthenticate, { authBytes }), { code: 'CONNECTION_CLOSED' })
    }))
  test('3.9 SASL: a listener without it answers ILLEGAL_SASL_STATE, and goes on', () =>
    withCluster(async cluster => {
      const connection = await cluster.connect()
      const handshake = await connection.request(saslHandshake, { mechanism: 'PLAIN' })
      const authentication = await connection.request(saslAuthenticate, { authBytes: Buffer.alloc(0) })
      for (const { errorCode } of [handshake, authentication]) assert.equal(errorName(errorCode), 'ILLEGAL_SASL_STATE')
      await connection.request(metadata, { topics: [] })
    }))
  test('3.9 SASL: a frame beyond sasl.server.max.receive.size ends the connection, unless the client is known', () =>
    withCluster(
      async cluster => {
        const small = { authBytes: Buffer.alloc(3000) }
        const stranger = await cluster.connect(1, 'test', inside)
        await stranger.request(saslHandshake, { mechanism: 'PLAIN' })
        await assert.rejects(stranger.request(saslAuthenticate, small), { code: 'CONNECTION_CLOSED' })
        const known = await cluster.connect(1, 'test', { ...inside, sasl: alice })
        const { topics } = await known.request(metadata, { topics: [{ name: 'x'.repeat(3000) }] })
        assert.equal(topics.length, 1)
      },
      { 'sasl.server.max.receive.size': '2000' },
    ))
  test('3.9 SASL: who does not authenticate within a minute is sent away', () =>
    withCluster(async cluster => {
      const stranger = await cluster.connect(1, 'test', inside)
      const known = await cluster.connect(1, 'test', { ...inside, sasl: alice })
      await cluster.clock.advance(59_000)
      assert.equal(stranger.isClosed, false)
      await cluster.clock.advance(10_000)
      assert.deepEqual([stranger.isClosed, known.isClosed], [true, false])
    }))
  test('3.9 SASL: after a handshake of version 0 the tokens are bare frames', () =>
    withCluster(async cluster => {
      const frame = (hex: string) => Buffer.from(hex, 'hex')
      const string = (text: string) => Buffer.concat([frame('0005'), Buffer.from(text)])
      const sized = (bytes: Buffer) => {
        const size = Buffer.alloc(4)
        size.writeInt32BE(bytes.length)
        return Buffer.concat([size, bytes])
      }
      for (const [password, isKnown] of [
        ['secret', true],
        ['wrong', false],
      ] as const) {
        const socket = await cluster.openSocket('INSIDE')
        const received: Buffer[] = []
        let isClosed = false
        const buffer = Buffer.alloc(4096)
        socket.receive({
          buffer: () => buffer,
          received: size => void received.push(Buffer.from(buffer.subarray(0, size))),
          closed: () => void (isClosed = true),
        })
        // SaslHandshake v0: key, version, correlation id 7, no client id, 'PLAIN'.
        socket.write([sized(Buffer.concat([frame('0011000000000007ffff'), string('PLAIN')]))])
        await cluster.clock.settled()
        assert.equal(Buffer.concat(received).readInt32BE(4), 7)
        received.length = 0
        socket.write([sized(Buffer.from(`\0alice\0${password}`))])
        await cluster.clock.advance(200)
        assert.equal(isClosed, !isKnown)
        assert.equal(Buffer.concat(received).toString('hex'), isKnown ? '00000000' : '')
        if (!isKnown) continue
        // Metadata v0 of no topics is answered.
        socket.write([sized(frame('0003000000000008ffffffffffff'))])
        await cluster.clock.settled()
        socket.destroy()
      }
    }))
})

suite('sessions that end (KIP-368)', () => {
  const sessions = {
    'connections.max.reauth.ms': '10000',
    'listener.name.inside.oauthbearer.connections.max.reauth.ms': '0',
  }
  test('3.9 SASL: a client renews its session in time, on the same connection, without a request lost', () =>
    withCluster(async cluster => {
      const connection = await cluster.connect(1, 'test', { ...inside, sasl: alice })
      for (let second = 0; second < 30; second++) {
        await cluster.clock.advance(1000)
        const both = [1, 2].map(() => connection.request(metadata, { topics: [] }))
        await Promise.all(both)
      }
      assert.equal(connection.isClosed, false)
    }, sessions))
  /** Authenticates by hand, so that nobody renews. */
  const authenticate = async (connection: ClientConnection, mechanism = 'PLAIN', text = '\0alice\0secret') => {
    const handshake = await connection.request(saslHandshake, { mechanism })
    if (handshake.errorCode !== 0) return { error: errorName(handshake.errorCode), message: null, sessionLifetimeMs: 0 }
    const answer = await connection.request(saslAuthenticate, { authBytes: Buffer.from(text) })
    return {
      error: errorName(answer.errorCode),
      message: answer.errorMessage,
      sessionLifetimeMs: answer.sessionLifetimeMs,
    }
  }
  test('3.9 SASL: the client is told how long its session lasts, and after that served no more', () =>
    withCluster(async cluster => {
      const connection = await cluster.connect(1, 'test', inside)
      assert.deepEqual(await authenticate(connection), { error: 'NONE', message: null, sessionLifetimeMs: 10_000 })
      await cluster.clock.advance(9_999)
      await connection.request(metadata, { topics: [] })
      await cluster.clock.advance(1)
      await assert.rejects(connection.request(metadata, { topics: [] }), { code: 'CONNECTION_CLOSED' })
    }, sessions))
  test('3.9 SASL: a session of a token ends with the token', () =>
    withCluster(async cluster => {
      const connection = await cluster.connect(1, 'test', inside)
      const bearer = `n,,\u0001auth=Bearer ${token({ sub: 'dave', scope: 'read', exp: inSeconds(cluster, 5) })}\u0001\u0001`
      assert.equal((await authenticate(connection, 'OAUTHBEARER', bearer)).sessionLifetimeMs, 5_000)
    }, sessions))
  // oxfmt-ignore
  const renewals: [what: string, afterMs: number, mechanism: string, text: string, error: string, message: RegExp | null][] = [
    ['in the same second',       999,   'PLAIN',         '\0alice\0secret', 'ILLEGAL_SASL_STATE',         null],
    ['as the same user',         1_000, 'PLAIN',         '\0alice\0secret', 'NONE',                       null],
    ['as another user',          1_000, 'PLAIN',         '\0bob\0hidden',   'SASL_AUTHENTICATION_FAILED', /Cannot change principals during re-authentication from User.alice: User.bob/],
    ['with a wrong password',    1_000, 'PLAIN',         '\0alice\0wrong',  'SASL_AUTHENTICATION_FAILED', /Invalid username or password/],
    ['by another mechanism',     1_000, 'SCRAM-SHA-256', 'n,,n=alice,r=x',  'SASL_AUTHENTICATION_FAILED', /'SCRAM-SHA-256' requested by client/],
  ]
  for (const [what, afterMs, mechanism, text, error, message] of renewals)
    test(`3.9 SASL: a session that is renewed ${what}: ${error}`, () =>
      withCluster(
        async cluster => {
          const connection = await cluster.connect(1, 'test', inside)
          await authenticate(connection)
          await cluster.clock.advance(2_000)
          await authenticate(connection)
          await cluster.clock.advance(afterMs)
          const renewed = await authenticate(connection, mechanism, text)
          assert.equal(renewed.error, error)
          if (message !== null) assert.match(renewed.message!, message)
        },
        { ...sessions, ...noDelay },
      ))
  test('3.9 SASL: where sessions do not end, a second handshake is ILLEGAL_SASL_STATE', () =>
    withCluster(async cluster => {
      const connection = await cluster.connect(1, 'test', { ...inside, sasl: alice })
      assert.equal((await authenticate(connection)).error, 'ILLEGAL_SASL_STATE')
      await connection.request(metadata, { topics: [] })
    }))
})
