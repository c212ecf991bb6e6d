import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'

import type { ClientConnection } from '../connection/index.ts'
import { alterPartitionReassignments, errorName, listPartitionReassignments } from '../protocol/index.ts'
import { batchOf, fetchFrom, produceTo, TestCluster, topic, valuesOf } from './testing.ts'

suite('reassignment of partitions', () => {
  let cluster: TestCluster
  let client: ClientConnection
  beforeEach(async () => {
    cluster = await TestCluster.start({ brokers: 3 })
    client = await cluster.connect(1)
  })
  afterEach(() => cluster.stop())
  const image = (name = topic) => cluster.metadata.image.topics.get(name)!.partitions[0]!
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    for (let i = 0; i < 200 && !holds(); i++) await cluster.clock.advance(100)
    assert.ok(holds(), what)
  }
  const reassign = async (replicas: readonly number[] | null, name = topic) => {
    const topics = [{ name, partitions: [{ partitionIndex: 0, replicas }] }]
    const answer = await client.request(alterPartitionReassignments, { topics })
    return errorName(answer.responses[0]!.partitions[0]!.errorCode)
  }
  const list = async (topics: { name: string; partitionIndexes: number[] }[] | null = null) =>
    (await client.request(listPartitionReassignments, { topics })).topics

  test('a partition moves to another broker with its records, its offsets and its start, and leaves nothing behind', async () => {
    await cluster.createTopic(topic, { replicas: [[1]] })
    for (const value of ['a', 'b', 'c']) await produceTo(client, batchOf([value]))
    const [first] = cluster.nodes
    const replica = first!.context.partitions.byName(topic).find(0)
    assert.ok(typeof replica === 'object')
    replica.deleteRecordsBefore(1)
    assert.equal(await reassign([2]), 'NONE')
    await until('moved', () => image().replicas.join() === '2')
    assert.deepEqual([image().leader, image().isr, image().leaderEpoch], [2, [2], 1])
    const other = await cluster.connect(2)
    const fetched = await fetchFrom(other, 1)
    assert.deepEqual([fetched.error, fetched.highWatermark, fetched.logStartOffset], ['NONE', 3, 1])
    assert.deepEqual(valuesOf(fetched.records, 1), ['b', 'c'])
    assert.equal((await produceTo(other, batchOf(['d']))).baseOffset, 3)
    assert.equal((await produceTo(client, batchOf(['e']))).error, 'NOT_LEADER_OR_FOLLOWER')
    assert.equal(first!.context.logDirectory.logs.size, 0)
    assert.deepEqual(await list(), [])
  })
  test('a reassignment that waits for a broker is listed, and can be called off', async () => {
    await cluster.createTopic(topic, { replicas: [[1, 2]] })
    await cluster.stopNode(3)
    assert.equal(await reassign([1, 3]), 'NONE')
    const moving = [
      {
        name: topic,
        partitions: [{ partitionIndex: 0, replicas: [1, 3, 2], addingReplicas: [3], removingReplicas: [2] }],
      },
    ]
    const listed = (await list()).map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(each => ({ ...each })),
    }))
    assert.deepEqual(listed, moving)
    assert.equal((await list([{ name: topic, partitionIndexes: [0, 1] }])).length, 1)
    assert.equal((await list([{ name: 'none', partitionIndexes: [0] }])).length, 0)
    assert.equal(await reassign(null), 'NONE')
    assert.deepEqual([image().replicas, await list()], [[1, 2], []])
    assert.equal(await reassign(null), 'NO_REASSIGNMENT_IN_PROGRESS')
  })
  test('what waits at a leader whose partition moves away is told to look for another', async () => {
    await cluster.createTopic(topic, { replicas: [[1]] })
    const waiting = fetchFrom(client, 0, { maxWaitMs: 60_000 })
    const other = await cluster.connect(1)
    const topics = [{ name: topic, partitions: [{ partitionIndex: 0, replicas: [3] }] }]
    await other.request(alterPartitionReassignments, { topics })
    await until('moved', () => image().leader === 3)
    assert.equal((await waiting).error, 'NOT_LEADER_OR_FOLLOWER')
  })
  test('a group goes on where its offsets have moved to', async () => {
    await cluster.createTopic('__consumer_offsets', { replicas: [[1], [1]] })
    assert.equal(await reassign([2, 3], '__consumer_offsets'), 'NONE')
    await until('moved', () => image('__consumer_offsets').replicas.join() === '2,3')
    assert.deepEqual([image('__consumer_offsets').leader, image('__consumer_offsets').isr.length], [2, 2])
  })
  test('errors are per partition, and the others of the request move', async () => {
    await cluster.createTopic(topic, { replicas: [[1], [1]] })
    const topics = [
      {
        name: topic,
        partitions: [
          { partitionIndex: 0, replicas: [9] },
          { partitionIndex: 1, replicas: [1, 2] },
        ],
      },
      { name: 'none', partitions: [{ partitionIndex: 0, replicas: [1] }] },
    ]
    const answer = await client.request(alterPartitionReassignments, { topics, allowReplicationFactorChange: true })
    assert.deepEqual(
      answer.responses.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorName(errorCode))),
      ['INVALID_REPLICA_ASSIGNMENT', 'NONE', 'UNKNOWN_TOPIC_OR_PARTITION'],
    )
    assert.equal(answer.errorCode, 0)
  })
})
