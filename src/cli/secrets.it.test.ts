// Secrets are planted wherever one can be given, and looked for in all that a broker tells: its log in full, what it
// prints, what it answers, what it serves over HTTP.

import assert from 'node:assert/strict'
import { spawn, spawnSync } from 'node:child_process'
import { createPrivateKey } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'

import { createClient, type SaslOptions } from '../client/index.ts'
import { createAuthority } from '../testing/index.ts'

const cli = new URL('main.ts', import.meta.url).pathname
const home = mkdtempSync(join(tmpdir(), 'secrets-'))
const authority = createAuthority()
const { certificateChain, privateKey } = authority.issue({ commonName: 'broker', hosts: ['127.0.0.1'] })
const keyStore = join(home, 'broker.pem')
const encryptedKey = createPrivateKey(privateKey).export({
  type: 'pkcs8',
  format: 'pem',
  cipher: 'aes-256-cbc',
  passphrase: 'planted-key',
})
writeFileSync(keyStore, `${encryptedKey}${certificateChain}`)

const module = (name: string) => `org.apache.kafka.common.security.${name} required`
const properties = {
  listeners: 'SASL_SSL://127.0.0.1:0',
  'ssl.keystore.location': keyStore,
  'ssl.key.password': 'planted-key',
  'ssl.truststore.password': 'planted-trust',
  'sasl.enabled.mechanisms': 'PLAIN,SCRAM-SHA-512,OAUTHBEARER',
  'listener.name.sasl_ssl.plain.sasl.jaas.config': `${module('plain.PlainLoginModule')} user_alice="planted-plain";`,
  'listener.name.sasl_ssl.oauthbearer.sasl.jaas.config': `${module('oauthbearer.OAuthBearerLoginModule')};`,
  'delegation.token.secret.key': 'planted-tokens',
  'connection.failed.authentication.delay.ms': '0',
  'some.client.secret': 'planted-unknown',
}
const upArguments = (given: Readonly<Record<string, string>>) => [
  'up',
  '--http=0',
  '--format=json',
  '--verbose',
  ...Object.entries(given).flatMap(([name, value]) => ['--override', `${name}=${value}`]),
]
/** Everything that is to hold no secret. */
const told: string[] = []
const addresses: Record<string, string> = {}
let up: ReturnType<typeof spawn>
before(async () => {
  up = spawn(process.execPath, [
    cli,
    ...upArguments(properties),
    `--data=${join(home, 'data')}`,
    '--add-scram=SCRAM-SHA-512=[name=bob,password=planted-scram]',
  ])
  up.stderr!.on('data', (text: Buffer) => told.push(text.toString()))
  for await (const line of createInterface({ input: up.stdout! })) {
    told.push(line)
    const { event, bootstrap, address } = JSON.parse(line) as { event: string; bootstrap?: string; address?: string }
    addresses[event] = bootstrap ?? address ?? ''
    if ('ready' in addresses && 'http' in addresses) break
  }
})
after(async () => {
  up.kill('SIGTERM')
  await once(up, 'exit')
  rmSync(home, { recursive: true, force: true })
})

const clientOf = (sasl: SaslOptions) =>
  createClient({ bootstrap: addresses['ready']!, tls: { ca: authority.certificate }, sasl, retryTimeoutMs: 2_000 })
const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
/** Whose claims hold a secret. */
const token = (claims: object) => `${part({ alg: 'none' })}.${part({ ...claims, planted: 'planted-claim' })}.`
const tokenOf = { good: token({ sub: 'carol', exp: 4_000_000_000 }), expired: token({ sub: 'carol', exp: 1 }) }
// oxfmt-ignore
const logins: readonly (readonly [what: string, sasl: SaslOptions, isBelieved: boolean])[] = [
  ['PLAIN',                          { mechanism: 'PLAIN', username: 'alice', password: 'planted-plain' },        true],
  ['PLAIN, wrong password',          { mechanism: 'PLAIN', username: 'alice', password: 'planted-wrong' },        false],
  ['PLAIN, unknown user',            { mechanism: 'PLAIN', username: 'nobody', password: 'planted-wrong' },       false],
  ['SCRAM',                          { mechanism: 'SCRAM-SHA-512', username: 'bob', password: 'planted-scram' },  true],
  ['SCRAM, wrong password',          { mechanism: 'SCRAM-SHA-512', username: 'bob', password: 'planted-wrong' },  false],
  ['a token',                        { mechanism: 'OAUTHBEARER', token: () => tokenOf.good },                     true],
  ['a token that has expired',       { mechanism: 'OAUTHBEARER', token: () => tokenOf.expired },                  false],
]
/** Keeps what a client is told, be it an answer or an error with its causes. */
async function tell(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    told.push(JSON.stringify(await ask()) ?? '')
    return true
  } catch (error) {
    for (let cause: unknown = error; cause instanceof Error; cause = cause.cause) told.push(cause.stack!)
    return false
  }
}

test('no secret is in what a broker logs, prints, answers, and serves', async () => {
  for (const [what, sasl, isBelieved] of logins) {
    await using client = clientOf(sasl)
    assert.equal(await tell(() => client.admin.topics.list()), isBelieved, what)
  }
  await using client = clientOf({ mechanism: 'PLAIN', username: 'alice', password: 'planted-plain' })
  const { configs, users, cluster } = client.admin
  await tell(() => users.setPassword({ user: 'dave', password: 'planted-altered', mechanism: 'SCRAM-SHA-512' }))
  await tell(() => users.describe())
  const set = (name: string, value: string) =>
    tell(() => configs.alter({ type: 'broker', name: '1' }, [{ name, operation: 'set', value }]))
  await set('listener.name.sasl_ssl.ssl.key.password', 'planted-wrong')
  await set('listener.name.sasl_ssl.ssl.keystore.password', 'planted-store')
  await set('listener.name.sasl_ssl.plain.sasl.jaas.config', 'planted-nonsense')
  assert(await tell(() => configs.describe({ type: 'broker', name: '1' })))
  assert(await tell(() => cluster.describe()))
  const http = async (path: string, init?: RequestInit) => {
    const text = await (await fetch(`http://${addresses['http']}${path}`, init)).text()
    told.push(text)
    return text
  }
  for (const path of ['/health', '/metrics', '/why', '/why/group', '/why/transaction']) await http(path)
  const connections = JSON.parse(await http('/why/connection')) as readonly { readonly name: string }[]
  assert(connections.length > 0)
  for (const { name } of connections) await http(`/why/connection/${encodeURIComponent(name)}`)
  const body = JSON.stringify({ name: 'before' })
  await http('/snapshots', { method: 'POST', body, headers: { 'content-type': 'application/json' } })
  await http('/snapshots')

  const all = told.join('\n')
  for (const expected of ['an authentication failed', 'plain.sasl.jaas.config', 'dave', 'SASL_AUTHENTICATION_FAILED'])
    assert(all.includes(expected), `nothing is told of ${expected}`)
  for (const secret of ['planted', 'PRIVATE KEY', ...Object.values(tokenOf).map(value => value.split('.')[1]!)])
    assert(
      !all.includes(secret),
      told.find(text => text.includes(secret)),
    )
})

// oxfmt-ignore
const unusable: readonly (readonly [what: string, properties: Readonly<Record<string, string>>])[] = [
  ['a wrong password of the key',   { 'ssl.key.password': 'planted-wrong' }],
  ['a JAAS config without its end', { 'listener.name.sasl_ssl.plain.sasl.jaas.config': `${module('plain.PlainLoginModule')} user_alice="planted"` }],
  ['another login module',          { 'listener.name.sasl_ssl.plain.sasl.jaas.config': `${module('scram.ScramLoginModule')} password="planted";` }],
  ['a key that is none',            { 'ssl.keystore.key': 'planted', 'ssl.keystore.certificate.chain': 'planted' }],
]
for (const [what, changed] of unusable)
  test(`a broker that does not start for ${what} tells no secret`, () => {
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [cli, ...upArguments({ ...properties, ...changed }), '--memory'],
      { encoding: 'utf8', timeout: 60_000 },
    )
    assert.notEqual(status, 0)
    assert.match(stdout + stderr, /SASL_SSL|sasl\.jaas\.config|ssl\./i)
    assert.doesNotMatch(stdout + stderr, /planted/)
  })
