// kafka-reassign-partitions on three brokers: partitions move with what is in them.

import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, beforeEach, test } from 'node:test'

import { silentLogger } from '../../base/index.ts'
import { createClient, type Client } from '../../client/index.ts'
import { startPlatform, type Platform } from '../../platform/index.ts'
import tool from './reassign-partitions.ts'
import { callTool } from './testing.ts'

/** What followers' fetches wait for: while it is there, nothing reaches a new replica. */
let hold: Promise<void> | undefined
const isFollowers = (body: unknown) =>
  ((body as { readonly replicaState?: { readonly replicaId: number } }).replicaState?.replicaId ?? -1) >= 0

let platform: Platform
let client: Client
const directory = mkdtempSync(join(tmpdir(), 'reassign-'))
const file = join(directory, 'plan.json')
before(async () => {
  const properties = new Map([['log.cleaner.enable', 'false']])
  platform = await startPlatform({
    dataPath: undefined,
    port: 0,
    brokers: 3,
    properties,
    logger: silentLogger,
    intercept: (request, answer) =>
      hold !== undefined && request.api.name === 'Fetch' && isFollowers(request.body) ? hold.then(answer) : answer(),
  })
  client = createClient({ bootstrap: platform.bootstrap, backoffMs: 20 })
})
after(async () => {
  await client.close()
  await platform.stop()
  rmSync(directory, { recursive: true, force: true })
})

let topic = ''
let topics = 0
beforeEach(async () => {
  topic = `orders-${topics++}`
  await client.admin.topics.create([{ name: topic, assignments: [[1], [1]] }])
})

/** Runs the tool with the plan that `replicas` make, partition by partition. */
async function reassign(action: string, replicas: readonly (readonly number[])[] = []) {
  const partitions = replicas.map((brokers, partition) => ({ topic, partition, replicas: brokers }))
  writeFileSync(file, JSON.stringify({ version: 1, partitions }))
  return call(`${action} --reassignment-json-file ${file}`)
}
const call = (args: string) => callTool(tool, ['--bootstrap-server', platform.bootstrap, ...args.split(' ')])
async function verified(replicas: readonly (readonly number[])[], rest = ''): Promise<string> {
  for (;;) {
    const { out } = await reassign(`--verify${rest}`, replicas)
    if (!out.includes('still in progress')) return out
  }
}
const replicasNow = async () => {
  const [described] = await client.admin.topics.describe([topic])
  return described!.partitions.map(({ replicas }) => replicas)
}
const configs = async (type: 'topic' | 'broker', name: string) => {
  const entries = await client.admin.configs.describe({ type, name })
  return Object.fromEntries(
    entries.flatMap(({ name, value }) =>
      /throttled\.(rate|replicas)$/.test(name) && value !== '' ? [[name, value]] : [],
    ),
  )
}

test('partitions move to other brokers with their records, and the way back is told', async () => {
  const producer = client.producer()
  for (const partition of [0, 1]) await producer.send({ topic, partition, value: `of ${partition}` })
  await producer.close()

  const { code, out } = await reassign('--execute', [[2], [3, 1]])
  assert.equal(code, 0, out)
  assert.match(out, /^Successfully started partition reassignments for (orders-\d+)-0,\1-1$/m)
  const back = /^\{.*\}$/m.exec(out)![0]
  assert.deepEqual(
    JSON.parse(back).partitions.map(({ partition, replicas }: { partition: number; replicas: number[] }) => [
      partition,
      replicas,
    ]),
    [
      [0, [1]],
      [1, [1]],
    ],
  )
  assert.match(await verified([[2], [3, 1]]), new RegExp(`^Reassignment of partition ${topic}-1 is completed.$`, 'm'))
  assert.deepEqual(await replicasNow(), [[2], [3, 1]])

  const consumer = client.consumer({ offsetReset: 'earliest' })
  consumer.assign([0, 1].map(partition => ({ topic, partition, offset: 'earliest' as const })))
  const found: string[] = []
  while (found.length < 2)
    for (const batch of await consumer.poll({ maxWaitMs: 100 })) for (const { value } of batch) found.push(`${value}`)
  await consumer.close()
  assert.deepEqual(found.toSorted(), ['of 0', 'of 1'])
})

test('the throttle is set for those that take part, kept when asked, and lifted when all is over', async () => {
  assert.equal((await reassign('--execute --throttle 5000000', [[2], [1]])).code, 0)
  assert.deepEqual(await configs('topic', topic), {
    'leader.replication.throttled.replicas': '0:1,1:1',
    'follower.replication.throttled.replicas': '0:2',
  })
  const rates = {
    'follower.replication.throttled.rate': '5000000',
    'leader.replication.throttled.rate': '5000000',
  }
  assert.deepEqual(await configs('broker', '2'), rates)
  assert.deepEqual(await configs('broker', '3'), {})
  await verified([[2], [1]], ' --preserve-throttles')
  assert.deepEqual(await configs('broker', '2'), rates)
  const out = await verified([[2], [1]])
  assert.match(out, /^Clearing broker-level throttles on brokers 1,2,3$/m)
  assert.deepEqual([await configs('topic', topic), await configs('broker', '2')], [{}, {}])
})

test('a proposal spreads partitions over the brokers that were named, and can be executed', async () => {
  const wanted = join(directory, 'topics.json')
  writeFileSync(wanted, JSON.stringify({ version: 1, topics: [{ topic }] }))
  const { code, out } = await call(`--generate --topics-to-move-json-file ${wanted} --broker-list 2,3`)
  assert.equal(code, 0, out)
  const proposed = out.trimEnd().split('\n').at(-1)!
  const plan = JSON.parse(proposed) as { partitions: { partition: number; replicas: number[] }[] }
  const replicas = plan.partitions.map(({ replicas }) => replicas)
  assert.deepEqual(
    replicas.flat().toSorted((one, other) => one - other),
    [2, 3],
  )
  writeFileSync(file, proposed)
  assert.equal((await call(`--execute --reassignment-json-file ${file}`)).code, 0)
  await verified(replicas)
  assert.deepEqual(await replicasNow(), replicas)
})

test('what is under way is listed, is in the way of others, and is called off', async () => {
  const { promise, resolve } = Promise.withResolvers<void>()
  hold = promise
  try {
    assert.equal((await reassign('--execute', [[2], [1]])).code, 0)
    const ongoing = `${topic}-0: replicas: 2,1. adding: 2. removing: 1.\n`
    assert.equal((await call('--list')).out, `Current partition reassignments:\n${ongoing}`)
    const { out } = await reassign('--verify', [[2], [1]])
    assert.equal(
      out,
      `Status of partition reassignment:\nReassignment of partition ${topic}-0 is still in progress.\nReassignment of partition ${topic}-1 is completed.\n\n`,
    )
    const second = await reassign('--execute', [[3]])
    assert.equal(second.code, 1)
    assert.match(second.out, /^Cannot execute because there is an existing partition assignment/)
    assert.equal((await reassign('--execute --additional', [[2], [3]])).code, 0)
    const both = `${ongoing}${topic}-1: replicas: 3,1. adding: 3. removing: 1.\n`
    assert.equal((await call('--list')).out, `Current partition reassignments:\n${both}`)

    const cancelled = await reassign('--cancel', [[2], [3]])
    assert.equal(cancelled.code, 0)
    assert.deepEqual(cancelled.out.split('\n').slice(0, 2), [
      `Successfully cancelled partition reassignments for: ${topic}-0,${topic}-1`,
      // The original ends its second line with the third.
      'None of the specified partition moves are active.Clearing broker-level throttles on brokers 1,2,3',
    ])
    assert.equal((await call('--list')).out, 'No partition reassignments found.\n')
    assert.deepEqual(await replicasNow(), [[1], [1]])
  } finally {
    hold = undefined
    resolve()
  }
})

test('more replicas are refused where the number is to stay', async () => {
  const { code, out } = await reassign('--execute --disallow-replication-factor-change', [[1, 2]])
  assert.equal(code, 1)
  assert.match(out, /^Error reassigning partition\(s\):\n.*The replication factor is changed from 1 to 2$/m)
  assert.deepEqual(await replicasNow(), [[1], [1]])
})
