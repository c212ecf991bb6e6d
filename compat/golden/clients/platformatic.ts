// Calls what @platformatic/kafka has, and goes on where something is refused.

import {
  Admin,
  Consumer,
  MessagesStreamModes,
  Producer,
  stringDeserializers,
  stringSerializers,
} from '@platformatic/kafka'

const [bootstrap, saslBootstrap] = process.argv.slice(2) as [string, string]
const options = { clientId: 'golden', bootstrapBrokers: [bootstrap] }
const topic = 'platformatic.orders',
  groupId = 'platformatic-group'
const attempt = (what: Promise<unknown>) => what.catch((error: Error) => console.log(`  ${error.message}`))

const admin = new Admin(options)
await attempt(
  admin.createTopics({
    topics: [topic],
    partitions: 2,
    replicas: 1,
    configs: [{ name: 'retention.ms', value: '60000' }],
  }),
)
await attempt(admin.createPartitions({ topics: [{ name: topic, count: 3 }] }))
await attempt(admin.listTopics({ includeInternals: true }))
await attempt(admin.metadata({ topics: [topic, 'absent'] }))
await attempt(
  admin.describeConfigs({
    resources: [{ resourceType: 2, resourceName: topic, configurationKeys: ['retention.ms'] }],
    includeSynonyms: true,
  }),
)
await attempt(
  admin.incrementalAlterConfigs({
    resources: [
      { resourceType: 2, resourceName: topic, configs: [{ name: 'retention.ms', configOperation: 0, value: '70000' }] },
    ],
  }),
)
await attempt(
  admin.alterConfigs({
    resources: [{ resourceType: 2, resourceName: topic, configs: [{ name: 'retention.ms', value: '80000' }] }],
  }),
)

const producer = new Producer({
  ...options,
  serializers: stringSerializers,
  idempotent: true,
  transactionalId: 'platformatic-tx',
})
const message = { topic, key: 'a', value: 'one', headers: { trace: '1' } }
for (const end of ['commit', 'abort'] as const) {
  const transaction = await producer.beginTransaction()
  await transaction.send({ messages: [message] })
  await transaction[end]()
}
await producer.close()
const plain = new Producer({ ...options, serializers: stringSerializers })
for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)
  await attempt(plain.send({ messages: [message], compression }))
await attempt(plain.send({ messages: [message], acks: 0 }))
await plain.close()

const consumer = new Consumer({
  ...options,
  groupId,
  deserializers: stringDeserializers,
  sessionTimeout: 10_000,
  heartbeatInterval: 500,
})
const stream = await consumer.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST, autocommit: false })
for await (const record of stream) {
  await record.commit()
  break
}
await attempt(admin.listGroups())
await attempt(admin.describeGroups({ groups: [groupId], includeAuthorizedOperations: true }))
await new Promise(resolve => setTimeout(resolve, 1500))
await attempt(consumer.listCommittedOffsets({ topics: [{ topic, partitions: [0, 1] }] }))
await attempt(consumer.listOffsetsWithTimestamps({ topics: [topic], timestamp: 1n }))
await stream.close().catch(() => {})
await consumer.close(true)

const modern = new Consumer({
  ...options,
  groupId: `${groupId}-848`,
  groupProtocol: 'consumer',
  deserializers: stringDeserializers,
})
const modernStream = await modern.consume({ topics: [topic], mode: MessagesStreamModes.EARLIEST, autocommit: true })
for await (const _ of modernStream) break
await modernStream.close().catch(() => {})
await modern.close(true)

await attempt(admin.describeLogDirs({ topics: [{ name: topic, partitions: [0] }] }))
await attempt(admin.listConsumerGroupOffsets({ groups: [groupId] }))
await attempt(
  admin.alterConsumerGroupOffsets({
    groupId,
    topics: [{ name: topic, partitionOffsets: [{ partition: 0, offset: 1n }] }],
  }),
)
await attempt(admin.deleteConsumerGroupOffsets({ groupId, topics: [{ name: topic, partitionIndexes: [0] }] }))
await attempt(admin.listOffsets({ topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -1n }] }] }))
await attempt(admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition: 0, offset: 1n }] }] }))
const entity = { entityType: 'client-id', entityName: 'golden-limited' } as const
await attempt(
  admin.alterClientQuotas({
    entries: [{ entities: [entity], ops: [{ key: 'consumer_byte_rate', value: 1e6, remove: false }] }],
    validateOnly: false,
  }),
)
await attempt(
  admin.describeClientQuotas({
    components: [{ entityType: 'client-id', matchType: 0, match: 'golden-limited' }],
    strict: false,
  }),
)
const acl = {
  resourceType: 2,
  resourceName: topic,
  resourcePatternType: 3,
  principal: 'User:bob',
  host: '*',
  operation: 3,
  permissionType: 3,
} as const
await attempt(admin.createAcls({ creations: [acl] }))
await attempt(admin.describeAcls({ filter: acl }))
await attempt(admin.deleteAcls({ filters: [acl] }))
await attempt(admin.deleteGroups({ groups: [groupId] }))
await attempt(admin.deleteTopics({ topics: [topic] }))
await admin.close()

const secured = new Admin({
  ...options,
  bootstrapBrokers: [saslBootstrap],
  sasl: { mechanism: 'PLAIN', username: 'alice', password: 'alice-secret' },
})
await attempt(secured.listTopics())
await secured.close()
process.exit()
