// Reassignments, quotas, features and the quorum: on a broker of our own, or on any cluster in MILLRACE_TEST_BOOTSTRAP.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { startBroker } from '../../testing/index.ts'
import { clusterUnderTest } from '../cluster-under-test.ts'

const tested = clusterUnderTest('admin', () => startBroker())
const { newName } = tested
async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, what)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

test('a partition is moved to other brokers, or refused with the reason', async () => {
  const { partitions, topics, cluster } = tested.client.admin
  const topic = newName('moved')
  const ids = (await cluster.describe()).brokers.map(({ nodeId }) => nodeId).toSorted((a, b) => a - b)
  const [first, last] = [ids[0]!, ids.at(-1)!]
  await topics.create([{ name: topic, assignments: [[first]] }])
  const place = { topic, partition: 0 }
  await assert.rejects(partitions.reassign([{ ...place, replicas: null }]), { code: 'NO_REASSIGNMENT_IN_PROGRESS' })
  await assert.rejects(partitions.reassign([{ ...place, replicas: [999] }]), { code: 'INVALID_REPLICA_ASSIGNMENT' })
  await partitions.reassign([{ ...place, replicas: [last] }], { allowReplicationFactorChange: false })
  await until('moved', async () => {
    const [described] = await topics.describe([topic])
    return described!.partitions[0]!.leader === last && (await partitions.reassignments([place])).length === 0
  })
  assert.deepEqual(await partitions.electLeaders('preferred', [place]), [])
  const nowhere = [{ topic: newName('nowhere'), partition: 0 }]
  await assert.rejects(partitions.electLeaders('preferred', nowhere), { code: 'UNKNOWN_TOPIC_OR_PARTITION' })
})
test('quotas are set, found and removed', async () => {
  const { quotas } = tested.client.admin
  const user = newName('user')
  await quotas.alter([
    { entity: { user }, values: { producer_byte_rate: 1024, request_percentage: 12.5 } },
    { entity: { user, 'client-id': null }, values: { consumer_byte_rate: 10 } },
  ])
  const values = { producer_byte_rate: 1024, request_percentage: 12.5 }
  await until('set', async () => (await quotas.describe({ entity: { user } })).length === 2)
  assert.deepEqual(await quotas.describe({ entity: { user }, strict: true }), [{ entity: { user }, values }])
  const withDefault = await quotas.describe({ entity: { user, 'client-id': { any: true } } })
  assert.deepEqual(
    withDefault.map(each => each.values),
    [{ consumer_byte_rate: 10 }],
  )
  await assert.rejects(quotas.alter([{ entity: { user }, values: { speed: 1 } }]), { code: 'INVALID_REQUEST' })
  await quotas.alter([
    { entity: { user }, values: { producer_byte_rate: null, request_percentage: null } },
    { entity: { user, 'client-id': null }, values: { consumer_byte_rate: null } },
  ])
  await until('removed', async () => (await quotas.describe({ entity: { user } })).length === 0)
})
test('features tell their levels, and refuse what the brokers cannot do', async () => {
  const { features } = tested.client.admin
  const described = await features.describe()
  const group = described.find(({ name }) => name === 'group.version')
  assert.ok(group !== undefined && group.level === 1 && group.maxVersion >= 1)
  await features.update([{ name: 'group.version', level: 0, type: 'safe downgrade' }], { validateOnly: true })
  await assert.rejects(features.update([{ name: 'group.version', level: 99, type: 'upgrade' }]), {
    code: 'INVALID_UPDATE_VERSION',
  })
  assert.deepEqual(await features.describe(), described)
})
test('the quorum of the metadata has a leader among its voters', async () => {
  const { leaderId, voters, highWatermark } = await tested.client.admin.cluster.quorum()
  assert.ok(voters.some(({ nodeId }) => nodeId === leaderId))
  assert.ok(highWatermark > 0)
  await assert.rejects(tested.client.admin.cluster.unregister(12_345), { code: 'BROKER_ID_NOT_REGISTERED' })
})
