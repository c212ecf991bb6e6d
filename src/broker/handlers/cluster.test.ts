import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'

import type { ClientConnection } from '../../connection/index.ts'
import {
  alterClientQuotas,
  alterReplicaLogDirs,
  apiVersions,
  consumerGroupHeartbeat,
  describeClientQuotas,
  describeQuorum,
  errorName,
  unregisterBroker,
  updateFeatures,
} from '../../protocol/index.ts'
import { TestCluster, topic } from '../testing.ts'

suite('the cluster and its administration', () => {
  let cluster: TestCluster
  let client: ClientConnection
  beforeEach(async () => {
    cluster = await TestCluster.start({ brokers: 2 })
    client = await cluster.connect()
  })
  afterEach(() => cluster.stop())

  const quorum = async (topicName = '__cluster_metadata') => {
    const answer = await client.request(describeQuorum, {
      topics: [{ topicName, partitions: [{ partitionIndex: 0 }] }],
    })
    return { ...answer.topics[0]!.partitions[0]!, nodes: answer.nodes }
  }
  test('DescribeQuorum: the log of the cluster has a leader, a voter, and observers that have all of it', async () => {
    const { offset } = cluster.metadata.image
    const { errorCode, leaderId, highWatermark, currentVoters, observers, nodes } = await quorum()
    assert.deepEqual([errorName(errorCode), leaderId, highWatermark], ['NONE', 1, offset])
    assert.deepEqual(
      [currentVoters, observers].map(states => states.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset])),
      [[[1, offset]], [[2, offset]]],
    )
    assert.deepEqual(
      nodes.map(({ nodeId, listeners }) => [nodeId, listeners[0]!.port]),
      [[1, 9092]],
    )
    assert.equal(errorName((await quorum('orders')).errorCode), 'UNKNOWN_TOPIC_OR_PARTITION')
    await cluster.stopNode(1)
    client = await cluster.connect(2)
    assert.equal((await quorum()).leaderId, 2)
  })

  test('UnregisterBroker: a broker that is gone is forgotten, one that was never there is told, one that runs comes back', async () => {
    const unregister = async (brokerId: number) =>
      errorName((await client.request(unregisterBroker, { brokerId })).errorCode)
    const isKnown = (id: number) => cluster.metadata.image.brokers.has(id)
    assert.equal(await unregister(2), 'NONE')
    for (let i = 0; i < 20 && !isKnown(2); i++) await cluster.clock.settled()
    assert.ok(isKnown(2), 'it runs')
    await cluster.stopNode(2)
    assert.equal(await unregister(2), 'NONE')
    assert.ok(!isKnown(2))
    assert.equal(await unregister(2), 'BROKER_ID_NOT_REGISTERED')
  })

  const feature = 'group.version'
  const finalized = async () =>
    Object.fromEntries(
      (
        await client.request(apiVersions, { clientSoftwareName: 'test', clientSoftwareVersion: '1' })
      ).finalizedFeatures.map(({ name, maxVersionLevel }) => [name, maxVersionLevel]),
    )
  const setFeature = async (
    maxVersionLevel: number,
    upgradeType: number,
    { validateOnly = false, version = 1 } = {},
  ) => {
    const answer = await client.request(
      updateFeatures,
      { featureUpdates: [{ feature, maxVersionLevel, upgradeType }], validateOnly },
      { versionMax: version },
    )
    return [answer.errorCode, ...answer.results.map(each => each.errorCode)].map(errorName)
  }
  test('UpdateFeatures: a feature goes out of use, for clients and for what it is about, and comes back', async () => {
    assert.deepEqual(await finalized(), { 'group.version': 1, 'transaction.version': 2 })
    assert.deepEqual(await setFeature(0, 2, { validateOnly: true }), ['NONE', 'NONE'])
    assert.deepEqual(await setFeature(0, 1), ['INVALID_UPDATE_VERSION', 'INVALID_UPDATE_VERSION'])
    assert.deepEqual(await finalized(), { 'group.version': 1, 'transaction.version': 2 })
    assert.deepEqual(await setFeature(0, 2, { version: 2 }), ['NONE'])
    assert.deepEqual(await finalized(), { 'transaction.version': 2 })
    await cluster.createTopic('__consumer_offsets', { replicas: [[1], [1]] })
    await cluster.clock.settled()
    const joining = {
      groupId: 'g',
      memberId: 'm',
      memberEpoch: 0,
      rebalanceTimeoutMs: 1000,
      subscribedTopicNames: [topic],
      topicPartitions: [],
    }
    const answer = await client.request(consumerGroupHeartbeat, joining)
    assert.equal(errorName(answer.errorCode), 'UNSUPPORTED_VERSION')
    assert.deepEqual(await setFeature(1, 1), ['NONE', 'NONE'])
    assert.equal(errorName((await client.request(consumerGroupHeartbeat, joining)).errorCode), 'NONE')
  })

  test('client quotas are set and found, with the reason where they are refused', async () => {
    const entity = [{ entityType: 'user', entityName: 'alice' }]
    const alter = async (value: number, remove = false) =>
      (
        await client.request(alterClientQuotas, {
          entries: [{ entity, ops: [{ key: 'producer_byte_rate', value, remove }] }],
          validateOnly: false,
        })
      ).entries.map(({ errorCode, errorMessage }) => [errorName(errorCode), errorMessage])
    const describe = async (matchType: number, match: string | null) => {
      const components = [{ entityType: 'user', matchType, match }]
      const answer = await client.request(describeClientQuotas, { components, strict: true })
      return (
        answer.entries?.flatMap(({ values }) => values.map(({ key, value }) => [key, value])) ??
        errorName(answer.errorCode)
      )
    }
    assert.deepEqual(await alter(1024), [['NONE', null]])
    assert.deepEqual(await alter(-1), [['INVALID_REQUEST', 'Quota producer_byte_rate must be greater than 0']])
    assert.deepEqual(await describe(0, 'alice'), [['producer_byte_rate', 1024]])
    assert.deepEqual(await describe(2, null), [['producer_byte_rate', 1024]])
    assert.deepEqual(await describe(1, null), [])
    for (const [matchType, match] of [
      [0, null],
      [1, 'a'],
      [2, 'a'],
      [3, null],
    ] as const)
      assert.equal(await describe(matchType, match), 'INVALID_REQUEST')
    assert.deepEqual(await alter(0, true), [['NONE', null]])
    assert.deepEqual(await describe(2, null), [])
  })

  test('the parts of a quota entity, and its quotas, are told in the order that Kafka has', async () => {
    const entity = [
      { entityType: 'user', entityName: 'alice' },
      { entityType: 'client-id', entityName: null },
    ]
    const keys = ['producer_byte_rate', 'consumer_byte_rate', 'request_percentage']
    const alter = async (remove: boolean) => {
      const ops = keys.map(key => ({ key, value: 10, remove }))
      const { entries } = await client.request(alterClientQuotas, { entries: [{ entity, ops }], validateOnly: false })
      return entries[0]!
    }
    const types = ({ entity: parts }: { readonly entity: readonly { readonly entityType: string }[] }) =>
      parts.map(({ entityType }) => entityType)
    assert.deepEqual(types(await alter(false)), ['client-id', 'user'])
    const { entries } = await client.request(describeClientQuotas, { components: [], strict: false })
    assert.deepEqual(types(entries![0]!), ['client-id', 'user'])
    assert.deepEqual(
      entries![0]!.values.map(({ key }) => key),
      ['consumer_byte_rate', 'request_percentage', 'producer_byte_rate'],
    )
    await alter(true)
  })

  test('AlterReplicaLogDirs: a replica may stay where it is; other directories are not known', async () => {
    await cluster.createTopic(topic, { replicas: [[1], [2]] })
    const move = async (path: string, name = topic) => {
      const answer = await client.request(alterReplicaLogDirs, {
        dirs: [{ path, topics: [{ name, partitions: [0, 1, 2] }] }],
      })
      return answer.results[0]!.partitions.map(({ errorCode }) => errorName(errorCode))
    }
    const [here] = cluster.nodes.map(({ context }) => context.logDirectory.path)
    assert.deepEqual(await move(here!), ['NONE', 'REPLICA_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION'])
    assert.deepEqual(await move('/elsewhere'), Array(3).fill('LOG_DIR_NOT_FOUND'))
  })
})
