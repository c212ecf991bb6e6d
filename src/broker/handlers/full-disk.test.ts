// What clients are answered where metadata cannot be written: each API has a place of its own for the error.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { memoryMetadataLog, MetadataUnwritable, type MetadataLog } from '../../metadata/index.ts'
import {
  alterClientQuotas,
  alterPartitionReassignments,
  alterUserScramCredentials,
  createAcls,
  deleteAcls,
  electLeaders,
  errorName,
  unregisterBroker,
  updateFeatures,
  type AnyApi,
} from '../../protocol/index.ts'
import { TestCluster, topic } from '../testing.ts'

const properties = {
  'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
  'super.users': 'User:ANONYMOUS',
}
const acl = { resourceType: 2, resourceName: 'a', principal: 'User:ann', host: '*', operation: 3, permissionType: 3 }
const filter = {
  resourceTypeFilter: 2,
  resourceNameFilter: null,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
}
const credential = { mechanism: 1, iterations: 4096, salt: Buffer.from('salt'), saltedPassword: Buffer.alloc(32) }

/** `told`: the error of the request as a whole where it has one, and those of the things in it. */
const requests: { api: AnyApi; body: object; told: readonly string[] }[] = [
  { api: createAcls, body: { creations: [acl] }, told: ['KAFKA_STORAGE_ERROR'] },
  { api: deleteAcls, body: { filters: [filter] }, told: ['KAFKA_STORAGE_ERROR'] },
  {
    api: alterClientQuotas,
    body: {
      entries: [
        {
          entity: [{ entityType: 'user', entityName: 'ann' }],
          ops: [{ key: 'producer_byte_rate', value: 1, remove: false }],
        },
      ],
      validateOnly: false,
    },
    told: ['KAFKA_STORAGE_ERROR'],
  },
  {
    api: alterUserScramCredentials,
    body: { deletions: [], upsertions: [{ name: 'ann', ...credential }] },
    told: ['KAFKA_STORAGE_ERROR'],
  },
  {
    api: updateFeatures,
    body: {
      featureUpdates: [{ feature: 'transaction.version', maxVersionLevel: 1, upgradeType: 3 }],
      validateOnly: false,
    },
    told: ['KAFKA_STORAGE_ERROR'],
  },
  {
    api: electLeaders,
    body: { electionType: 0, topicPartitions: [{ topic, partitions: [0] }] },
    told: ['NONE', 'KAFKA_STORAGE_ERROR'],
  },
  {
    api: alterPartitionReassignments,
    body: { topics: [{ name: topic, partitions: [{ partitionIndex: 0, replicas: [1] }] }] },
    told: ['NONE', 'KAFKA_STORAGE_ERROR'],
  },
  { api: unregisterBroker, body: { brokerId: 2 }, told: ['KAFKA_STORAGE_ERROR'] },
]

for (const { api, body, told } of requests)
  test(`${api.name}: a full disk is answered, and the connection stays`, async () => {
    let isFull = false
    const log = memoryMetadataLog()
    const metadataLog: MetadataLog = {
      ...log,
      append: (records, end) =>
        isFull ? Promise.reject(new MetadataUnwritable('no space', undefined)) : log.append(records, end),
    }
    await using cluster = await TestCluster.start({ brokers: 2, properties, metadataLog })
    await cluster.createTopic(topic, { replicas: [[2, 1]] })
    await cluster.metadata.createAcls([{ ...acl, patternType: 3, permission: 3, resourceName: 'b' }])
    const { id: topicId, partitions } = cluster.metadata.image.topics.get(topic)!
    const { isr, leaderEpoch, partitionEpoch } = partitions[0]!
    const epochs = { leaderEpoch: leaderEpoch + 1, partitionEpoch: partitionEpoch + 1 }
    const moved = { type: 'partitionChanged', topicId, partition: 0, leader: 1, isr, ...epochs } as const
    await cluster.metadata.decide(() => ({ records: [moved], outcome: undefined }))
    const connection = await cluster.connect()
    isFull = true
    for (const attempt of ['first', 'on the same connection']) {
      const answer = await connection.request(api, body as never)
      const codes = [...JSON.stringify(answer).matchAll(/"errorCode":(-?\d+)/g)].map(([, code]) =>
        errorName(Number(code)),
      )
      assert.deepEqual(codes, told, attempt)
    }
    isFull = false
  })
