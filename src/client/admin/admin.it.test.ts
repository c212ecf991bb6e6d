// The admin on a broker of our own, or on any cluster named in MILLRACE_TEST_BOOTSTRAP.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { startBroker } from '../../testing/index.ts'
import { clusterUnderTest } from '../cluster-under-test.ts'

const tested = clusterUnderTest('admin', () => startBroker())
const { newName } = tested

test('a topic is made, listed, described, grown and deleted', async () => {
  const name = newName('topic')
  const { topics } = tested.client.admin
  const [made] = await topics.create([{ name, partitions: 2, replicationFactor: 1 }])
  assert.deepEqual([made!.name, made!.partitions, made!.replicationFactor], [name, 2, 1])
  await assert.rejects(topics.create([{ name }]), { code: 'TOPIC_ALREADY_EXISTS' })
  assert((await topics.list()).some(topic => topic.name === name && topic.id === made!.id))
  const [described] = await topics.describe([name])
  assert.deepEqual(
    described!.partitions.map(({ partition, leader }) => [partition, leader >= 0]),
    [
      [0, true],
      [1, true],
    ],
  )
  await assert.rejects(topics.grow(name, 2), { code: 'INVALID_PARTITIONS' })
  await topics.grow(name, 5)
  assert.equal((await topics.describe([name]))[0]!.partitions.length, 5)
  await topics.delete([name])
  await assert.rejects(topics.delete([name]), { code: 'UNKNOWN_TOPIC_OR_PARTITION' })
})
test('a topic can be asked for without being made', async () => {
  const name = newName('asked')
  await tested.client.admin.topics.create([{ name }], { validateOnly: true })
  assert(!(await tested.client.admin.topics.list()).some(topic => topic.name === name))
  await assert.rejects(tested.client.admin.topics.create([{ name: 'no/such/name' }]), {
    code: 'INVALID_TOPIC_EXCEPTION',
  })
})
test('configs tell where they come from, and are changed one by one', async () => {
  const name = newName('configs')
  await tested.client.admin.topics.create([{ name, configs: { 'retention.ms': '1000' } }])
  const resource = { type: 'topic', name } as const
  const { configs } = tested.client.admin
  const read = async () =>
    Object.fromEntries(
      (await configs.describe(resource, ['retention.ms', 'cleanup.policy'])).map(({ name, value, source }) => [
        name,
        `${value}, ${source}`,
      ]),
    )
  assert.deepEqual(await read(), { 'cleanup.policy': 'delete, default', 'retention.ms': '1000, topic' })
  await configs.alter(resource, [
    { name: 'cleanup.policy', operation: 'append', value: 'compact' },
    { name: 'retention.ms', operation: 'delete' },
  ])
  assert.deepEqual(await read(), { 'cleanup.policy': 'delete,compact, topic', 'retention.ms': '604800000, default' })
  await assert.rejects(configs.alter(resource, [{ name: 'retention.ms', operation: 'set', value: 'long' }]), {
    code: 'INVALID_CONFIG',
  })
  assert((await configs.describe(resource)).length > 20, 'without names, all are told')
  await assert.rejects(configs.describe({ type: 'topic', name: newName('none') }), {
    code: 'UNKNOWN_TOPIC_OR_PARTITION',
  })
  const { brokers } = await tested.client.admin.cluster.describe()
  const ofBroker = await configs.describe({ type: 'broker', name: String(brokers[0]!.nodeId) }, ['num.partitions'])
  assert.equal(ofBroker[0]?.name, 'num.partitions')
})
test('the cluster, and what lies in its log directories', async () => {
  const name = newName('logs')
  await tested.client.admin.topics.create([{ name }])
  await using producer = tested.client.producer()
  await producer.send({ topic: name, value: 'x'.repeat(1_000) })
  const { clusterId, brokers } = await tested.client.admin.cluster.describe()
  assert(clusterId.length > 0 && brokers.length > 0)
  const dirs = await tested.client.admin.cluster.logDirs()
  const found = dirs.flatMap(({ partitions }) => partitions).find(({ topic }) => topic === name)
  assert(found !== undefined && found.sizeBytes > 1_000)
})
test('offsets of times, and deletion before an offset', async () => {
  const topic = newName('records')
  await tested.client.admin.topics.create([{ name: topic }])
  await using producer = tested.client.producer()
  await producer.sendAll(
    [10, 20, 30].map(timestamp => ({ topic, value: 'x', timestamp: 1_600_000_000_000 + timestamp })),
  )
  const places = [{ topic, partition: 0 }]
  const { records } = tested.client.admin
  const at = async (place: Parameters<typeof records.offsets>[1]) => (await records.offsets(places, place))[0]!.offset
  assert.deepEqual(
    [
      await at('earliest'),
      await at('latest'),
      await at(1_600_000_000_020),
      await at(1_600_000_000_031),
      await at('max-timestamp'),
    ],
    [0, 3, 1, -1, 2],
  )
  assert.equal((await records.deleteBefore([{ topic, partition: 0, offset: 2 }]))[0]!.lowWatermark, 2)
  assert.equal(await at('earliest'), 2)
  await assert.rejects(records.deleteBefore([{ topic, partition: 0, offset: 9 }]), { code: 'OFFSET_OUT_OF_RANGE' })
  assert.equal((await records.deleteBefore([{ topic, partition: 0, offset: 'latest' }]))[0]!.lowWatermark, 3)
})
test('groups: their members, their offsets, and their end', async () => {
  const topic = newName('read'),
    groupId = newName('group')
  await tested.client.admin.topics.create([{ name: topic, partitions: 2 }])
  const { groups } = tested.client.admin
  await groups.setOffsets(groupId, [{ topic, partition: 1, offset: 0, metadata: 'note' }])
  const consumer = tested.client.consumer({ groupId, offsetReset: 'earliest', autoCommit: false })
  consumer.subscribe(topic)
  while (consumer.assignment.length < 2) await consumer.poll({ maxWaitMs: 50 })
  const described = await groups.describe(groupId)
  assert.deepEqual([described.state, described.protocolType, described.protocol], ['Stable', 'consumer', 'range'])
  assert.deepEqual(
    described.members[0]!.partitions,
    [0, 1].map(partition => ({ topic, partition })),
  )
  assert((await groups.list()).some(group => group.groupId === groupId && group.protocolType === 'consumer'))
  await assert.rejects(groups.delete([groupId]), { code: 'NON_EMPTY_GROUP' })
  await assert.rejects(groups.setOffsets(groupId, [{ topic, partition: 0, offset: 1 }]), { name: 'KafkaError' })
  await consumer.close()
  assert.deepEqual(
    (await groups.offsets(groupId)).map(({ partition, offset, metadata }) => [partition, offset, metadata]),
    [[1, 0, 'note']],
  )
  await groups.deleteOffsets(groupId, [{ topic, partition: 1 }])
  assert.deepEqual(await groups.offsets(groupId), [])
  await groups.delete([groupId]).catch((error: { code: string }) => assert.equal(error.code, 'GROUP_ID_NOT_FOUND'))
  assert.equal((await groups.describe(groupId)).state, 'Dead')
})
