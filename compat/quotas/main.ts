// Quotas hold: greedy producers and consumers of Java and confluent-kafka get what their quota says, within a tenth, and who
// has no quota does not suffer.
//
//   npm run interop:quotas [-- --broker kafka] [--seconds 110] [--rate 500000]

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

import { createClient } from '../../src/client/index.ts'
import { passwordOf, startNamedBroker } from '../acl/broker.ts'
import { installKafka, javaCommand } from '../kafka/kafka.ts'
import { cached } from '../suite/cache.ts'
import { execute } from '../suite/command.ts'
import { prepare } from '../suite/missing.ts'
import { pythonEnvironment } from '../suite/python.ts'

const { values: options } = parseArgs({
  options: {
    broker: { type: 'string', default: 'millrace' },
    seconds: { type: 'string', default: '110' },
    rate: { type: 'string', default: '500000' },
  },
})
const rate = Number(options.rate)
const seconds = Number(options.seconds)
/**
 * Kafka's window is of eleven seconds, and what was not used in it may be used at once: at any moment a client may be ahead by
 * all of ten seconds, or by nothing. Half of that is counted as time.
 */
const aheadSeconds = 5
const tolerance = 0.1
/** What a client without a quota may wait for an acknowledgement on a busy machine. */
const modestMsMax = 250

const here = import.meta.dirname
const source = join(here, 'QuotaLoad.java')
const classes = cached('compat-quotas-java', [source], directory => {
  prepare('javac', ['-d', directory, '-cp', join(installKafka(), '*'), source])
})
const python = pythonEnvironment(join(here, '../clients/python/requirements.txt'))

const directory = mkdtempSync(join(tmpdir(), 'quotas-'))
const broker = await startNamedBroker(options.broker === 'kafka' ? 'kafka' : 'millrace', directory)
try {
  await prepareTopics()
  const modestAlone = await load('python', 'modest', 5)
  const greedy = (['java', 'python'] as const).flatMap(client =>
    (['produce', 'consume'] as const).map(mode => ({ client, mode })),
  )
  const [modest, ...reached] = await Promise.all([
    load('python', 'modest', seconds),
    ...greedy.map(async ({ client, mode }) =>
      Math.round((await load(client, mode, seconds)) / (seconds + aheadSeconds)),
    ),
  ])
  for (const [index, { client, mode }] of greedy.entries())
    console.log(`${client} ${mode}: ${reached[index]} bytes a second of ${rate}`)
  console.log(`without a quota: p99 ${modest} ms to an acknowledgement, ${modestAlone} ms alone`)
  for (const bytes of reached)
    assert.ok(Math.abs(bytes - rate) <= rate * tolerance, `${bytes} bytes a second of ${rate}`)
  assert.ok(modest! < modestMsMax, `${modest} ms`)
  rmSync(directory, { recursive: true, force: true })
} finally {
  await broker.stop()
}
process.exit()

async function prepareTopics(): Promise<void> {
  await using client = createClient({
    bootstrap: broker.bootstrap,
    sasl: { mechanism: 'PLAIN', username: 'admin', password: passwordOf('admin') },
  })
  await client.admin.topics.create(['filled', 'java', 'python', 'modest'].map(name => ({ name, partitions: 1 })))
  const value = Buffer.alloc(1000)
  await using producer = client.producer()
  // What the greediest would read without a quota matters not: it must not come to the end.
  const count = Math.ceil((rate * (seconds + 2 * aheadSeconds) * 1.2) / value.length)
  for (let sent = 0; sent < count; sent += 1000)
    await Promise.all(Array.from({ length: 1000 }, () => producer.send({ topic: 'filled', value })))
  await client.admin.quotas.alter(
    ['java', 'python'].flatMap(name => [
      { entity: { user: 'alice', 'client-id': `${name}-produce` }, values: { producer_byte_rate: rate } },
      { entity: { user: 'alice', 'client-id': `${name}-consume` }, values: { consumer_byte_rate: rate } },
    ]),
  )
}
/** The bytes of all of the time; of a modest one, milliseconds. */
async function load(
  client: 'java' | 'python',
  mode: 'produce' | 'consume' | 'modest',
  seconds: number,
): Promise<number> {
  const topic = mode === 'consume' ? 'filled' : mode === 'modest' ? 'modest' : client
  const args = [broker.bootstrap, mode, topic, String(seconds)]
  const command =
    client === 'java'
      ? javaCommand('QuotaLoad', args, { classPath: [classes] })
      : ([python, ['-B', join(here, 'quota_load.py'), ...args]] as const)
  const { code, stdout, stderr } = await execute(command, { waitMs: (seconds + 60) * 1000 })
  if (code !== 0) throw new Error(`${client} ${mode} ended with ${code}: ${stderr}`)
  return Number(stdout.toString().trim().split('\n').at(-1))
}
