import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { SeededRandom } from '../../base/index.ts'
import { SaslError, type SaslClientMechanism, type SaslIdentity, type SaslServerExchange } from './mechanism.ts'
import { oauthBearerClient, OAuthBearerServer } from './oauth-bearer.ts'
import { plainClient, PlainServer } from './plain.ts'
import { saltPassword, scramClient, scramKeys, scramMechanisms, ScramServer, type ScramMechanismName } from './scram.ts'

const random = new SeededRandom(1)
const broker = { host: 'localhost', port: 9092 }

/** Lets both ends talk until one of them has had enough; gives who the server takes the client for. */
async function converse(client: SaslClientMechanism, server: SaslServerExchange): Promise<SaslIdentity | undefined> {
  const exchange = client.begin(broker)
  let identity: SaslIdentity | undefined
  let token: Uint8Array | undefined = await exchange.start()
  while (token !== undefined) {
    const step = await server.evaluate(Buffer.from(token))
    identity = step.identity ?? identity
    token = await exchange.next(Buffer.from(step.challenge))
  }
  return identity
}
const failure = async (work: Promise<unknown>): Promise<SaslError> => {
  const error = await work.then(
    () => assert.fail('it succeeded'),
    (error: unknown) => error,
  )
  assert(error instanceof SaslError, String(error))
  return error
}
async function scramServer(
  mechanism: ScramMechanismName,
  password = 'secret',
  iterations = 4096,
): Promise<ScramServer> {
  const salt = random.bytes(16)
  const keys = scramKeys(mechanism, await saltPassword(mechanism, { password, salt, iterations }))
  return new ScramServer({
    mechanism,
    random,
    credentialOf: user => (user === 'al,i=ce' ? { salt, iterations, ...keys } : undefined),
  })
}

suite('SASL PLAIN', () => {
  const server = () => new PlainServer(user => ({ alice: 'secret', ünal: 'schlüssel' })[user])
  for (const [username, password] of [
    ['alice', 'secret'],
    ['ünal', 'schlüssel'],
  ] as const)
    test(`${username} is believed by the password`, async () =>
      assert.deepEqual(await converse(plainClient({ username, password }), server()), { user: username }))
  // oxfmt-ignore
  const refused: [what: string, token: string, message: RegExp, isPublic: boolean][] = [
    ['a wrong password',         '\0alice\0wrong',           /Invalid username or password/,          true],
    ['a part of the password',   '\0alice\0secre',           /Invalid username or password/,          true],
    ['a user who is not known',  '\0bob\0secret',            /Invalid username or password/,          true],
    ['another authorization id', 'bob\0alice\0secret',       /authorization id that is different/,    true],
    ['no user',                  '\0\0secret',               /username not specified/,                false],
    ['no password',              '\0alice\0',                /password not specified/,                false],
    ['two parts',                'alice\0secret',            /expected 3 tokens/,                     false],
    ['four parts',               '\0alice\0secret\0more',    /expected 3 tokens/,                     false],
  ]
  for (const [what, token, message, isPublic] of refused)
    test(`${what} is refused`, () =>
      assert.throws(
        () => server().evaluate(Buffer.from(token)),
        (error: SaslError) => message.test(error.message) && error.isPublic === isPublic,
      ))
  test('an authorization id that is the user is taken', () =>
    assert.deepEqual(server().evaluate(Buffer.from('alice\0alice\0secret')).identity, { user: 'alice' }))
})

suite('SCRAM', () => {
  test('the example of RFC 7677', async () => {
    const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64')
    const salted = await saltPassword('SCRAM-SHA-256', { password: 'pencil', salt, iterations: 4096 })
    const nonce = 'rOprNGfwEbeRWgbNEkqO'
    const server = new ScramServer({
      mechanism: 'SCRAM-SHA-256',
      random: Object.assign(new SeededRandom(1), {
        bytes: () => ({ toString: () => '%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0' }) as unknown as Buffer,
      }),
      credentialOf: () => ({ salt, iterations: 4096, ...scramKeys('SCRAM-SHA-256', salted) }),
    })
    const first = server.evaluate(Buffer.from(`n,,n=user,r=${nonce}`))
    assert.equal(
      Buffer.from(first.challenge).toString(),
      `r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096`,
    )
    const final = server.evaluate(
      Buffer.from(`c=biws,r=${nonce}%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=`),
    )
    assert.equal(Buffer.from(final.challenge).toString(), 'v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=')
    assert.deepEqual(final.identity, { user: 'user' })
  })
  for (const mechanism of scramMechanisms) {
    const client = (password: string, username = 'al,i=ce') => scramClient(mechanism, { username, password, random })
    test(`${mechanism}: who knows the password is believed, and knows the server`, async () =>
      assert.deepEqual(await converse(client('secret'), await scramServer(mechanism)), { user: 'al,i=ce' }))
    test(`${mechanism}: a wrong password is refused, and nothing told of it`, async () =>
      assert.equal((await failure(converse(client('wrong'), await scramServer(mechanism)))).isPublic, false))
    test(`${mechanism}: a user who is not known is refused, and nothing told of it`, async () =>
      assert.equal((await failure(converse(client('secret', 'bob'), await scramServer(mechanism)))).isPublic, false))
    test(`${mechanism}: a server that does not know the password is not believed`, async () => {
      const exchange = client('secret').begin(broker)
      const first = String(await exchange.start())
      const nonce = /r=(.*)/.exec(first)![1]!
      await exchange.next(Buffer.from(`r=${nonce}more,s=c2FsdA==,i=4096`))
      await assert.rejects(async () => exchange.next(Buffer.from('v=bm90aGluZw==')), /does not know the password/)
    })
  }
  // oxfmt-ignore
  const refused: [what: string, challenge: (nonce: string) => string][] = [
    ['a nonce of another client', () => 'r=other,s=c2FsdA==,i=4096'],
    ['no nonce of its own',       nonce => `r=${nonce},s=c2FsdA==,i=4096`],
    ['no salt',                   nonce => `r=${nonce}more,i=4096`],
    ['few iterations',            nonce => `r=${nonce}more,s=c2FsdA==,i=4095`],
  ]
  for (const [what, challenge] of refused)
    test(`a client refuses a server with ${what}`, async () => {
      const exchange = scramClient('SCRAM-SHA-256', { username: 'alice', password: 'secret', random }).begin(broker)
      const nonce = /r=(.*)/.exec(String(await exchange.start()))![1]!
      await assert.rejects(async () => exchange.next(Buffer.from(challenge(nonce))), SaslError)
    })
  // oxfmt-ignore
  const wrongFirst = ['', 'n=alice,r=x', 'y,,n=alice,r=x', 'n,,r=x,n=alice', 'n,,n=alice', 'n,,n=al=ice,r=x', 'n,a=bob,n=al=2Ci=3Dce,r=x']
  for (const first of wrongFirst)
    test(`a server refuses '${first}'`, async () => {
      const server = await scramServer('SCRAM-SHA-256')
      assert.throws(() => server.evaluate(Buffer.from(first)), SaslError)
    })
})

suite('SASL OAUTHBEARER', () => {
  const server = () =>
    new OAuthBearerServer(token =>
      token === 'good' ? { user: 'alice', expiresAtMs: 5 } : { refused: 'insufficient_scope', scope: 'write' },
    )
  test('who has a good token is believed for as long as it holds', async () =>
    assert.deepEqual(
      await converse(
        oauthBearerClient(() => ({ value: 'good', extensions: { tenant: 'acme' } })),
        server(),
      ),
      { user: 'alice', expiresAtMs: 5 },
    ))
  test('a token that is refused is told why, and acknowledges that', async () => {
    const error = await failure(
      converse(
        oauthBearerClient(async () => 'bad'),
        server(),
      ),
    )
    assert.equal(error.message, '{"status":"insufficient_scope","scope":"write"}')
    assert.equal(error.isPublic, true)
  })
  const mark = '\u0001'
  // oxfmt-ignore
  const refused = ['', 'n,,', `n,,${mark}auth=Bearer good${mark}`, `y,,${mark}auth=Bearer good${mark}${mark}`, `n,,${mark}auth=Basic good${mark}${mark}`,
                   `n,,${mark}auth=Bearer g od${mark}${mark}`, `n,a=bob,${mark}auth=Bearer good${mark}${mark}`]
  for (const message of refused)
    test(`a server refuses ${JSON.stringify(message)}`, async () =>
      assert.rejects(async () => server().evaluate(Buffer.from(message)), SaslError))
  test('a client that hides behind the name of its token is taken', async () => {
    const step = await server().evaluate(Buffer.from(`n,a=alice,${mark}auth=bearer good${mark}${mark}`))
    assert.equal(step.identity?.user, 'alice')
  })
})
