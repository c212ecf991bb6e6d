import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Kafka, logLevel } from 'kafkajs'

import { ManualClock } from '../base/index.ts'
import { createClient } from '../client/index.ts'
import { startBroker } from './start-broker.ts'

const kafkajs = (bootstrap: string) =>
  new Kafka({ brokers: [bootstrap], logLevel: logLevel.NOTHING, retry: { initialRetryTime: 20 } })

async function valuesOf(bootstrap: string, topic: string): Promise<string[]> {
  await using client = createClient({ bootstrap })
  await using consumer = client.consumer({ offsetReset: 'earliest' })
  const [described] = await client.admin.topics.describe([topic])
  consumer.assign(described!.partitions.map(({ partition }) => ({ topic, partition, offset: 'earliest' })))
  const values: string[] = []
  while (!consumer.atEnd())
    for (const batch of await consumer.poll({ maxWaitMs: 100 })) for (const { value } of batch) values.push(`${value}`)
  return values.toSorted()
}

test('topics and records are there when the promise resolves, for any client', async () => {
  await using broker = await startBroker({
    topics: { orders: { partitions: 3, records: [{ key: 'a', value: 'first' }, { value: 'second' }] }, empty: {} },
  })
  const admin = kafkajs(broker.bootstrap).admin()
  await admin.connect()
  assert.deepEqual((await admin.listTopics()).toSorted(), ['empty', 'orders'])
  assert.equal((await admin.fetchTopicMetadata({ topics: ['orders'] })).topics[0]!.partitions.length, 3)
  await admin.disconnect()
  assert.deepEqual(await valuesOf(broker.bootstrap, 'orders'), ['first', 'second'])
})

test('reset leaves the seeded topics as they were at the start, no other topics, and no groups', async () => {
  await using broker = await startBroker({ topics: { orders: { records: [{ value: 'seeded' }] } } })
  const kafka = kafkajs(broker.bootstrap)
  const producer = kafka.producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ value: 'of a test' }] })
  await producer.send({ topic: 'made-by-a-test', messages: [{ value: 'x' }] })
  await producer.disconnect()
  const admin = kafka.admin()
  await admin.connect()
  await using client = createClient({ bootstrap: broker.bootstrap })
  await client.admin.groups.setOffsets('readers', [{ topic: 'orders', partition: 0, offset: 1 }])

  await broker.reset()

  const names = (await admin.listTopics()).filter(name => !name.startsWith('__'))
  assert.deepEqual(names, ['orders'])
  assert.deepEqual((await admin.listGroups()).groups, [])
  await admin.disconnect()
  assert.deepEqual(await valuesOf(broker.bootstrap, 'orders'), ['seeded'])
})

test('reset ends groups that have members', async () => {
  await using broker = await startBroker({ topics: { orders: { records: [{ value: 'seeded' }] } } })
  await using client = createClient({ bootstrap: broker.bootstrap })
  const consumer = client.consumer({ groupId: 'living', offsetReset: 'earliest' })
  consumer.subscribe('orders')
  while ((await consumer.poll({ maxWaitMs: 100 })).length === 0);

  await broker.reset()

  assert.deepEqual(await client.admin.groups.list(), [])
  await consumer.close()
})

test('a fault with an error is met as often as it was told to, and the client tries again', async () => {
  await using broker = await startBroker({ topics: { orders: {} } })
  const fault = broker.faults.add({ api: 'Produce', error: 'NOT_LEADER_OR_FOLLOWER', times: 2 })
  const producer = kafkajs(broker.bootstrap).producer()
  await producer.connect()
  await producer.send({ topic: 'orders', messages: [{ value: 'after two refusals' }] })
  await producer.disconnect()
  assert.equal(fault.met, 2)
  assert.deepEqual(await valuesOf(broker.bootstrap, 'orders'), ['after two refusals'])
})

test('an answer that is dropped makes a client send again: an idempotent one is not taken twice', async () => {
  await using broker = await startBroker({ topics: { orders: {} } })
  broker.faults.add({ api: 'Produce', drop: 'after', times: 1 })
  await using client = createClient({ bootstrap: broker.bootstrap })
  await using producer = client.producer()
  await producer.send({ topic: 'orders', value: 'once' })
  assert.deepEqual(await valuesOf(broker.bootstrap, 'orders'), ['once'])
})

test('a delay holds the answer back', async () => {
  await using broker = await startBroker({ topics: { orders: {} } })
  const fault = broker.faults.add({ api: 'Metadata', delayMs: 50, times: 1 })
  await using client = createClient({ bootstrap: broker.bootstrap })
  const from = performance.now()
  await client.admin.topics.list()
  assert(performance.now() - from >= 50)
  assert.equal(fault.met, 1)
})

test('a fault can choose its requests, and is taken back', async () => {
  await using broker = await startBroker({ topics: { orders: {} } })
  const fault = broker.faults.add({ api: '*', drop: 'before', where: ({ clientId }) => clientId === 'victim' })
  await using other = createClient({ bootstrap: broker.bootstrap, clientId: 'other' })
  assert.equal((await other.admin.topics.list()).length, 1)
  await using victim = createClient({ bootstrap: broker.bootstrap, clientId: 'victim', retryTimeoutMs: 50 })
  await assert.rejects(victim.admin.topics.list())
  fault.remove()
  assert.equal((await victim.admin.topics.list()).length, 1)
})

test('a fault for an API that does not exist is refused', async () => {
  await using broker = await startBroker()
  assert.throws(() => broker.faults.add({ api: 'Prodcue' }), /there is no API 'Prodcue'/)
})

test('several brokers run side by side, each on its own port and data', async () => {
  const brokers = await Promise.all([startBroker({ topics: { a: {} } }), startBroker({ topics: { b: {} } })])
  assert.notEqual(brokers[0].bootstrap, brokers[1].bootstrap)
  await using client = createClient({ bootstrap: brokers[1].bootstrap })
  assert.deepEqual(
    (await client.admin.topics.list()).map(({ name }) => name),
    ['b'],
  )
  await Promise.all(brokers.map(broker => broker.stop()))
})

test('a clock that is advanced by hand lets days of the broker pass at once', async () => {
  const clock = new ManualClock({ startTime: Date.now() })
  const day = 86_400_000
  await using broker = await startBroker({
    clock,
    topics: { daily: { configs: { 'retention.ms': `${day}` }, records: [{ value: 'of yesterday' }] } },
  })
  await using client = createClient({ bootstrap: broker.bootstrap })
  const start = async () =>
    (await client.admin.records.offsets([{ topic: 'daily', partition: 0 }], 'earliest'))[0]!.offset
  assert.equal(await start(), 0)
  await clock.advance(day + 10 * 60_000)
  assert.equal(await start(), 1)
})
