// Assignors in groups that are alive, on a broker of our own, or on any cluster named in MILLRACE_TEST_BOOTSTRAP.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { startBroker } from '../../testing/index.ts'
import { clusterUnderTest } from '../cluster-under-test.ts'
import { byNumber, filledTopic, memberOf, partitionsOf, until } from '../consumer/testing.ts'
import { rangeAssignor, roundRobinAssignor, stickyAssignor, type Assignor, type ConsumerOptions } from '../index.ts'

const tested = clusterUnderTest(
  'assignors',
  () => startBroker({ properties: { 'group.min.session.timeout.ms': '500', 'broker.rack': 'here' } }),
  { backoffMs: 10, backoffMsMax: 50 },
)
const { newName } = tested
const newTopic = (partitions: number) => filledTopic(tested.client, newName(), { partitions, count: 1 })
const member = (groupId: string, topic: string, options: ConsumerOptions) =>
  memberOf(tested.client, { groupId, topic, heartbeatIntervalMs: 50, ...options })

test('sticky: a member that stays keeps what it had, though all was given up', async () => {
  const topic = await newTopic(6)
  const groupId = newName()
  const join = () => member(groupId, topic, { assignors: [stickyAssignor] })
  const [a, b] = [join(), join()]
  await until(() => partitionsOf(a).length === 3 && partitionsOf(b).length === 3, 'two share')
  const had = [partitionsOf(a), partitionsOf(b)]
  const c = join()
  await until(() => [a, b, c].every(one => partitionsOf(one).length === 2), 'three share')
  for (const [i, one] of [a, b].entries())
    for (const partition of partitionsOf(one)) assert(had[i]!.includes(partition), `${partition} has stayed`)
  await Promise.all([a, b, c].map(({ consumer }) => consumer.close()))
})

/** Members say how strong they are, the leader gives to the strongest, and tells all of them who that is. */
function strongest(strength: number, told: (name: string) => void): Assignor {
  return {
    name: 'strongest',
    protocol: 'eager',
    subscriptionUserData: () => Buffer.from([strength]),
    async assign(members, partitionCounts) {
      const best = members.reduce((a, b) => (b.userData![0]! > a.userData![0]! ? b : a))
      const all = [...partitionCounts].flatMap(([topic, count]) =>
        Array.from({ length: count }, (_, partition) => ({ topic, partition })),
      )
      const userData = Buffer.from(`the strongest has ${best.userData![0]}`)
      return new Map(
        members.map(({ memberId }) => [memberId, { partitions: memberId === best.memberId ? all : [], userData }]),
      )
    },
    assigned: ({ partitions, userData }, generation) =>
      told(`${String(userData)}: ${partitions.length} for ${strength}, ${generation > 0}`),
  }
}
test('an assignor of your own hears from its members, and tells them things', async () => {
  const topic = await newTopic(2)
  const groupId = newName()
  const told: string[] = []
  const join = (strength: number) =>
    member(groupId, topic, { assignors: [strongest(strength, what => told.push(what))] })
  const a = join(3)
  await until(() => partitionsOf(a).length === 2, 'it has all')
  const b = join(8)
  await until(() => partitionsOf(b).length === 2, 'the stronger has all')
  for (const what of ['2 for 3', '0 for 3', '2 for 8'])
    await until(
      () => told.includes(`the strongest has ${what === '2 for 3' ? 3 : 8}: ${what}, true`),
      `${what}: ${told.join('; ')}`,
    )
  await Promise.all([a, b].map(({ consumer }) => consumer.close()))
})
test('of several assignors the group takes one that all have, and what the most prefer of these', async () => {
  const topic = await newTopic(4)
  const groupId = newName()
  const a = member(groupId, topic, { assignors: [stickyAssignor, rangeAssignor, roundRobinAssignor] })
  await until(() => partitionsOf(a).length === 4, 'it has all')
  assert.equal((await tested.client.admin.groups.describe(groupId)).protocol, 'sticky')
  const b = member(groupId, topic, { assignors: [roundRobinAssignor, rangeAssignor] })
  const c = member(groupId, topic, { assignors: [roundRobinAssignor, rangeAssignor] })
  await until(
    () => [a, b, c].flatMap(partitionsOf).toSorted(byNumber).join() === '0,1,2,3' && partitionsOf(c).length > 0,
    'they share',
  )
  assert.equal((await tested.client.admin.groups.describe(groupId)).protocol, 'roundrobin')
  const d = tested.client.consumer({ groupId, assignors: [stickyAssignor] })
  d.subscribe(topic)
  await assert.rejects(d.poll({ maxWaitMs: 5_000 }), { code: 'INCONSISTENT_GROUP_PROTOCOL' })
  await Promise.all([a.consumer, b.consumer, c.consumer, d].map(consumer => consumer.close()))
})

test(
  'an assignor is told where its members are, and where the partitions are (KIP-881)',
  { skip: !tested.isOwn && 'a cluster whose racks are not known' },
  async () => {
    const topic = await newTopic(2)
    const told: unknown[] = []
    const assignor: Assignor = {
      ...rangeAssignor,
      name: 'asking',
      assign(members, partitionCounts, racksOf) {
        told.push(
          members.map(({ rack }) => rack),
          racksOf({ topic, partition: 1 }),
          racksOf({ topic, partition: 2 }),
        )
        return rangeAssignor.assign(members, partitionCounts, racksOf)
      },
    }
    const one = member(newName(), topic, { assignors: [assignor], rack: 'there' })
    await until(() => partitionsOf(one).length === 2, 'it has them')
    assert.deepEqual(told, [['there'], ['here'], []])
    await one.consumer.close()
  },
)
