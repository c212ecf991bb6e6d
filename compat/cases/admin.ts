// Topics, configs, offsets and the cluster, as admin clients ask for them.

import assert from 'node:assert/strict'

import { define, eventually, refuses } from '../suite/case.ts'
import { message, numbered, values } from '../suite/messages.ts'

export const adminCases = [
  define('admin: a created topic has its partitions', ['createTopic', 'describeTopic'], async ({ client, unique }) => {
    const topic = unique('topic')
    await client.createTopic({ topic, partitions: 3 })
    const { partitions } = await eventually('the topic', () => client.describeTopic({ topic }))
    assert.deepEqual(
      partitions.map(({ id }) => id).toSorted((a, b) => a - b),
      [0, 1, 2],
    )
    for (const { leader, isr } of partitions) assert.deepEqual(isr, [leader])
  }),
  define('admin: a created topic is listed', ['createTopic', 'listTopics'], async ({ client, unique }) => {
    const topic = unique('topic')
    await client.createTopic({ topic })
    await eventually('the topic in the list', async () => (await client.listTopics({})).includes(topic))
  }),
  define(
    'admin: a topic is listed, and its partitions are described',
    ['listTopics', 'describeTopic'],
    async ({ client, topic }) => {
      const name = await topic({ partitions: 2 })
      await eventually('the topic in the list', async () => (await client.listTopics({})).includes(name))
      const { partitions } = await client.describeTopic({ topic: name })
      assert.deepEqual(
        partitions.map(({ id }) => id).toSorted((a, b) => a - b),
        [0, 1],
      )
    },
  ),
  define(
    'admin: configs given at creation are described',
    ['createTopic', 'topicConfigs'],
    async ({ client, unique }) => {
      const topic = unique('topic')
      await client.createTopic({ topic, configs: { 'retention.ms': '1234567', 'cleanup.policy': 'compact' } })
      const configs = await eventually('configs', () => client.topicConfigs({ topic }))
      assert.equal(configs['retention.ms'], '1234567')
      assert.equal(configs['cleanup.policy'], 'compact')
    },
  ),
  define('admin: configs not given have their defaults', ['topicConfigs'], async ({ client, topic }) => {
    const configs = await client.topicConfigs({ topic: await topic() })
    assert.equal(configs['segment.bytes'], '1073741824')
    assert.equal(configs['max.message.bytes'], '1048588')
    assert.equal(configs['compression.type'], 'producer')
    assert.ok(Object.keys(configs).length > 25, `only ${Object.keys(configs).length} configs`)
  }),
  define('admin: configs of a broker are described', ['brokerConfigs', 'describeCluster'], async ({ client }) => {
    const { brokers } = await client.describeCluster({})
    const configs = await client.brokerConfigs({ broker: brokers[0]!.id })
    assert.equal(configs['auto.create.topics.enable'], 'true')
    assert.ok(Object.keys(configs).length > 100, `only ${Object.keys(configs).length} configs`)
  }),
  define('admin: a config is altered', ['alterTopicConfigs', 'topicConfigs'], async ({ client, topic }) => {
    const name = await topic()
    await client.alterTopicConfigs({ topic: name, set: { 'retention.ms': '7654321' } })
    await eventually(
      'the new value',
      async () => (await client.topicConfigs({ topic: name }))['retention.ms'] === '7654321',
    )
  }),
  define(
    'admin: a config is altered and another is kept, and it goes back to its default',
    ['alterTopicConfigs', 'topicConfigs', 'incremental configs'],
    async ({ client, topic }) => {
      const name = await topic({ configs: { 'segment.ms': '1000000', 'retention.ms': '5000000' } })
      await client.alterTopicConfigs({ topic: name, set: { 'retention.ms': '7654321' } })
      await eventually('the new value', async () => {
        const configs = await client.topicConfigs({ topic: name })
        return configs['retention.ms'] === '7654321' && configs['segment.ms'] === '1000000'
      })
      await client.alterTopicConfigs({ topic: name, remove: ['retention.ms'] })
      await eventually(
        'the default',
        async () => (await client.topicConfigs({ topic: name }))['retention.ms'] === '604800000',
      )
    },
  ),
  define('admin: a wrong config value is refused', ['alterTopicConfigs', 'error codes'], async ({ client, topic }) => {
    const name = await topic()
    await refuses('INVALID_CONFIG', client.alterTopicConfigs({ topic: name, set: { 'retention.ms': 'soon' } }))
  }),
  define('admin: partitions are added', ['createPartitions', 'describeTopic'], async ({ client, topic }) => {
    const name = await topic()
    await client.createPartitions({ topic: name, count: 4 })
    await eventually('4 partitions', async () => (await client.describeTopic({ topic: name })).partitions.length === 4)
  }),
  define('admin: fewer partitions are refused', ['createPartitions', 'error codes'], async ({ client, topic }) => {
    await refuses('INVALID_PARTITIONS', client.createPartitions({ topic: await topic({ partitions: 3 }), count: 2 }))
  }),
  define('admin: a deleted topic is gone', ['deleteTopic', 'listTopics'], async ({ client, topic }) => {
    const name = await topic()
    await client.deleteTopic({ topic: name })
    await eventually('the end of the topic', async () => !(await client.listTopics({})).includes(name))
  }),
  define(
    'admin: a topic made again under its name is empty',
    ['createTopic', 'deleteTopic', 'produce', 'consume', 'quick'],
    async ({ client, control, unique }) => {
      const topic = unique('topic')
      await client.createTopic({ topic })
      await control.produce({ topic, messages: numbered(5, 'old') })
      await client.deleteTopic({ topic })
      await eventually('a new topic', async () => (await client.createTopic({ topic }), true))
      await eventually('a record', async () => (await client.produce({ topic, messages: [message('new')] }), true))
      const read = await eventually('the record', () => client.consume({ topic, from: 'earliest', count: 1 }))
      assert.deepEqual(values(read), ['new'])
      assert.equal(read[0]!.offset, 0)
    },
  ),
  define('admin: the cluster is described', ['describeCluster'], async ({ client }) => {
    const { brokers, controller } = await client.describeCluster({})
    assert.ok(brokers.length > 0)
    assert.ok(brokers.every(({ host, port }) => host !== '' && port > 0))
    assert.ok(brokers.some(({ id }) => id === controller))
  }),
  define('admin: the cluster has an id', ['describeCluster', 'cluster id'], async ({ client }) => {
    assert.match((await client.describeCluster({})).clusterId, /^[\w-]{10,}$/)
  }),
  define('admin: an existing topic is refused', ['createTopic', 'error codes'], async ({ client, topic }) => {
    await refuses('TOPIC_ALREADY_EXISTS', client.createTopic({ topic: await topic() }))
  }),
  define('admin: an invalid topic name is refused', ['createTopic', 'error codes'], async ({ client }) => {
    await refuses('INVALID_TOPIC_EXCEPTION', client.createTopic({ topic: 'not a name!' }))
  }),
  define(
    'admin: more replicas than brokers are refused',
    ['createTopic', 'error codes', 'replication factor'],
    async ({ client, unique }) => {
      await refuses('INVALID_REPLICATION_FACTOR', client.createTopic({ topic: unique('topic'), replicationFactor: 99 }))
    },
  ),
  define('admin: an unknown config is refused', ['createTopic', 'error codes'], async ({ client, unique }) => {
    await refuses('INVALID_CONFIG', client.createTopic({ topic: unique('topic'), configs: { 'no.such.config': '1' } }))
  }),
  define('admin: deleting an unknown topic is refused', ['deleteTopic', 'error codes'], async ({ client, unique }) => {
    await refuses('UNKNOWN_TOPIC_OR_PARTITION', client.deleteTopic({ topic: unique('nowhere') }))
  }),
  define(
    'admin: configs of an unknown topic are refused',
    ['topicConfigs', 'errors of configs'],
    async ({ client, unique }) => {
      await refuses('UNKNOWN_TOPIC_OR_PARTITION', client.topicConfigs({ topic: unique('nowhere') }))
    },
  ),
  define('admin: earliest and latest offsets', ['endOffsets'], async ({ client, control, topic }) => {
    const name = await topic()
    assert.deepEqual(await client.endOffsets({ topic: name, partition: 0 }), { earliest: 0, latest: 0 })
    await control.produce({ topic: name, messages: numbered(7) })
    assert.deepEqual(await client.endOffsets({ topic: name, partition: 0 }), { earliest: 0, latest: 7 })
  }),
  define('admin: the offset of the latest time', ['maxTimestampOffset'], async ({ client, control, topic }) => {
    const name = await topic({ configs: { 'retention.ms': '-1' } })
    const times = [1_700_000_001_000, 1_700_000_009_000, 1_700_000_003_000]
    await control.produce({ topic: name, messages: times.map(timestampMs => message('timed', { timestampMs })) })
    assert.equal(await client.maxTimestampOffset({ topic: name, partition: 0 }), 1)
  }),
  define('admin: the size of a topic on disk', ['logDirSize'], async ({ client, control, topic }) => {
    const name = await topic()
    await control.produce({ topic: name, messages: [message('x'.repeat(10_000))] })
    const size = await client.logDirSize({ topic: name })
    assert.ok(size > 10_000 && size < 12_000, `${size} bytes`)
  }),
  define('admin: records are deleted', ['deleteRecords', 'endOffsets'], async ({ client, control, topic }) => {
    const name = await topic()
    await control.produce({ topic: name, messages: numbered(10) })
    await client.deleteRecords({ topic: name, partition: 0, offset: 4 })
    assert.deepEqual(await client.endOffsets({ topic: name, partition: 0 }), { earliest: 4, latest: 10 })
  }),
  define(
    'admin: after all records are deleted, the next is read',
    ['deleteRecords', 'produce', 'consume'],
    async ({ client, control, topic }) => {
      const name = await topic()
      await control.produce({ topic: name, messages: numbered(10) })
      await client.deleteRecords({ topic: name, partition: 0, offset: -1 })
      await client.produce({ topic: name, messages: [message('eleventh')] })
      const read = await client.consume({ topic: name, from: 'earliest', count: 1 })
      assert.deepEqual([read[0]?.offset, ...values(read)], [10, 'eleventh'])
    },
  ),
  define(
    'admin: deleting records beyond the end is refused',
    ['deleteRecords', 'error codes'],
    async ({ client, topic }) => {
      const deletion = client.deleteRecords({ topic: await topic(), partition: 0, offset: 1 })
      await refuses('OFFSET_OUT_OF_RANGE', deletion)
    },
  ),
]
