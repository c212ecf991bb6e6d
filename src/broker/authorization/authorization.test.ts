import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import type { ClientConnection } from '../../connection/index.ts'
import { apis, errorCode, errorName, type AnyApi } from '../../protocol/index.ts'
import { handlers } from '../handlers/index.ts'
import { batchOf, TestCluster, topic } from '../testing.ts'
import type { Access } from './access.ts'

const name = topic
const group = 'g'
const transactionalId = 't'
const partitions = [{ partitionIndex: 0 }]
const everything = {
  resourceTypeFilter: 1,
  resourceNameFilter: null,
  principalFilter: null,
  hostFilter: null,
  operation: 1,
  permissionType: 1,
}
const ofGroup = { groupId: group, memberId: 'm', generationId: 1 }
const ofTransaction = { transactionalId, producerId: 1, producerEpoch: 0 }
const offsets = [{ name, partitions: [{ partitionIndex: 0, committedOffset: 1, committedMetadata: '' }] }]

/** One request for each API, in its highest version unless said otherwise. */
const requests: Readonly<Record<string, { readonly body: object; readonly version?: number }>> = {
  Produce: {
    body: { acks: 1, timeoutMs: 100, topicData: [{ name, partitionData: [{ index: 0, records: batchOf(['a']) }] }] },
    version: 12,
  },
  Fetch: {
    body: {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [{ topic: name, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 }] }],
    },
    version: 12,
  },
  ListOffsets: { body: { replicaId: -1, topics: [{ name, partitions: [{ partitionIndex: 0, timestamp: -1 }] }] } },
  Metadata: { body: { topics: [{ name }], allowAutoTopicCreation: true } },
  OffsetCommit: { body: { groupId: group, memberId: '', topics: offsets }, version: 9 },
  OffsetFetch: { body: { groups: [{ groupId: group, topics: null }] } },
  FindCoordinator: { body: { keyType: 0, coordinatorKeys: [group] } },
  JoinGroup: {
    body: { groupId: group, sessionTimeoutMs: 10_000, memberId: '', protocolType: 'consumer', protocols: [] },
  },
  Heartbeat: { body: ofGroup },
  LeaveGroup: { body: { groupId: group, members: [] } },
  SyncGroup: { body: { ...ofGroup, assignments: [] } },
  DescribeGroups: { body: { groups: [group] } },
  ListGroups: { body: {} },
  CreateTopics: {
    body: { topics: [{ name: 'new', numPartitions: 1, replicationFactor: 1, assignments: [], configs: [] }] },
  },
  DeleteTopics: { body: { topics: [{ name, topicId: '0'.repeat(32) }], timeoutMs: 100 } },
  DeleteRecords: { body: { topics: [{ name, partitions: [{ partitionIndex: 0, offset: 0 }] }], timeoutMs: 100 } },
  InitProducerId: { body: { transactionalId, transactionTimeoutMs: 1000 } },
  OffsetForLeaderEpoch: { body: { topics: [{ topic: name, partitions: [{ partition: 0, leaderEpoch: 0 }] }] } },
  AddPartitionsToTxn: {
    body: {
      v3AndBelowTransactionalId: transactionalId,
      v3AndBelowProducerId: 1,
      v3AndBelowProducerEpoch: 0,
      v3AndBelowTopics: [{ name, partitions: [0] }],
    },
    version: 3,
  },
  AddOffsetsToTxn: { body: { ...ofTransaction, groupId: group } },
  EndTxn: { body: { ...ofTransaction, committed: true } },
  WriteTxnMarkers: {
    body: {
      markers: [
        {
          producerId: 1,
          producerEpoch: 0,
          transactionResult: true,
          coordinatorEpoch: 0,
          topics: [{ name, partitionIndexes: [0] }],
        },
      ],
    },
  },
  TxnOffsetCommit: { body: { ...ofTransaction, groupId: group, topics: offsets } },
  DescribeAcls: { body: everything },
  CreateAcls: {
    body: {
      creations: [
        { resourceType: 2, resourceName: name, principal: 'User:a', host: '*', operation: 3, permissionType: 3 },
      ],
    },
  },
  DeleteAcls: { body: { filters: [everything] } },
  DescribeConfigs: { body: { resources: [{ resourceType: 2, resourceName: name, configurationKeys: null }] } },
  AlterConfigs: { body: { resources: [{ resourceType: 2, resourceName: name, configs: [] }], validateOnly: false } },
  AlterReplicaLogDirs: { body: { dirs: [{ path: '/data', topics: [{ name, partitions: [0] }] }] } },
  DescribeLogDirs: { body: { topics: null } },
  CreatePartitions: { body: { topics: [{ name, count: 9, assignments: null }], timeoutMs: 100, validateOnly: false } },
  DeleteGroups: { body: { groupsNames: [group] } },
  ElectLeaders: { body: { electionType: 0, topicPartitions: null } },
  IncrementalAlterConfigs: {
    body: { resources: [{ resourceType: 2, resourceName: name, configs: [] }], validateOnly: false },
  },
  AlterPartitionReassignments: { body: { topics: [{ name, partitions: [{ partitionIndex: 0, replicas: [1] }] }] } },
  ListPartitionReassignments: { body: { topics: null } },
  OffsetDelete: { body: { groupId: group, topics: [{ name, partitions }] } },
  DescribeClientQuotas: { body: { components: [], strict: false } },
  AlterClientQuotas: {
    body: { entries: [{ entity: [{ entityType: 'user', entityName: 'a' }], ops: [] }], validateOnly: false },
  },
  DescribeUserScramCredentials: { body: { users: null } },
  AlterUserScramCredentials: { body: { deletions: [{ name: 'a', mechanism: 1 }], upsertions: [] } },
  DescribeQuorum: { body: { topics: [] } },
  UpdateFeatures: { body: { featureUpdates: [], validateOnly: true } },
  DescribeCluster: { body: { includeClusterAuthorizedOperations: true } },
  DescribeProducers: { body: { topics: [{ name, partitionIndexes: [0] }] } },
  UnregisterBroker: { body: { brokerId: 99 } },
  DescribeTransactions: { body: { transactionalIds: [transactionalId] } },
  ListTransactions: { body: { stateFilters: [], producerIdFilters: [] } },
  ConsumerGroupHeartbeat: {
    body: {
      groupId: group,
      memberId: 'm',
      memberEpoch: 0,
      rebalanceTimeoutMs: 1000,
      subscribedTopicNames: [name],
      topicPartitions: [],
    },
  },
  ConsumerGroupDescribe: { body: { groupIds: [group], includeAuthorizedOperations: true } },
  ListConfigResources: { body: { resourceTypes: [] } },
  DescribeTopicPartitions: { body: { topics: [{ name }], cursor: null } },
}
/** They show only what may be seen, and refuse nothing. */
const hiding = new Set(['ListGroups', 'ListTransactions', 'DescribeCluster'])
const refusals = ['TOPIC', 'GROUP', 'CLUSTER', 'TRANSACTIONAL_ID'].map(type =>
  errorCode(`${type as 'TOPIC'}_AUTHORIZATION_FAILED`),
)
const holdsRefusal = (answer: unknown): boolean =>
  typeof answer === 'object' &&
  answer !== null &&
  Object.entries(answer).some(([field, value]) =>
    /[eE]rrorCode$/.test(field) ? refusals.includes(value as number) : holdsRefusal(value),
  )

suite('authorization', () => {
  let cluster: TestCluster
  let client: ClientConnection
  const asked = new Set<string>()
  before(async () => {
    cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    client = await cluster.connect()
    // A transactional id, so that there is something to be hidden.
    await client.request(apis.get(10)! as AnyApi, { keyType: 1, coordinatorKeys: [transactionalId] } as never)
    await cluster.clock.settled()
    await client.request(apis.get(22)! as AnyApi, requests['InitProducerId']!.body as never)
    const nothing: Access = {
      allows: (operation, type) => (asked.add(`${operation} ${type}`), false),
      allowsSome: (operation, type) => (asked.add(`${operation} ${type}`), false),
      authorizedOperations: () => assert.fail('told to somebody who may not see it'),
    }
    cluster.nodes[0]!.context.authorizer.accessOf = () => nothing
  })
  after(() => cluster.stop())

  for (const { api, authorization } of handlers.all()) {
    if (authorization.asks.length === 0) continue
    test(`${api.name} is refused to who may do nothing, or shows nothing, and asks what it declares`, async () => {
      const request = requests[api.name] ?? assert.fail(`no request of ${api.name} in the table of this test`)
      asked.clear()
      const answer = await client.request(apis.get(api.key)! as AnyApi, request.body as never, {
        version: request.version ?? api.stable.to,
      })
      assert.ok(asked.size > 0, 'nothing was asked')
      for (const ask of asked)
        assert.ok((authorization.asks as readonly string[]).includes(ask), `${ask} is not declared`)
      if (!hiding.has(api.name)) assert.ok(holdsRefusal(answer), JSON.stringify(answer))
    })
  }
  test('what needs nothing is what comes before authentication, and tokens that are never issued', () => {
    const open = handlers.all().filter(({ authorization }) => authorization.asks.length === 0)
    assert.deepEqual(
      open.map(({ api }) => api.name),
      [
        'SaslHandshake',
        'ApiVersions',
        'SaslAuthenticate',
        'CreateDelegationToken',
        'RenewDelegationToken',
        'ExpireDelegationToken',
        'DescribeDelegationToken',
      ],
    )
  })
})

suite('authorization with access control entries', () => {
  const properties = {
    'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer',
    'super.users': 'User:admin',
  }
  const allow = (operation: number, resourceType: number, resourceName: string) => ({
    resourceType,
    resourceName,
    patternType: 3,
    principal: 'User:ANONYMOUS',
    host: '*',
    operation,
    permission: 3,
  })
  const [read, write, create] = [3, 4, 5]
  test('a producer may write once it is allowed to, and no longer when that is taken back', async () => {
    await using cluster = await TestCluster.start({ properties })
    await cluster.createTopic(topic)
    const client = await cluster.connect()
    const produce = async () => {
      const answer = await client.request(apis.get(0)! as AnyApi, requests['Produce']!.body as never, { version: 12 })
      return errorName((answer as any).responses[0].partitionResponses[0].errorCode)
    }
    assert.equal(await produce(), 'TOPIC_AUTHORIZATION_FAILED')
    await cluster.metadata.createAcls([allow(write!, 2, topic)])
    assert.equal(await produce(), 'NONE')
    await cluster.metadata.deleteAcls([
      { resourceType: 1, resourceName: null, patternType: 1, principal: null, host: null, operation: 1, permission: 1 },
    ])
    assert.equal(await produce(), 'TOPIC_AUTHORIZATION_FAILED')
  })
  test('refusals are told in the audit log, with the rule, and not where they only hide', async () => {
    const denied: object[] = []
    const silent = () => undefined
    const info = (message: string, fields?: object) => void (message === 'access denied' && denied.push(fields!))
    const logger = { debug: silent, info, warn: silent, error: silent, child: () => logger }
    await using cluster = await TestCluster.start({ properties, logger: logger as never })
    await cluster.createTopic(topic)
    const client = await cluster.connect()
    const metadata = (topics: object[] | null) => client.request(apis.get(3)! as AnyApi, { topics } as never)
    assert.deepEqual(((await metadata(null)) as any).topics, [])
    assert.deepEqual(denied, [])
    await metadata([{ name: topic }])
    assert.deepEqual(denied, [
      {
        principal: 'User:ANONYMOUS',
        host: 'memory',
        operation: 'DESCRIBE',
        resource: 'TOPIC:orders',
        rule: 'DefaultDeny',
      },
    ])
  })
  test('a topic is made by naming it only by who may create topics, be it this one or any', async () => {
    for (const entries of [[allow(create!, 2, 'new')], [allow(create!, 4, 'kafka-cluster')]]) {
      await using cluster = await TestCluster.start({ properties })
      const client = await cluster.connect()
      const error = async () => {
        const answer = (await client.request(
          apis.get(3)! as AnyApi,
          { topics: [{ name: 'new' }], allowAutoTopicCreation: true } as never,
        )) as any
        return errorName(answer.topics[0].errorCode)
      }
      await cluster.metadata.createAcls([allow(read!, 2, 'new')])
      assert.equal(await error(), 'TOPIC_AUTHORIZATION_FAILED')
      await cluster.metadata.createAcls(entries)
      assert.equal(await error(), 'NONE')
    }
  })
  test('a broker refuses an authorizer that it does not have, and super users without a type', async () => {
    for (const wrong of [{ 'authorizer.class.name': 'com.example.Mine' }, { ...properties, 'super.users': 'admin' }])
      await assert.rejects(TestCluster.start({ properties: wrong }), { code: 'CONFIG' })
  })
})
