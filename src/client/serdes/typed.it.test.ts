// Typed producers and consumers on a broker of our own, or on any cluster named in MILLRACE_TEST_BOOTSTRAP.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { startBroker } from '../../testing/index.ts'
import { clusterUnderTest } from '../cluster-under-test.ts'
import { DeserializationError, serdes, type Consumer, type ConsumerOptions, type Serde } from '../index.ts'

const tested = clusterUnderTest('typed', () => startBroker(), { backoffMs: 10, backoffMsMax: 50 })
const { newName } = tested

interface Order {
  readonly id: number
}
const orders = serdes.required(serdes.json<Order>())
async function newTopic(): Promise<string> {
  const name = newName()
  await tested.client.admin.topics.create([{ name, partitions: 1 }])
  return name
}
/** Orders 0 to 4, where those of `poisoned` are text that is no JSON. */
async function withPoison(...poisoned: number[]): Promise<string> {
  const topic = await newTopic()
  await using producer = tested.client.producer()
  await producer.sendAll(
    [0, 1, 2, 3, 4].map(id => ({
      topic,
      partition: 0,
      key: `${id}`,
      value: poisoned.includes(id) ? '{oops' : `{"id":${id}}`,
    })),
  )
  return topic
}
function reading<K, V>(topic: string, options: ConsumerOptions<K, V>): Consumer<K, V> {
  const consumer = tested.client.consumer(options)
  consumer.assign([{ topic, partition: 0, offset: 'earliest' }])
  return consumer
}

test('serdes: what is sent typed is read typed', async () => {
  const topic = await newTopic()
  await using producer = tested.client.producer({ key: serdes.int64, value: orders })
  await producer.send({ topic, key: 2n ** 60n, value: { id: 1 } })
  await producer.sendAll([{ topic, value: { id: 2 } }])
  await using consumer = reading(topic, { key: serdes.int64, value: orders })
  const read: [bigint | null, number][] = []
  for await (const { key, value } of consumer) if (read.push([key, value.id]) === 2) break
  assert.deepEqual(read, [
    [2n ** 60n, 1],
    [null, 2],
  ])
})
test('serdes: a topic of a producer has serdes of its own', async () => {
  const topic = await newTopic()
  await using producer = tested.client.producer()
  const typed = producer.topic(topic, { value: serdes.float64 })
  const { offset } = await typed.send({ key: 'k', value: 0.5 })
  assert.deepEqual(
    (await typed.sendAll([{ value: 1 }, { value: 2 }])).map(({ offset }) => offset),
    [offset + 1, offset + 2],
  )
  await producer.send({ topic, value: Buffer.alloc(8) })
  await using consumer = reading(topic, { value: serdes.float64 })
  const values: (number | null)[] = []
  for await (const { value } of consumer) if (values.push(value) === 4) break
  assert.deepEqual(values, [0.5, 1, 2, 0])
})
test('serdes: what cannot be serialized fails its own send, and no other', async () => {
  const topic = await newTopic()
  await using producer = tested.client.producer({ value: orders })
  const failed = producer.send({ topic, value: null as never })
  const sent = producer.send({ topic, value: { id: 1 } })
  await assert.rejects(failed, { code: 'SERIALIZATION_FAILED', message: /value for topic .*: there is no data/ })
  assert.equal((await sent).offset, 0)
})
test('serdes: a serializer that fetches something first keeps the order of sends, and close waits for it', async () => {
  const topic = await newTopic()
  const fetched = Promise.withResolvers<void>()
  let isFetched = false
  const slow: Serde<string | null> = {
    ...serdes.string,
    prepareToSerialize: text => (text === 'first' ? fetched.promise.then(() => void (isFetched = true)) : undefined),
    serialize: text => (isFetched ? text : assert.fail('serialized before it was prepared')),
  }
  const producer = tested.client.producer({ value: slow })
  const sent = ['first', 'second'].map(value => producer.send({ topic, value }))
  const closed = producer.close()
  fetched.resolve()
  assert.deepEqual(
    (await Promise.all(sent)).map(({ offset }) => offset),
    [0, 1],
  )
  await closed
})

test('serdes: a record that cannot be read says which it is, and reading goes on behind it', async () => {
  await using consumer = reading(await withPoison(1, 4), { value: orders })
  const read: number[] = []
  const failures: string[] = []
  while (read.length + failures.length < 5) {
    try {
      for await (const { value } of consumer) {
        read.push(value.id)
        if (read.length + failures.length === 5) break
      }
    } catch (error) {
      assert(error instanceof DeserializationError)
      const { code, part, offset, record } = error
      failures.push(`${code} ${part} ${offset} ${record.value}`)
    }
  }
  assert.deepEqual(read, [0, 2, 3])
  assert.deepEqual(failures, ['DESERIALIZATION_FAILED value 1 {oops', 'DESERIALIZATION_FAILED value 4 {oops'])
})
test('serdes: a record that cannot be read is not committed before the next one is asked for', async () => {
  const topic = await withPoison(2)
  const groupId = `group-of-${topic}`
  await using consumer = tested.client.consumer({ groupId, value: orders, offsetReset: 'earliest', autoCommit: false })
  consumer.subscribe(topic)
  const committed = async () => {
    await consumer.commit()
    return (await consumer.committed([{ topic, partition: 0 }]))[0]?.offset
  }
  await assert.rejects(async () => {
    for await (const _ of consumer);
  }, DeserializationError)
  assert.equal(await committed(), 2)
  for await (const { value } of consumer) if (value.id === 3) break
  assert.equal(await committed(), 3)
})
test('serdes: in a polled batch, the records beside one that cannot be read can be read', async () => {
  await using consumer = reading(await withPoison(1), { value: orders })
  const [batch] = await consumer.poll()
  assert.throws(() => batch!.record(1), DeserializationError)
  assert.deepEqual([batch!.record(0).value, batch!.record(2).value], [{ id: 0 }, { id: 2 }])
  assert.equal(batch!.rawRecord(1).value?.toString(), '{oops')
})
test('serdes: skip leaves out what cannot be read, in batches and record by record', async () => {
  const topic = await withPoison(0, 3)
  await using batches = reading(topic, { value: orders, onDeserializationError: 'skip' })
  const [batch] = await batches.poll()
  assert.deepEqual(
    [...batch!].map(({ value }) => value.id),
    [1, 2, 4],
  )
  assert.deepEqual([batch!.isLeftOut(0), batch!.isLeftOut(1)], [true, false])
  await using records = reading(topic, { value: orders, onDeserializationError: 'skip' })
  const ids: number[] = []
  for await (const { value } of records) if (ids.push(value.id) === 3) break
  assert.deepEqual(ids, [1, 2, 4])
})
test('serdes: dead letters are awaited before their poll gives anything, and asked for again when that fails', async () => {
  const topic = await withPoison(1)
  const letters: string[] = []
  let isDown = true
  await using consumer = reading(topic, {
    value: orders,
    async onDeserializationError({ record }) {
      await Promise.resolve()
      if (isDown) throw new Error('the topic of dead letters cannot be reached')
      letters.push(`${record.key} ${record.value}`)
    },
  })
  await assert.rejects(consumer.poll(), /dead letters cannot be reached/)
  isDown = false
  const [batch] = await consumer.poll()
  assert.deepEqual(
    [...batch!].map(({ value }) => value.id),
    [0, 2, 3, 4],
  )
  assert.deepEqual(letters, ['1 {oops'])
})
test('serdes: a deserializer that fetches something first is given all that a poll has of a topic', async () => {
  const topic = await withPoison()
  let prepared: string[] = []
  const slow: Serde<string | null> = {
    ...serdes.string,
    async prepareToDeserialize(bytes, { part }) {
      await Promise.resolve()
      prepared = bytes.map(one => `${part} ${one}`)
    },
    deserialize: bytes => (prepared.length > 0 ? String(bytes) : assert.fail('read before it was prepared')),
  }
  await using consumer = reading(topic, { key: slow })
  const [batch] = await consumer.poll()
  assert.deepEqual(
    [...batch!].map(({ key }) => key),
    ['0', '1', '2', '3', '4'],
  )
  assert.deepEqual(prepared, ['key 0', 'key 1', 'key 2', 'key 3', 'key 4'])
})
