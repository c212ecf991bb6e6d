// Transactions on a broker of our own, of both versions and with faults; or on any cluster named in
// MILLRACE_TEST_BOOTSTRAP, without them.
import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../../base/index.ts'
import { startBroker } from '../../testing/index.ts'
import { clusterUnderTest } from '../cluster-under-test.ts'
import type { Producer, ProducerOptions } from '../index.ts'

const seed = seedFromEnvironment()
console.log(`transactions: SEED=${seed}`)
const tested = clusterUnderTest('transactions', () => startBroker(), {
  backoffMs: 5,
  backoffMsMax: 50,
  requestTimeoutMs: 2_000,
})
const { ownBroker, newName } = tested
async function newTopic(partitions = 2): Promise<string> {
  const name = newName('transactions')
  await tested.client.admin.topics.create([{ name, partitions }])
  return name
}
/** The values of a topic that count, by partition. */
async function committed(topic: string, partitions = 2): Promise<string[][]> {
  await using consumer = tested.client.consumer({ offsetReset: 'earliest', isolation: 'read_committed' })
  const values: string[][] = Array.from({ length: partitions }, () => [])
  consumer.assign(values.map((_, partition) => ({ topic, partition })))
  do
    for (const batch of await consumer.poll())
      for (const { value } of batch) values[batch.partition]!.push(String(value))
  while (!consumer.atEnd())
  return values
}
/** The markers of a transaction that has committed are still on their way for a moment. */
async function offsetBecomes(expected: number, group: string, topic: string): Promise<void> {
  for (;;) {
    const offsets = await tested.client.admin.groups.offsets(group)
    if (offsets.find(offset => offset.topic === topic)?.offset === expected) return
  }
}

for (const version of tested.isOwn ? [1, 2] : [2])
  suite(`transactions of version ${version}`, () => {
    /** A cluster that has not finalized the feature says nothing of it: the second ApiVersions asks for features. */
    const begin = async (id: string, options: ProducerOptions = {}): Promise<Producer> => {
      let asked = 0
      const fault =
        version === 1
          ? tested.broker.faults.add({ api: 'ApiVersions', error: 'UNSUPPORTED_VERSION', where: () => ++asked === 2 })
          : undefined
      const producer = tested.client.producer({ transactionalId: id, lingerMs: 0, maxBlockMs: 1_000, ...options })
      await producer.begin()
      fault?.remove()
      return producer
    }

    test('what is committed counts, what is aborted does not, with the offsets of groups', async () => {
      const topic = await newTopic(),
        group = newName('group')
      await using producer = await begin(newName('id'))
      for (const [n, end] of (['commit', 'abort', 'abort', 'commit'] as const).entries()) {
        if (n > 0) await producer.begin()
        await producer.sendAll([0, 1].map(partition => ({ topic, partition, value: `${n}` })))
        await producer.sendOffsets({ groupId: group, offsets: [{ topic, partition: 0, offset: n }] })
        await producer[end]()
        await offsetBecomes(n === 3 ? 3 : 0, group, topic)
      }
      assert.deepEqual(await committed(topic), [
        ['0', '3'],
        ['0', '3'],
      ])
    })
    test('the offsets of a member that was removed from its group are refused', async () => {
      const topic = await newTopic(),
        groupId = newName('group')
      await using consumer = tested.client.consumer({ groupId, offsetReset: 'earliest', autoCommit: false })
      consumer.subscribe(topic)
      assert.throws(() => consumer.member, { code: 'UNKNOWN_MEMBER_ID' })
      while (consumer.assignment.length === 0) await consumer.poll({ maxWaitMs: 20 })
      const { member } = consumer
      const offsets = { groupId, member, offsets: [{ topic, partition: 0, offset: 7 }] }
      await using producer = await begin(newName('id'))
      await producer.sendOffsets(offsets)
      await producer.commit()
      await offsetBecomes(7, groupId, topic)
      await tested.client.admin.groups.removeMembers(groupId)
      await producer.begin()
      await assert.rejects(producer.sendOffsets(offsets), { code: 'UNKNOWN_MEMBER_ID' })
      await producer.abort()
    })
    test('an empty transaction commits, and aborts', async () => {
      await using producer = await begin(newName('id'))
      await producer.commit()
      await producer.begin()
      await producer.abort()
    })
    test('abort drops what was not sent', async () => {
      const topic = await newTopic()
      await using producer = await begin(newName('id'))
      await producer.send({ topic, partition: 0, value: 'sent' })
      const waiting = producer.send({ topic, partition: 0, value: 'waiting' })
      await producer.abort()
      await assert.rejects(waiting, { code: 'TRANSACTION_ABORTED' })
      await producer.transaction(() => producer.send({ topic, partition: 0, value: 'next' }))
      assert.deepEqual(await committed(topic), [['next'], []])
    })
    test('who comes next with the same id fences who was before', async () => {
      const topic = await newTopic(),
        id = newName('id')
      await using one = await begin(id)
      await one.send({ topic, partition: 0, value: 'one' })
      await using two = await begin(id)
      await two.send({ topic, partition: 0, value: 'two' })
      await assert.rejects(one.commit(), { code: 'PRODUCER_FENCED' })
      await assert.rejects(one.begin(), { code: 'PRODUCER_FENCED' })
      await two.commit()
      assert.deepEqual(await committed(topic), [['two'], []])
    })
    test('a send that fails leaves only abort, and the next transaction is sound', async () => {
      const topic = await newTopic()
      await using producer = await begin(newName('id'))
      await producer.send({ topic, partition: 0, value: 'a' })
      await assert.rejects(producer.send({ topic, partition: 7, value: 'b' }), { code: 'UNKNOWN_TOPIC_OR_PARTITION' })
      await assert.rejects(producer.commit(), { code: 'UNKNOWN_TOPIC_OR_PARTITION' })
      if (tested.isOwn) {
        await producer.abort()
        await producer.begin()
        tested.broker.faults.add({ api: 'Produce', error: 'INVALID_RECORD', times: 1 })
        await assert.rejects(producer.send({ topic, partition: 0, value: 'c' }), { code: 'INVALID_RECORD' })
        await assert.rejects(producer.commit(), { code: 'INVALID_RECORD' })
      }
      await producer.abort()
      await producer.transaction(() => producer.send({ topic, partition: 0, value: 'd' }))
      assert.deepEqual(await committed(topic), [['d'], []])
    })
    test('an abort waits for no record that has found no place', async () => {
      const topic = await newTopic()
      await using producer = await begin(newName('id'), { maxBlockMs: 600_000 })
      await producer.send({ topic, partition: 0, value: 'a' })
      const refused = [
        assert.rejects(producer.send({ topic, partition: 7, value: 'b' }), { code: 'TRANSACTION_ABORTED' }),
        assert.rejects(producer.send({ topic, partition: 1, value: 'c' }), { code: 'TRANSACTION_ABORTED' }),
      ]
      await producer.abort()
      await Promise.all(refused)
      await producer.transaction(() => producer.send({ topic, partition: 1, value: 'd' }))
      assert.deepEqual(await committed(topic), [[], ['d']])
    })
    test('work that throws is aborted, and its error is what is thrown', async () => {
      const topic = await newTopic()
      await using producer = await begin(newName('id'))
      await producer.commit()
      const working = producer.transaction(async () => {
        await producer.send({ topic, partition: 0, value: 'a' })
        throw new Error('changed my mind')
      })
      await assert.rejects(working, /changed my mind/)
      assert.deepEqual(await committed(topic), [[], []])
    })
    test('a transaction that the coordinator wants aborted is, and the next one is sound', ownBroker, async () => {
      const topic = await newTopic()
      await using producer = await begin(newName('id'))
      await producer.commit()
      for (const api of ['Produce', 'EndTxn', 'TxnOffsetCommit']) {
        tested.broker.faults.add({ api, error: 'TRANSACTION_ABORTABLE', times: 1 })
        const work = producer.transaction(async () => {
          await producer.send({ topic, partition: 0, value: api })
          await producer.sendOffsets({ groupId: 'g', offsets: [{ topic, partition: 0, offset: 1 }] })
        })
        await assert.rejects(work, { code: 'TRANSACTION_ABORTABLE', abortable: true })
        await producer.transaction(() => producer.send({ topic, partition: 1, value: `after ${api}` }))
      }
      assert.deepEqual(await committed(topic), [[], ['after Produce', 'after EndTxn', 'after TxnOffsetCommit']])
    })
    test(`each task once, through lost answers and lost requests (seed ${seed})`, ownBroker, async () => {
      const random = new SeededRandom(seed),
        topic = await newTopic(),
        group = newName('group')
      const { faults } = tested.broker
      const asked = ['Produce', 'EndTxn', 'TxnOffsetCommit', 'AddPartitionsToTxn', 'AddOffsetsToTxn']
      await using producer = await begin(newName('id'))
      await producer.abort()
      for (const api of asked)
        for (const drop of ['before', 'after'] as const) faults.add({ api, drop, where: () => random.chance(0.04) })
      const count = 100
      for (let n = 0; n < count; n++)
        await producer.transaction(async () => {
          await producer.sendAll([0, 1].map(partition => ({ topic, partition, value: `${n}` })))
          await producer.sendOffsets({ groupId: group, offsets: [{ topic, partition: 0, offset: n + 1 }] })
        })
      faults.clear()
      const all = Array.from({ length: count }, (_, n) => `${n}`)
      assert.deepEqual(await committed(topic), [all, all], `SEED=${seed}`)
      await offsetBecomes(count, group, topic)
    })
  })

test('without a transactional id there are no transactions, and with one nothing is sent outside of them', async () => {
  await using plain = tested.client.producer()
  await assert.rejects(async () => plain.begin(), { code: 'INVALID_TXN_STATE' })
  await using producer = tested.client.producer({ transactionalId: newName('id') })
  await assert.rejects(producer.send({ topic: 't', value: 'x' }), { code: 'INVALID_TXN_STATE' })
  await assert.rejects(producer.commit(), { code: 'INVALID_TXN_STATE' })
})
