// Quotas hold: greedy clients of Java and confluent-kafka get what their quota says, within a tenth, and who has no quota
// does not suffer.
//
//   npm run interop:quotas [-- --broker kafka] [--only bytes,mutations,requests] [--seconds 100]

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { createClient, type Client } from '../../src/client/index.ts'
import { passwordOf, startNamedBroker } from '../acl/broker.ts'
import { loads, type Load } from './load.ts'

const { values: options } = parseArgs({
  options: {
    broker: { type: 'string', default: 'millrace' },
    only: { type: 'string', default: 'bytes,mutations,requests' },
    seconds: { type: 'string', default: '100' },
  },
})
const seconds = Number(options.seconds)
const parts: Readonly<Record<string, () => Promise<void>>> = { bytes, mutations, requests }
const wanted = options.only.split(',')
for (const part of wanted)
  assert(part in parts, `there is no part '${part}'; there is ${Object.keys(parts).join(', ')}`)

const byteRate = 500_000
const mutationRate = 2
/** Of one thread's time, in percent. */
const requestPercentage = 1
const warmUpSeconds = 15
/**
 * Kafka's window is of eleven seconds, and what was not used in it may be used at once: at the end of a hundred seconds a
 * client may be ahead, or behind, by a tenth of them.
 */
const tolerance = 0.1
/** What a client without a quota may wait for an acknowledgement on a busy machine, unless it waits as long alone. */
const modestMsMax = 250
/** With a quota of time it must send at most this part of what it sends without. */
const requestsShareMax = 0.5

const directory = mkdtempSync(join(tmpdir(), 'quotas-'))
const broker = await startNamedBroker(options.broker === 'kafka' ? 'kafka' : 'millrace', directory)
const { run } = loads(broker.bootstrap)
try {
  for (const part of wanted) await parts[part]!()
  rmSync(directory, { recursive: true, force: true })
} finally {
  await broker.stop()
}
process.exit()

/** Bytes produced and consumed; beside them one without a quota. */
async function bytes(): Promise<void> {
  await using client = administrator()
  await client.admin.topics.create(['filled', 'java', 'python', 'modest'].map(name => ({ name, partitions: 1 })))
  await fill(client)
  const greedy = (['java', 'python'] as const).flatMap(client =>
    (['produce', 'consume'] as const).map(mode => {
      const topic = mode === 'consume' ? 'filled' : client
      return { client, mode, topic, clientId: `${client}-${mode}`, warmUpSeconds, seconds, quota: byteRate }
    }),
  )
  await client.admin.quotas.alter(
    greedy.map(({ clientId, mode }) => ({
      entity: { user: 'alice', 'client-id': clientId },
      values: { [mode === 'produce' ? 'producer_byte_rate' : 'consumer_byte_rate']: byteRate },
    })),
  )
  const modest = { client: 'python', mode: 'modest', clientId: 'modest', topic: 'modest' } as const
  const alone = await run({ ...modest, warmUpSeconds: 1, seconds: 5 })
  const [beside] = await Promise.all([run({ ...modest, warmUpSeconds, seconds }), allHold(greedy, 'bytes')])
  console.log(
    `without a quota: p99 ${beside!.aSecond.toFixed(1)} ms to an acknowledgement, ${alone.aSecond.toFixed(1)} alone`,
  )
  assert.equal(beside!.throttledMs, 0)
  assert.ok(beside!.aSecond < Math.max(modestMsMax, 3 * alone.aSecond))
}

/** Topics created: by a client that is refused (KIP-599), and by one of an older version that is held up. */
async function mutations(): Promise<void> {
  await using client = administrator()
  const greedy = (['java', 'python'] as const).map(
    client =>
      ({
        client,
        mode: 'mutate',
        clientId: `${client}-mutate`,
        topic: '',
        warmUpSeconds,
        seconds,
        quota: mutationRate,
      }) as const,
  )
  await client.admin.quotas.alter(
    greedy.map(({ clientId }) => ({
      entity: { user: 'alice', 'client-id': clientId },
      values: { controller_mutation_rate: mutationRate },
    })),
  )
  await allHold(greedy, 'topics')
}

/** The time of requests (KIP-124): how much of it a request takes is the broker's affair, so it is held against one without. */
async function requests(): Promise<void> {
  await using client = administrator()
  await client.admin.topics.create([{ name: 'requests', partitions: 1 }])
  await client.admin.quotas.alter([
    { entity: { user: 'alice', 'client-id': 'held' }, values: { request_percentage: requestPercentage } },
  ])
  const load = { client: 'java', mode: 'requests', topic: 'requests', warmUpSeconds, seconds: seconds / 4 } as const
  const [free, held] = await Promise.all(['free', 'held'].map(clientId => run({ ...load, clientId })))
  console.log(
    `requests: ${Math.round(held!.aSecond)} a second with ${requestPercentage} % of a thread, held up for ` +
      `${Math.round(held!.throttledMs)} ms at most; ${Math.round(free!.aSecond)} beside it without a quota`,
  )
  assert.equal(free!.throttledMs, 0)
  assert.ok(held!.throttledMs > 0)
  assert.ok(held!.aSecond < free!.aSecond * requestsShareMax)
}

/**
 * More than its quota nobody gets. Who gets less may have waited for a busy machine instead of the broker: then it is given
 * another try, alone.
 */
async function allHold(greedy: readonly GreedyLoad[], what: string): Promise<void> {
  const reached = await Promise.all(greedy.map(load => reachedBy(load, what)))
  for (const [index, load] of greedy.entries()) {
    const least = load.quota * (1 - tolerance)
    if (reached[index]! >= least) continue
    const alone = await reachedBy(load, `${what}, alone,`)
    assert.ok(alone >= least, `${load.clientId}: ${alone} of ${load.quota}`)
  }
}
type GreedyLoad = Load & { readonly quota: number }
async function reachedBy(load: GreedyLoad, what: string): Promise<number> {
  const { clientId, quota } = load
  const { aSecond } = await run(load)
  console.log(`${clientId}: ${aSecond.toFixed(quota < 100 ? 2 : 0)} ${what} a second of ${quota}`)
  assert.ok(aSecond <= quota * (1 + tolerance), `${clientId}: ${aSecond} of ${quota}`)
  return aSecond
}
function administrator(): Client {
  const sasl = { mechanism: 'PLAIN', username: 'admin', password: passwordOf('admin') } as const
  return createClient({ bootstrap: broker.bootstrap, sasl })
}
/** With so much that whoever reads does not come to the end. */
async function fill(client: Client): Promise<void> {
  await using producer = client.producer()
  const value = Buffer.alloc(1000)
  const count = Math.ceil((byteRate * (3 * warmUpSeconds + seconds) * 1.2) / value.length)
  for (let sent = 0; sent < count; sent += 1000)
    await Promise.all(Array.from({ length: 1000 }, () => producer.send({ topic: 'filled', value })))
}
