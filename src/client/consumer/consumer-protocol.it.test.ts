// The consumer in groups of the consumer protocol (KIP-848), on a broker of our own, or on any cluster named in
// MILLRACE_TEST_BOOTSTRAP.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment, systemClock } from '../../base/index.ts'
import { startBroker } from '../../testing/index.ts'
import { clusterUnderTest } from '../cluster-under-test.ts'
import type { ConsumerOptions } from '../index.ts'
import { byNumber, filledTopic, memberOf, partitionsOf, take, until, type TopicOptions } from './testing.ts'

const seed = seedFromEnvironment()
console.log(`consumer protocol: SEED=${seed}`)
const tested = clusterUnderTest(
  'consumer-protocol',
  () =>
    startBroker({
      properties: {
        'group.consumer.min.heartbeat.interval.ms': '50',
        'group.consumer.heartbeat.interval.ms': '50',
        'group.consumer.min.session.timeout.ms': '500',
        'group.consumer.session.timeout.ms': '3000',
      },
    }),
  { backoffMs: 10, backoffMsMax: 50, metadataMaxAgeMs: 300 },
)
const { ownBroker, newName } = tested

const newTopic = (options: TopicOptions = {}) => filledTopic(tested.client, newName(), options)
const member = (groupId: string, topic: string | RegExp, options: ConsumerOptions = {}) =>
  memberOf(tested.client, { groupId, topic, groupProtocol: 'consumer', ...options })

test('consumer protocol: members share the partitions, keep what they can, and follow the one that leaves', async () => {
  const topic = await newTopic({ partitions: 4, count: 50 })
  const groupId = newName()
  const a = member(groupId, topic)
  await until(() => a.seen.length === 200, 'one reads all')
  const b = member(groupId, topic)
  await until(() => partitionsOf(a).length === 2 && partitionsOf(b).length === 2, 'they share')
  assert.deepEqual([...partitionsOf(a), ...partitionsOf(b)].toSorted(byNumber), [0, 1, 2, 3])
  assert.equal(b.seen.length, 0, 'what was read is committed when it is given up')
  const revoked = a.events.filter(event => event.startsWith('revoked'))
  assert.deepEqual(revoked, [`revoked ${partitionsOf(b)}`], 'only what moves is given up')
  await using producer = tested.client.producer()
  await producer.sendAll([0, 1, 2, 3].map(partition => ({ topic, partition, value: 'more' })))
  await until(() => a.seen.length + b.seen.length === 204, 'both read on')
  assert.equal(b.seen.length, 2)
  await a.consumer.close()
  await until(() => partitionsOf(b).length === 4, 'the other takes over')
  await producer.sendAll([0, 1, 2, 3].map(partition => ({ topic, partition, value: 'last' })))
  await until(() => b.seen.length === 6, 'and reads on')
  await b.consumer.close()
  assert.deepEqual(b.events.at(-1), 'revoked 0,1,2,3')
  const offsets = await tested.client.admin.groups.offsets(groupId)
  assert.deepEqual(
    offsets.map(({ offset }) => offset),
    [52, 52, 52, 52],
  )
})
test('consumer protocol: a partition is given away only when the hook of its owner has returned', async () => {
  const topic = await newTopic({ partitions: 2, count: 1 })
  const groupId = newName()
  const order: string[] = []
  const goOn = Promise.withResolvers<void>()
  const a = member(groupId, topic, {
    onRevoked: async () => {
      order.push('a gives up')
      await goOn.promise
      order.push('a has given up')
    },
  })
  await until(() => partitionsOf(a).length === 2, 'one has all')
  const b = member(groupId, topic, {
    onAssigned: partitions => {
      if (partitions.length > 0) order.push('b has it')
    },
  })
  await until(() => order.length === 1, 'the hook is called')
  await systemClock.sleep(300)
  assert.deepEqual([order, partitionsOf(b)], [['a gives up'], []])
  goOn.resolve()
  await until(() => partitionsOf(b).length === 1, 'the other has it')
  assert.deepEqual(order, ['a gives up', 'a has given up', 'b has it'])
  await Promise.all([a.consumer.close(), b.consumer.close()])
})
test('consumer protocol: a static member that comes back gets the partitions that it had', async () => {
  const topic = await newTopic({ partitions: 2, count: 1 })
  const groupId = newName()
  const a = member(groupId, topic, { groupInstanceId: 'a' })
  await until(() => partitionsOf(a).length === 2, 'the first has all')
  const b = member(groupId, topic, { groupInstanceId: 'b' })
  await until(() => partitionsOf(b).length === 1 && partitionsOf(a).length === 1, 'they share')
  const had = partitionsOf(a)
  const before = b.events.length
  const twin = tested.client.consumer({ groupId, groupProtocol: 'consumer', groupInstanceId: 'a' })
  twin.subscribe(topic)
  await assert.rejects(take(twin, 1), { code: 'UNRELEASED_INSTANCE_ID' })
  await twin.close()
  await a.consumer.close()
  const again = member(groupId, topic, { groupInstanceId: 'a' })
  await until(() => partitionsOf(again).length === 1, 'it is back')
  assert.deepEqual(partitionsOf(again), had)
  assert.equal(b.events.length, before, 'the other has noticed nothing')
  await Promise.all([again.consumer.close(), b.consumer.close()])
})
for (const [where, pattern] of [
  ['by the coordinator', (prefix: string) => new RegExp(`^${prefix}\\.(ORDERS|bills)$`, 'i')],
  ['here, where RE2 cannot say it', (prefix: string) => new RegExp(`^${prefix}\\.(?!other).*$`)],
] as const)
  test(`consumer protocol: a pattern finds topics that come later, matched ${where}`, async () => {
    const prefix = newName()
    const a = member(newName(), pattern(prefix))
    await systemClock.sleep(50)
    for (const name of ['orders', 'other', 'bills'])
      await tested.client.admin.topics.create([{ name: `${prefix}.${name}`, partitions: 1 }])
    await until(() => a.consumer.assignment.length === 2, 'they are found')
    assert.deepEqual(
      a.consumer.assignment.map(({ topic }) => topic).toSorted(),
      ['bills', 'orders'].map(name => `${prefix}.${name}`),
    )
    await a.consumer.close()
  })
test('consumer protocol: a member subscribes to other topics, and a topic grows', async () => {
  const [first, second] = [await newTopic({ partitions: 2, count: 1 }), await newTopic({ count: 1 })]
  const a = member(newName(), first, { remoteAssignor: 'range' })
  await until(() => a.seen.length === 2, 'the first is read')
  a.consumer.subscribe([second])
  await until(() => a.seen.length === 3 && a.consumer.assignment.length === 1, 'the second is read')
  await tested.client.admin.topics.grow(second, 3)
  await until(() => a.consumer.assignment.length === 3, 'its new partitions are assigned')
  await a.consumer.close()
})
test('consumer protocol: a reader that does not poll in time loses its partitions, and its commit is refused', async () => {
  const topic = await newTopic({ count: 3 })
  const lost: number[] = []
  await using consumer = tested.client.consumer({
    groupId: newName(),
    groupProtocol: 'consumer',
    offsetReset: 'earliest',
    autoCommit: false,
    maxPollIntervalMs: 200,
    onLost: partitions => void lost.push(...partitions.map(({ partition }) => partition)),
  })
  consumer.subscribe(topic)
  assert.equal((await take(consumer, 3)).length, 3)
  await systemClock.sleep(500)
  await assert.rejects(consumer.commit(), { name: 'KafkaError', code: 'UNKNOWN_MEMBER_ID' })
  assert.equal((await take(consumer, 3)).length, 3, 'it joins again, and reads from what was committed')
  assert.deepEqual(lost, [0])
})
test('consumer protocol: one that the group has fenced loses its partitions, and joins again', ownBroker, async () => {
  const topic = await newTopic({ count: 3 })
  const a = member(newName(), topic)
  await until(() => a.seen.length === 3, 'it reads')
  tested.broker.faults.add({ api: 'ConsumerGroupHeartbeat', error: 'FENCED_MEMBER_EPOCH', times: 1 })
  await until(() => a.events.filter(event => event === 'assigned 0').length === 2, 'it is back')
  assert.deepEqual(
    a.events.filter(event => event !== 'assigned '),
    ['assigned 0', 'lost 0', 'assigned 0'],
  )
  await a.consumer.close()
})
test('consumer protocol: a commit under an epoch that has moved on goes under the next one', ownBroker, async () => {
  const topic = await newTopic({ count: 3 })
  const groupId = newName()
  await using consumer = tested.client.consumer({ groupId, groupProtocol: 'consumer', offsetReset: 'earliest' })
  consumer.subscribe(topic)
  await take(consumer, 3)
  const fault = tested.broker.faults.add({ api: 'OffsetCommit', error: 'STALE_MEMBER_EPOCH', times: 2 })
  await consumer.commit()
  assert.equal(fault.met, 2)
  assert.deepEqual(
    (await consumer.committed([{ topic, partition: 0 }])).map(({ offset }) => offset),
    [3],
  )
})
test(
  `consumer protocol: with connections cut at random, a group misses nothing (seed ${seed})`,
  ownBroker,
  async () => {
    const random = new SeededRandom(seed)
    const topic = await newTopic({ partitions: 3, count: 0 })
    const groupId = newName()
    tested.broker.faults.add({ api: '*', drop: 'before', where: () => random.chance(0.02) })
    tested.broker.faults.add({ api: '*', drop: 'after', where: () => random.chance(0.02) })
    const members = [
      member(groupId, topic, { autoCommitIntervalMs: 20 }),
      member(groupId, topic, { autoCommitIntervalMs: 20 }),
    ]
    await using producer = tested.client.producer({ lingerMs: 0 })
    const expected = new Set<string>()
    for (let i = 0; i < 300; i++) {
      await producer.send({ topic, partition: i % 3, value: `value ${i}` })
      expected.add(`value ${i}`)
    }
    const seen = () => new Set(members.flatMap(({ seen }) => seen))
    await until(() => seen().size === expected.size, `all are read, SEED=${seed}`)
    tested.broker.faults.clear()
    await Promise.all(members.map(({ consumer }) => consumer.close()))
    assert.deepEqual(seen(), expected)
    const offsets = await tested.client.admin.groups.offsets(groupId)
    assert.deepEqual(
      offsets.map(({ offset }) => offset),
      [100, 100, 100],
    )
  },
)
// oxfmt-ignore
const refusals: [ConsumerOptions, RegExp][] = [
  [{ groupProtocol: 'consumer', sessionTimeoutMs: 10_000 },   /sessionTimeoutMs/],
  [{ groupProtocol: 'consumer', heartbeatIntervalMs: 100 },   /heartbeatIntervalMs/],
  [{ groupProtocol: 'consumer', assignors: [] },              /assignors/],
  [{ remoteAssignor: 'range' },                               /remoteAssignor/],
]
test('consumer protocol: what is of the other protocol is refused', () => {
  for (const [options, message] of refusals)
    assert.throws(() => tested.client.consumer({ groupId: 'g', ...options }), { code: 'INVALID_ARGUMENT', message })
})
test('consumer protocol: an assignor that the cluster does not have is refused', async () => {
  await using consumer = tested.client.consumer({
    groupId: newName(),
    groupProtocol: 'consumer',
    remoteAssignor: 'no such',
  })
  consumer.subscribe('t')
  await assert.rejects(consumer.poll({ maxWaitMs: 5_000 }), { code: 'UNSUPPORTED_ASSIGNOR' })
})
