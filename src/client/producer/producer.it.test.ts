// The producer on a broker of our own, with faults; or on any cluster named in MILLRACE_TEST_BOOTSTRAP, without them.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../../base/index.ts'
import { codecs } from '../../protocol/index.ts'
import { startBroker } from '../../testing/index.ts'
import { clusterUnderTest } from '../cluster-under-test.ts'
import { createClient, type ProducerOptions } from '../index.ts'

const seed = seedFromEnvironment()
console.log(`producer: SEED=${seed}`)
const tested = clusterUnderTest('producer', () => startBroker(), {
  backoffMs: 5,
  backoffMsMax: 50,
  requestTimeoutMs: 2_000,
})
const { ownBroker, newName } = tested

async function newTopic(partitions = 1, configs: Record<string, string> = {}): Promise<string> {
  const name = newName()
  await tested.client.admin.topics.create([{ name, partitions, configs }])
  return name
}
/** The values of a topic, by partition. */
async function readAll(topic: string, partitions = 1): Promise<string[][]> {
  await using consumer = tested.client.consumer({ offsetReset: 'earliest' })
  const values: string[][] = Array.from({ length: partitions }, () => [])
  consumer.assign(values.map((_, partition) => ({ topic, partition })))
  do
    for (const batch of await consumer.poll())
      for (const { value } of batch) values[batch.partition]!.push(String(value))
  while (!consumer.atEnd())
  return values
}

for (const acks of [0, 1, 'all'] as const)
  for (const compression of codecs)
    test(`what is sent is read: acks ${acks}, ${compression}`, async () => {
      const topic = await newTopic()
      await using producer = tested.client.producer({ acks, compression })
      const values = Array.from({ length: 500 }, (_, i) => `value ${i}`)
      const sent = await producer.sendAll(values.map(value => ({ topic, value, key: 'k', headers: { h: value } })))
      assert.deepEqual(
        sent.map(({ offset }) => offset),
        values.map((_, i) => (acks === 0 ? -1 : i)),
      )
      await producer.close()
      assert.deepEqual(await readAll(topic), [values])
    })

test('a key chooses its partition, a number overrides it, and a partitioner is asked before both are guessed', async () => {
  const topic = await newTopic(5)
  await using producer = tested.client.producer()
  const [first, second, chosen] = await producer.sendAll([
    { topic, key: 'foobar', value: '' },
    { topic, key: Buffer.from('foobar'), value: null },
    { topic, key: 'foobar', partition: 4, value: '' },
  ])
  // murmur2('foobar') is −790332482.
  assert.deepEqual(
    [first!.partition, second!.partition, chosen!.partition],
    [(-790332482 & 0x7fffffff) % 5, first!.partition, 4],
  )
  await using own = tested.client.producer({ partitioner: ({ key }) => (key === null ? 3 : undefined) })
  assert.equal((await own.send({ topic, key: null, value: 'x' })).partition, 3)
  assert.equal((await own.send({ topic, key: 'foobar', value: 'x' })).partition, first!.partition)
})
test('records without a key fill one batch after another, and reach every partition', async () => {
  const topic = await newTopic(3)
  await using producer = tested.client.producer({ batchSizeBytes: 1_000 })
  const sent = await producer.sendAll(Array.from({ length: 2_000 }, (_, i) => ({ topic, value: `value ${i}` })))
  assert.deepEqual(new Set(sent.map(({ partition }) => partition)), new Set([0, 1, 2]))
})
test('partitions that are added later get their share', async () => {
  const topic = await newTopic(1)
  await using impatient = createClient({ bootstrap: tested.bootstrap, metadataMaxAgeMs: 20 })
  // One record is a batch's worth, after which another partition is chosen.
  await using producer = impatient.producer({ lingerMs: 0, batchSizeBytes: 1 })
  await producer.send({ topic, value: 'x' })
  await tested.client.admin.topics.grow(topic, 3)
  const seen = new Set<number>()
  while (seen.size < 3) seen.add((await producer.send({ topic, value: 'x' })).partition)
})
test('the time of a record is what it says, or now', async () => {
  const topic = await newTopic()
  await using producer = tested.client.producer()
  const from = Date.now()
  assert.equal((await producer.send({ topic, value: '', timestamp: 1_600_000_000_000 })).timestamp, 1_600_000_000_000)
  assert((await producer.send({ topic, value: '' })).timestamp >= from)
})

// oxfmt-ignore
const refusals: [string, ProducerOptions, object, string][] = [
  ['a partition that there is not',   {maxBlockMs: 50},                  {partition: 7},              'UNKNOWN_TOPIC_OR_PARTITION'],
  ['a record that is too large',      {requestSizeMaxBytes: 500},        {value: 'x'.repeat(1000)},   'MESSAGE_TOO_LARGE'],
  ['a name that no topic may have',   {},                                {topic: 'no/such'},          'INVALID_TOPIC_EXCEPTION'],
]
for (const [what, options, change, code] of refusals)
  test(`${what} is refused`, async () => {
    const topic = await newTopic()
    await using producer = tested.client.producer(options)
    await assert.rejects(producer.send({ topic, value: 'x', ...change }), { name: 'KafkaError', code })
    assert.equal((await producer.send({ topic, value: 'x' })).offset, 0)
  })
test('nothing is sent after close, which sends what waits', async () => {
  const topic = await newTopic()
  const producer = tested.client.producer({ lingerMs: 60_000 })
  const sent = producer.send({ topic, value: 'x' })
  await producer.close()
  assert.equal((await sent).offset, 0)
  await assert.rejects(producer.send({ topic, value: 'y' }), { code: 'CLOSED' })
})
test('flush sends what waits, and waits for it', async () => {
  const topic = await newTopic()
  await using producer = tested.client.producer({ lingerMs: 60_000 })
  let acknowledged = 0
  for (let i = 0; i < 10; i++) void producer.send({ topic, value: 'x' }).then(() => acknowledged++)
  await producer.flush()
  assert.equal(acknowledged, 10)
})
test('a full buffer makes senders wait, and loses nothing', async () => {
  const topic = await newTopic(2)
  await using producer = tested.client.producer({ bufferSizeBytes: 5_000, batchSizeBytes: 1_000, lingerMs: 60_000 })
  const values = Array.from({ length: 1_000 }, (_, i) => `value ${i}`)
  for (const value of values) {
    void producer.send({ topic, value, partition: 0 })
    await producer.ready()
  }
  await producer.flush()
  assert.deepEqual(await readAll(topic, 2), [values, []])
})
test('a batch that the topic finds too large is cut until it fits', async () => {
  const topic = await newTopic(1, { 'max.message.bytes': '2000' })
  await using producer = tested.client.producer({ batchSizeBytes: 100_000 })
  const values = Array.from({ length: 300 }, (_, i) => `${i} ${'x'.repeat(100)}`)
  const sent = await producer.sendAll(values.map(value => ({ topic, value })))
  assert.deepEqual(
    sent.map(({ offset }) => offset),
    values.map((_, i) => i),
  )
  assert.deepEqual(await readAll(topic), [values])
  await assert.rejects(producer.send({ topic, value: 'x'.repeat(3_000) }), { code: 'MESSAGE_TOO_LARGE' })
  assert.equal((await producer.send({ topic, value: 'after' })).offset, values.length)
})

// With 318226055 the first request of all is lost.
for (const chosen of [seed, 318226055])
  test(
    `lost answers, lost requests and refusals: every record once, in order (seed ${chosen})`,
    ownBroker,
    async () => {
      const random = new SeededRandom(chosen),
        topic = await newTopic(3)
      const { faults } = tested.broker
      const now = (chance: number) => () => random.chance(chance)
      faults.add({ api: 'Produce', drop: 'after', where: now(0.05) })
      faults.add({ api: 'Produce', drop: 'before', where: now(0.05) })
      for (const error of [
        'NOT_LEADER_OR_FOLLOWER',
        'REQUEST_TIMED_OUT',
        'KAFKA_STORAGE_ERROR',
        'UNKNOWN_TOPIC_OR_PARTITION',
      ] as const)
        faults.add({ api: 'Produce', error, where: now(0.04) })
      await using producer = tested.client.producer({ batchSizeBytes: 500, lingerMs: 0 })
      const expected: string[][] = [[], [], []]
      const sent: Promise<unknown>[] = []
      for (let i = 0; i < 6_000; i++) {
        const partition = random.below(3)
        expected[partition]!.push(`value ${i}`)
        sent.push(producer.send({ topic, partition, value: `value ${i}` }))
        if (random.chance(0.02)) await producer.flush()
      }
      await Promise.all(sent)
      faults.clear()
      assert.deepEqual(await readAll(topic, 3), expected, `SEED=${chosen}`)
    },
  )
for (const error of ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'UNKNOWN_PRODUCER_ID', 'INVALID_PRODUCER_EPOCH'] as const)
  test(`a partition begins anew after ${error}`, ownBroker, async () => {
    const topic = await newTopic()
    await using producer = tested.client.producer({ lingerMs: 0, batchSizeBytes: 200 })
    await producer.send({ topic, value: 'first' })
    tested.broker.faults.add({ api: 'Produce', error, times: 2 })
    const values = Array.from({ length: 200 }, (_, i) => `value ${i}`)
    await producer.sendAll(values.map(value => ({ topic, value })))
    assert.deepEqual(await readAll(topic), [['first', ...values]])
  })
test('a batch that is refused for good does not hold up those behind it', ownBroker, async () => {
  const topic = await newTopic()
  await using producer = tested.client.producer({ lingerMs: 0, batchSizeBytes: 100 })
  await producer.send({ topic, value: 'first' })
  tested.broker.faults.add({ api: 'Produce', error: 'INVALID_RECORD', times: 1 })
  const outcomes = await Promise.allSettled(
    Array.from({ length: 50 }, (_, i) => producer.send({ topic, value: `value ${i}` })),
  )
  const failed = outcomes.filter(({ status }) => status === 'rejected')
  assert(failed.length > 0 && failed.length < 10)
  assert.equal((await readAll(topic))[0]!.length, 51 - failed.length)
})
test('a send that cannot succeed in time fails, and the producer goes on', ownBroker, async () => {
  const topic = await newTopic()
  await using producer = tested.client.producer({ deliveryTimeoutMs: 200, lingerMs: 0 })
  await producer.send({ topic, value: 'first' })
  const fault = tested.broker.faults.add({ api: 'Produce', error: 'NOT_ENOUGH_REPLICAS' })
  await assert.rejects(producer.send({ topic, value: 'x' }), { code: 'DELIVERY_TIMED_OUT' })
  fault.remove()
  assert.equal((await producer.send({ topic, value: 'y' })).offset, 1)
})
test('acks 0 and 1 need no idempotence, and idempotence no less than all', () => {
  assert.throws(() => tested.client.producer({ acks: 1, idempotent: true }), { code: 'INVALID_ARGUMENT' })
  assert.throws(() => tested.client.producer({ inFlightMax: 6 }), { code: 'INVALID_ARGUMENT' })
})
