import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import type { ClientConnection } from '../../connection/index.ts'
import { errorName, metadata, type RequestDraftOf } from '../../protocol/index.ts'
import { batchOf, produceTo, TestCluster, topic } from '../testing.ts'

const noId = '0'.repeat(32)

suite('3.2 Metadata', () => {
  let cluster: TestCluster
  let connection: ClientConnection
  let topicId: string
  before(async () => {
    cluster = await TestCluster.start({ properties: { 'num.partitions': '3' } })
    connection = await cluster.connect()
    topicId = await cluster.createTopic(topic)
  })
  after(() => cluster.stop())

  const ask = async (draft: RequestDraftOf<typeof metadata>, versionMax = 13) => {
    const answer = await connection.request(metadata, draft, { versionMax })
    return {
      ...answer,
      names: answer.topics.map(({ name }) => name),
      errors: answer.topics.map(({ errorCode }) => errorName(errorCode)),
    }
  }
  const named = (...names: string[]) => ({ topics: names.map(name => ({ name })) })

  test('3.2 Metadata: null means all topics, an empty list none', async () => {
    assert.ok((await ask({ topics: null })).names.includes(topic))
    assert.deepEqual((await ask({ topics: [] })).names, [])
  })
  test('3.2 Metadata: in version 0 an empty list means all', async () => {
    assert.ok((await ask({ topics: [] }, 0)).names.includes(topic))
  })
  test('3.2 Metadata: by id from version 12 on, with the name in the answer', async () => {
    assert.deepEqual((await ask({ topics: [{ topicId, name: null }] })).names, [topic])
    const { names, errors } = await ask({ topics: [{ topicId: 'e'.repeat(32), name: null }] })
    assert.deepEqual([names, errors], [[null], ['UNKNOWN_TOPIC_ID']])
  })
  test('3.2 Metadata: an id in versions 10 and 11 is INVALID_REQUEST', async () => {
    for (const version of [10, 11])
      assert.deepEqual((await ask({ topics: [{ topicId, name: 'x' }] }, version)).errors, ['INVALID_REQUEST'])
  })
  test('3.2 Metadata: naming a topic creates it, and it is usable in the same answer', async () => {
    const { topics, errors } = await ask({ ...named('fresh'), allowAutoTopicCreation: true })
    assert.deepEqual(errors, ['NONE'])
    assert.deepEqual(
      topics[0]!.partitions.map(({ leaderId, errorCode }) => [leaderId, errorCode]),
      [0, 1, 2].map(() => [1, 0]),
    )
    assert.equal((await produceTo(connection, batchOf(['a']), { topic: 'fresh', partition: 2 })).error, 'NONE')
  })
  test('3.2 Metadata: below version 4 auto creation is implied', async () => {
    assert.deepEqual((await ask(named('implied'), 3)).errors, ['NONE'])
  })
  test('3.2 Metadata: a client that does not want to create a topic gets UNKNOWN_TOPIC_OR_PARTITION', async () => {
    const { errors } = await ask({ ...named('unwanted'), allowAutoTopicCreation: false })
    assert.deepEqual(errors, ['UNKNOWN_TOPIC_OR_PARTITION'])
    assert.ok(!(await ask({ topics: null })).names.includes('unwanted'))
  })
  test('3.2 Metadata: an invalid name is INVALID_TOPIC_EXCEPTION, whether creation is allowed or not', async () => {
    for (const allowAutoTopicCreation of [true, false])
      assert.deepEqual((await ask({ ...named('a b', '..'), allowAutoTopicCreation })).errors, [
        'INVALID_TOPIC_EXCEPTION',
        'INVALID_TOPIC_EXCEPTION',
      ])
  })
  test('3.2 Metadata: auto.create.topics.enable=false is heeded', async () => {
    await using strict = await TestCluster.start({ properties: { 'auto.create.topics.enable': 'false' } })
    const answer = await (await strict.connect()).request(metadata, named('fresh'))
    assert.equal(errorName(answer.topics[0]!.errorCode), 'UNKNOWN_TOPIC_OR_PARTITION')
  })
  test('3.2 Metadata: two that ask for a new topic at once both get it', async () => {
    const other = await cluster.connect()
    const [one, two] = await Promise.all([
      connection.request(metadata, named('contended')),
      other.request(metadata, named('contended')),
    ])
    assert.equal(one.topics[0]!.topicId, two.topics[0]!.topicId)
    assert.deepEqual([one.topics[0]!.errorCode, two.topics[0]!.errorCode], [0, 0])
  })
  test('3.2 Metadata: an existing topic never has zero partitions', async () => {
    for (const { partitions } of (await ask({ topics: null })).topics) assert.ok(partitions.length > 0)
  })
  test('3.2 Metadata: the controller is a live broker, the rack may be null', async () => {
    const { controllerId, brokers, clusterId } = await ask({ topics: [] })
    assert.deepEqual(
      brokers.map(({ nodeId, rack }) => [nodeId, rack]),
      [[controllerId, null]],
    )
    assert.equal(clusterId, cluster.metadata.image.clusterId)
  })
  test('3.2 Metadata: authorized operations are the smallest integer unless they were asked for', async () => {
    const smallest = -(2 ** 31)
    const silent = await ask(named(topic), 10)
    assert.deepEqual(
      [silent.topics[0]!.topicAuthorizedOperations, silent.clusterAuthorizedOperations],
      [smallest, smallest],
    )
    const { topics, clusterAuthorizedOperations } = await ask(
      { ...named(topic), includeTopicAuthorizedOperations: true, includeClusterAuthorizedOperations: true },
      10,
    )
    assert.ok(topics[0]!.topicAuthorizedOperations > 0 && clusterAuthorizedOperations > 0)
  })
  test('3.1 Metadata: a topic made anew has another id', async () => {
    const first = await cluster.createTopic('again')
    await cluster.metadata.deleteTopics([{ name: 'again' }])
    assert.ok(!(await ask({ topics: null })).names.includes('again'), 'gone at once')
    const { topics } = await ask(named('again'))
    assert.notEqual(topics[0]!.topicId, first)
    assert.notEqual(topics[0]!.topicId, noId)
  })
})
