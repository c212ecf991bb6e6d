import assert from 'node:assert/strict'
import { test } from 'node:test'

import { alterReplicaLogDirs, electLeaders, errorName } from '../../protocol/index.ts'
import { TestCluster, topic } from '../testing.ts'

test('3.2 ElectLeaders: a preferred leader that leads is ELECTION_NOT_NEEDED, and unknown partitions are named', async () => {
  await using cluster = await TestCluster.start()
  await cluster.createTopic(topic)
  const connection = await cluster.connect()
  const { errorCode, replicaElectionResults } = await connection.request(electLeaders, {
    electionType: 0,
    topicPartitions: [{ topic, partitions: [0, 7] }],
  })
  assert.equal(errorCode, 0)
  const [{ partitionResult }] = replicaElectionResults as [(typeof replicaElectionResults)[0]]
  assert.deepEqual(
    partitionResult.map(({ partitionId, errorCode }) => [partitionId, errorName(errorCode)]),
    [
      [0, 'ELECTION_NOT_NEEDED'],
      [7, 'UNKNOWN_TOPIC_OR_PARTITION'],
    ],
  )
})

test('3.2 ElectLeaders: without names, only those that were elected or could not be are told', async () => {
  await using cluster = await TestCluster.start()
  await cluster.createTopic(topic)
  const answer = await (await cluster.connect()).request(electLeaders, { electionType: 0, topicPartitions: null })
  assert.deepEqual(answer.replicaElectionResults, [])
})

test('3.2 ElectLeaders: leadership goes to the preferred replica once it is asked for', async () => {
  await using cluster = await TestCluster.start({ brokers: 2 })
  await cluster.createTopic(topic, { replicas: [[2, 1]] })
  const image = () => cluster.metadata.image.topics.get(topic)!.partitions[0]!
  const { isr, leaderEpoch, partitionEpoch } = image()
  const topicId = cluster.metadata.image.topics.get(topic)!.id
  const epochs = { leaderEpoch: leaderEpoch + 1, partitionEpoch: partitionEpoch + 1 }
  const moved = { type: 'partitionChanged', topicId, partition: 0, leader: 1, isr, ...epochs } as const
  await cluster.metadata.decide(() => ({ records: [moved], outcome: undefined }))
  assert.equal(image().leader, 1)
  const answer = await (await cluster.connect()).request(electLeaders, { electionType: 0, topicPartitions: null })
  assert.deepEqual(
    answer.replicaElectionResults.map(({ topic, partitionResult }) => [topic, partitionResult[0]!.errorCode]),
    [[topic, 0]],
  )
  assert.equal(image().leader, 2)
})

test('3.2 AlterReplicaLogDirs: the only directory is taken, another is LOG_DIR_NOT_FOUND', async () => {
  await using cluster = await TestCluster.start()
  await cluster.createTopic(topic)
  const connection = await cluster.connect()
  const move = async (path: string, name: string) => {
    const { results } = await connection.request(alterReplicaLogDirs, {
      dirs: [{ path, topics: [{ name, partitions: [0] }] }],
    })
    return errorName(results[0]!.partitions[0]!.errorCode)
  }
  assert.equal(await move('/data/1', topic), 'NONE')
  assert.equal(await move('/data/elsewhere', topic), 'LOG_DIR_NOT_FOUND')
  assert.equal(await move('/data/1', 'unknown'), 'UNKNOWN_TOPIC_OR_PARTITION')
})
