// The producer against brokers that answer by a script.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { errorCode, type ErrorName } from '../../protocol/index.ts'
import {
  scriptedCluster,
  type ScriptedCluster,
  type ScriptedPartition,
  type ScriptedRequest,
} from '../scripted-cluster.ts'

/** Every partition of a Produce request is answered alike. */
const answered = (
  { body }: ScriptedRequest,
  error: ErrorName = 'NONE',
  more: object = {},
  endpoints: object[] = [],
) => ({
  responses: body.topicData.map(({ topicId, partitionData }: any) => ({
    topicId,
    partitionResponses: partitionData.map(({ index }: any) => ({
      index,
      errorCode: errorCode(error),
      baseOffset: error === 'NONE' ? 0 : -1,
      logStartOffset: 0,
      ...more,
    })),
  })),
  nodeEndpoints: endpoints,
})
const led = (leader: number, leaderEpoch = 1): ScriptedPartition => ({ leader, leaderEpoch })

test('a refusal that names the new leader is followed without asking for metadata, and at once (KIP-951)', async () => {
  await using cluster: ScriptedCluster = await scriptedCluster(
    {
      Produce: request =>
        request.nodeId === 2
          ? answered(request)
          : answered(request, 'NOT_LEADER_OR_FOLLOWER', { currentLeader: { leaderId: 2, leaderEpoch: 7 } }, [
              { ...cluster.nodes[1]!, rack: null },
            ]),
    },
    // A pause would be longer than the test.
    { brokers: 2, topics: { orders: [led(1)] }, backoffMs: 600_000, backoffMsMax: 600_000 },
  )
  await using producer = cluster.client.producer({ acks: 1, lingerMs: 0 })
  assert.equal((await producer.send({ topic: 'orders', value: 'x' })).offset, 0)
  const asked = cluster.of('Metadata').length
  assert.deepEqual(
    cluster.of('Produce').map(({ nodeId }) => nodeId),
    [1, 2],
  )
  await producer.send({ topic: 'orders', value: 'y' })
  assert.deepEqual([cluster.of('Produce').at(-1)!.nodeId, cluster.of('Metadata').length], [2, asked])
})
test('a record for a partition that is not known waits until the cluster has it, and holds up no other', async () => {
  const partitions = [led(1)]
  await using cluster = await scriptedCluster(
    { Produce: request => answered(request) },
    { topics: { orders: partitions } },
  )
  await using producer = cluster.client.producer({ acks: 1, lingerMs: 0 })
  const known = () => cluster.of('Metadata').length
  await producer.send({ topic: 'orders', value: 'first' })
  const later = ['a', 'b'].map(value => producer.send({ topic: 'orders', partition: 2, value }))
  const before = known()
  assert.equal((await producer.send({ topic: 'orders', value: 'other' })).partition, 0)
  while (known() < before + 3) await new Promise(resolve => setImmediate(resolve))
  partitions.push(led(1), led(1))
  const sent = await Promise.all(later)
  assert.deepEqual(
    sent.map(({ partition, offset }) => [partition, offset]),
    [
      [2, 0],
      [2, 1],
    ],
  )
})
test('a record for a partition that there is not fails after maxBlockMs, and flush waits for that', async () => {
  await using cluster = await scriptedCluster(
    { Produce: request => answered(request) },
    { topics: { orders: [led(1)] } },
  )
  await using producer = cluster.client.producer({ acks: 1, lingerMs: 0, maxBlockMs: 20 })
  let failure: unknown
  const sent = producer.send({ topic: 'orders', partition: 4, value: 'x' }).catch((error: unknown) => (failure = error))
  await producer.flush()
  await sent
  assert.equal((failure as { code: string }).code, 'UNKNOWN_TOPIC_OR_PARTITION')
  assert.match(String(failure), /no partition 4 of topic 'orders': it has 1/)
  assert(cluster.of('Metadata').length > 1)
  assert.equal(cluster.of('Produce').length, 0)
})
