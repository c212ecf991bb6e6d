// What administrators ask of the cluster itself: where partitions lie, what clients may use, who keeps the metadata.

import assert from 'node:assert/strict'

import { define, eventually, refuses } from '../suite/case.ts'

export const clusterCases = [
  define(
    'cluster: a partition is moved to where it is, and nothing is under way then',
    ['reassign', 'reassignments', 'describeTopic'],
    async ({ client, control, topic }) => {
      const name = await topic()
      const { brokers } = await control.describeCluster({})
      await client.reassign({ topic: name, partition: 0, replicas: [brokers[0]!.id] })
      assert.deepEqual(await client.reassignments({ topic: name }), [])
    },
  ),
  define('cluster: a partition is not moved to a broker that is not there', ['reassign'], async ({ client, topic }) => {
    const moved = client.reassign({ topic: await topic(), partition: 0, replicas: [999] })
    await refuses('INVALID_REPLICA_ASSIGNMENT', moved)
  }),
  define('cluster: a reassignment that nobody began is not called off', ['reassign'], async ({ client, topic }) => {
    const calledOff = client.reassign({ topic: await topic(), partition: 0, replicas: null })
    await refuses('NO_REASSIGNMENT_IN_PROGRESS', calledOff)
  }),
  define('cluster: a partition of an unknown topic is not moved', ['reassign'], async ({ client, unique }) => {
    const moved = client.reassign({ topic: unique('nowhere'), partition: 0, replicas: [1] })
    await refuses('UNKNOWN_TOPIC_OR_PARTITION', moved)
  }),
  define(
    'cluster: quotas of a user are set, shown and removed',
    ['alterQuota', 'quotas'],
    async ({ client, unique }) => {
      const user = unique('user')
      await client.alterQuota({ user, key: 'producer_byte_rate', value: 1_000_000 })
      await client.alterQuota({ user, key: 'request_percentage', value: 12.5 })
      await eventually('the quotas', async () => Object.keys(await client.quotas({ user })).length === 2)
      assert.deepEqual(await client.quotas({ user }), { producer_byte_rate: 1_000_000, request_percentage: 12.5 })
      await client.alterQuota({ user, key: 'producer_byte_rate', value: null })
      await eventually('one quota', async () => Object.keys(await client.quotas({ user })).length === 1)
      assert.deepEqual(await client.quotas({ user }), { request_percentage: 12.5 })
    },
  ),
  define(
    'cluster: a quota of nothing, and one that nobody knows, are refused',
    ['alterQuota'],
    async ({ client, unique }) => {
      const user = unique('user')
      await refuses('INVALID_REQUEST', client.alterQuota({ user, key: 'producer_byte_rate', value: -1 }))
      await refuses('INVALID_REQUEST', client.alterQuota({ user, key: 'speed', value: 1 }))
    },
  ),
  define('cluster: the quorum of the metadata has a leader among its voters', ['quorum'], async ({ client }) => {
    const { leader, voters, highWatermark } = await client.quorum({})
    assert.ok(voters.includes(leader), `${leader} of ${voters.join()}`)
    assert.ok(highWatermark > 0)
  }),
]
