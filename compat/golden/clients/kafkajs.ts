// Calls all that kafkajs has, and goes on where something is refused.

import { CompressionTypes, Kafka, logLevel, type SASLOptions } from 'kafkajs'

const [bootstrap, saslBootstrap] = process.argv.slice(2) as [string, string]
const kafka = new Kafka({ clientId: 'golden', brokers: [bootstrap], logLevel: logLevel.NOTHING })
const topic = 'kafkajs.orders'
const attempt = (what: Promise<unknown>) => what.catch((error: Error) => console.log(`  ${error.message}`))

const admin = kafka.admin()
await admin.connect()
await admin.createTopics({
  topics: [{ topic, numPartitions: 2, configEntries: [{ name: 'retention.ms', value: '60000' }] }],
  waitForLeaders: true,
})
await attempt(admin.createTopics({ topics: [{ topic: 'bad name' }] }))
await attempt(admin.createPartitions({ topicPartitions: [{ topic, count: 3 }] }))
await attempt(
  admin.describeConfigs({
    includeSynonyms: true,
    resources: [{ type: 2, name: topic, configNames: ['retention.ms'] }],
  }),
)
await attempt(
  admin.alterConfigs({
    validateOnly: false,
    resources: [{ type: 2, name: topic, configEntries: [{ name: 'retention.ms', value: '70000' }] }],
  }),
)
await attempt(admin.describeCluster())
await attempt(admin.fetchTopicMetadata())

const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
await producer.connect()
for (const compression of [CompressionTypes.None, CompressionTypes.GZIP])
  await producer.send({
    topic,
    compression,
    messages: [
      { key: 'a', value: 'one', headers: { trace: '1' } },
      { key: null, value: null },
    ],
  })
await producer.disconnect()
const unacknowledged = kafka.producer()
await unacknowledged.connect()
await unacknowledged.send({ topic, acks: 0, messages: [{ value: 'none' }] })
await unacknowledged.send({ topic, acks: 1, messages: [{ value: 'one' }] })
await unacknowledged.disconnect()

const transactional = kafka.producer({ transactionalId: 'kafkajs-tx', maxInFlightRequests: 1 })
await transactional.connect()
for (const end of ['commit', 'abort'] as const) {
  const transaction = await transactional.transaction()
  await transaction.send({ topic, messages: [{ key: 'tx', value: end }] })
  await transaction.sendOffsets({
    consumerGroupId: 'kafkajs-group',
    topics: [{ topic, partitions: [{ partition: 0, offset: '1' }] }],
  })
  await transaction[end]()
}
await transactional.disconnect()

const consumer = kafka.consumer({ groupId: 'kafkajs-group', rackId: 'a' })
await consumer.connect()
await consumer.subscribe({ topic, fromBeginning: true })
await new Promise<void>(resolve => {
  void consumer.run({ eachMessage: () => Promise.resolve(resolve()) })
})
await attempt(admin.describeGroups(['kafkajs-group']))
await attempt(admin.listGroups())
await consumer.commitOffsets([{ topic, partition: 0, offset: '1', metadata: 'note' }])
await new Promise(resolve => setTimeout(resolve, 4000))
await consumer.disconnect()
await attempt(admin.fetchOffsets({ groupId: 'kafkajs-group', topics: [topic] }))
await attempt(admin.fetchTopicOffsets(topic))
await attempt(admin.fetchTopicOffsetsByTimestamp(topic, 1))
await attempt(admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '-1' }] }))
await attempt(admin.listPartitionReassignments({ topics: [{ topic, partitions: [0] }] }))
await attempt(
  admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment: [{ partition: 0, replicas: [1] }] }] }),
)
const acl = {
  resourceType: 2,
  resourceName: topic,
  resourcePatternType: 3,
  principal: 'User:bob',
  host: '*',
  operation: 3,
  permissionType: 3,
}
await attempt(admin.createAcls({ acl: [acl] }))
await attempt(admin.describeAcls(acl))
await attempt(admin.deleteAcls({ filters: [acl] }))
await attempt(admin.deleteGroups(['kafkajs-group', 'nobody']))
await attempt(admin.deleteTopics({ topics: [topic] }))
await admin.disconnect()

const sasl: SASLOptions = { mechanism: 'plain', username: 'alice', password: 'alice-secret' }
for (const password of ['alice-secret', 'wrong']) {
  const login = new Kafka({
    clientId: 'golden',
    brokers: [saslBootstrap],
    sasl: { ...sasl, password },
    logLevel: logLevel.NOTHING,
    retry: { retries: 0 },
  })
  const secured = login.admin()
  await attempt(secured.connect())
  await attempt(secured.disconnect())
}
process.exit()
