// A group that changes between the protocols while it runs.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { readAssignment, writeAssignment, writeSubscription } from '../../protocol/index.ts'
import { groupConfigDefaults } from '../config.ts'
import * as classic from '../group/stories.ts'
import { key, Stage } from '../group/stories.ts'
import type { GroupRequest } from '../requests.ts'
import { beat, joins, leaves, play } from './stories.ts'

/** What a classic consumer says of itself that has these partitions of t. */
const says = (...partitions: number[]) => [
  { name: 'range', metadata: writeSubscription({ topics: ['t'], ownedPartitions: [{ topic: 't', partitions }] }) },
]
const has = (...partitions: number[]) => writeAssignment({ assignedPartitions: [{ topic: 't', partitions }] })
const joinsAgain = (to: number, memberId: string, ...owned: number[]) =>
  classic.join(to, memberId, { protocols: says(...owned) })

/** Two classic members that share t, in generation 2: c-a has 0, 1 and 2, and c-b the others. */
function twoClassic(stage = new Stage()): Stage {
  for (const request of [
    classic.asks(1, 'a', { protocols: says() }),
    classic.asks(2, 'b', { protocols: says() }),
    joinsAgain(3, 'c-a'),
    joinsAgain(4, 'c-b'),
    joinsAgain(5, 'c-a'),
  ])
    stage.take(request)
  const assignments = new Map([
    ['c-a', has(0, 1, 2)],
    ['c-b', has(3, 4, 5)],
  ])
  stage.take({ ...classic.sync(6, 'c-a', stage.group!.generation), assignments })
  stage.take(classic.sync(7, 'c-b', stage.group!.generation))
  assert.equal(stage.state, 'Stable')
  return stage
}
const answersOf = (stage: Stage, request: GroupRequest) =>
  stage
    .take(request)
    .answers.map(({ response }) => response as { error: string; generation?: number; memberEpoch?: number })
const errorOf = (stage: Stage, request: GroupRequest) => answersOf(stage, request)[0]!.error
/** What a classic member is told that joins again with what it has. */
function rejoin(stage: Stage, memberId: string, ...owned: number[]): { readonly epoch: number; readonly has: string } {
  const epoch = answersOf(stage, joinsAgain(90, memberId, ...owned))[0]!.generation!
  const [synced] = stage.take(classic.sync(91, memberId, epoch)).answers
  const { assignedPartitions } = readAssignment((synced!.response as { assignment: Buffer }).assignment)
  return { epoch, has: assignedPartitions.flatMap(({ partitions }) => partitions).join('') }
}

test('3.7 a member of the consumer protocol makes a classic group one of its own; the classic members are called, and give up before others have', () => {
  const stage = twoClassic()
  play([[joins(10, 'n'), 'n@3 -', 'Reconciling', 3]], stage)
  assert.equal(stage.group, undefined)
  assert.equal(errorOf(stage, classic.beat(11, 'c-a', 2)), 'REBALANCE_IN_PROGRESS')
  // It is told to give up a partition, in the epoch that it was in …
  assert.deepEqual(rejoin(stage, 'c-a', 0, 1, 2), { epoch: 2, has: '01' })
  play([[beat(12, 'n', 3), 'n@3', 'Reconciling', 3]], stage)
  assert.equal(errorOf(stage, classic.beat(13, 'c-a', 2)), 'REBALANCE_IN_PROGRESS')
  // … and when it says that it has, it is in the new one.
  assert.deepEqual(rejoin(stage, 'c-a', 0, 1), { epoch: 3, has: '01' })
  assert.equal(errorOf(stage, classic.beat(14, 'c-a', 3)), 'NONE')
  play([[beat(15, 'n', 3), 'n@3 t2', 'Reconciling', 3]], stage)
  assert.deepEqual(rejoin(stage, 'c-b', 3, 4), { epoch: 3, has: '34' })
  play([[beat(16, 'n', 3), 'n@3 t25', 'Stable', 3]], stage)
  assert.deepEqual(stage.restarted().view.durable, stage.view.durable)
})
test('3.7 when the last member of the consumer protocol is gone, the group is a classic one again, and rebalances', () => {
  const stage = twoClassic()
  stage.take(joins(10, 'n'))
  rejoin(stage, 'c-a', 0, 1, 2)
  play([[leaves(11, 'n'), 'n@-1', 'PreparingRebalance', -1]], stage)
  assert.equal(stage.view.durable.consumerGroups.size, 0)
  assert.deepEqual([...stage.group!.members.keys()], ['c-a', 'c-b'])
  assert.equal(stage.group!.generation, 3)
  stage.take(joinsAgain(12, 'c-a'))
  assert.equal(answersOf(stage, joinsAgain(13, 'c-b')).length, 2)
  assert.deepEqual(stage.restarted().view.durable, stage.view.durable)
})
test('3.7 a classic member is called as soon as the epoch of the group has grown, and not when its target is known', () => {
  const stage = play([[joins(1, 'n'), 'n@1 t012345', 'Stable', 1]])
  stage.take(joins(2, 'm'))
  rejoin(stage, 'c-a')
  assert.equal(errorOf(stage, classic.beat(3, 'c-a', 3)), 'NONE')
  play([[leaves(4, 'm'), 'm@-1', 'Assigning', 4]], stage)
  assert.equal(errorOf(stage, classic.beat(5, 'c-a', 3)), 'REBALANCE_IN_PROGRESS')
  assert.equal(rejoin(stage, 'c-a').epoch, 4)
})
test('3.7 a classic member that had not come to the epoch of the group when it became a classic one is called, and keeps what it has until then', () => {
  const stage = twoClassic()
  stage.take(joins(10, 'n'))
  assert.deepEqual(rejoin(stage, 'c-a', 0, 1, 2), { epoch: 2, has: '01' })
  stage.take(leaves(11, 'n'))
  assert.equal(stage.group!.generation, 3)
  assert.equal(errorOf(stage, classic.beat(12, 'c-a', 2)), 'REBALANCE_IN_PROGRESS')
  assert.equal(errorOf(stage, classic.sync(13, 'c-a', 2)), 'REBALANCE_IN_PROGRESS')
  assert.equal(errorOf(stage, classic.beat(14, 'c-a', 1)), 'ILLEGAL_GENERATION')
  // A member of the new protocol comes back before they have joined: it is not given what c-a has not given up.
  play([[joins(15, 'n'), 'n@4 -', 'Reconciling', 4]], stage)
  assert.deepEqual(rejoin(stage, 'c-a', 0, 1, 2), { epoch: 3, has: '01' })
})
test('3.7 a group that has become a classic one rebalances even if the coordinator restarts before', () => {
  const stage = twoClassic()
  stage.take(joins(10, 'n'))
  stage.take(leaves(11, 'n'))
  const restarted = stage.restarted()
  assert.deepEqual([restarted.state, restarted.group!.leader], ['PreparingRebalance', null])
  assert.equal(errorOf(restarted, classic.beat(12, 'c-a', 3)), 'REBALANCE_IN_PROGRESS')
})
test('3.7 classic members may join a group of the consumer protocol, and leave it', () => {
  const stage = play([[joins(1, 'n'), 'n@1 t012345', 'Stable', 1]])
  assert.equal(errorOf(stage, classic.asks(2, 'a', { protocols: says() })), 'MEMBER_ID_REQUIRED')
  assert.deepEqual(rejoin(stage, 'c-a'), { epoch: 2, has: '' })
  assert.equal(errorOf(stage, classic.beat(3, 'c-a', 2)), 'NONE', 'what it is to have is not free yet')
  play(
    [
      [beat(4, 'n', 1), 'n@1 t012', 'Reconciling', 2],
      [beat(5, 'n', 1, { owns: 't012' }), 'n@2', 'Reconciling', 2],
    ],
    stage,
  )
  assert.equal(errorOf(stage, classic.beat(6, 'c-a', 2)), 'REBALANCE_IN_PROGRESS')
  assert.deepEqual(rejoin(stage, 'c-a'), { epoch: 2, has: '345' })
  assert.equal(errorOf(stage, classic.commit(7, 'c-a', 1, 9)), 'ILLEGAL_GENERATION')
  assert.equal(errorOf(stage, classic.commit(8, 'c-a', 2, 9)), 'NONE')
  assert.deepEqual(stage.answers(classic.leave(9, { memberId: 'c-a' }, { memberId: 'x' })), [
    '9: NONE of c-a x: UNKNOWN_MEMBER_ID',
  ])
  play([[beat(10, 'n', 2), 'n@3 t012345', 'Stable', 3]], stage)
})
test("3.7 what a cooperative member was to give up when the group is upgraded is nobody else's before it has", () => {
  const stage = new Stage()
  for (const request of [classic.asks(1, 'a', { protocols: says() }), joinsAgain(2, 'c-a', 0, 1, 2, 3, 4, 5)])
    stage.take(request)
  const assignments = new Map([['c-a', has(0, 1, 2, 3)]])
  stage.take({ ...classic.sync(3, 'c-a', stage.group!.generation), assignments })
  play([[joins(10, 'n'), 'n@2 -', 'Reconciling', 2]], stage)
  assert.deepEqual(rejoin(stage, 'c-a', 0, 1, 2, 3, 4, 5), { epoch: 1, has: '0123' })
  play([[beat(11, 'n', 2), 'n@2', 'Reconciling', 2]], stage)
  assert.deepEqual(rejoin(stage, 'c-a', 0, 1, 2, 3), { epoch: 1, has: '012' })
  play([[beat(12, 'n', 2), 'n@2 t45', 'Reconciling', 2]], stage)
  assert.deepEqual(rejoin(stage, 'c-a', 0, 1, 2), { epoch: 2, has: '012' })
  play([[beat(13, 'n', 2), 'n@2 t345', 'Stable', 2]], stage)
  assert.deepEqual(stage.restarted().view.durable, stage.view.durable)
})
test('3.7 a classic member that is called and does not come is out when its rebalance timeout is over', () => {
  const stage = twoClassic()
  stage.take(joins(10, 'n'))
  const { effects } = stage.take(classic.beat(11, 'c-a', 2))
  const timer = effects.find(effect => effect.is === 'timer' && effect.name === 'join c-a')
  assert.deepEqual(timer, {
    is: 'timer',
    key,
    name: 'join c-a',
    afterMs: 60_000,
    event: { is: 'memberExpired', key, memberId: 'c-a', reason: 'no join came from it within 60000 ms' },
    unlessRunning: true,
  })
  stage.take({ is: 'memberExpired', key, memberId: 'c-a', reason: 'no join came from it' })
  assert.deepEqual([...stage.view.durable.consumerGroups.get(key)!.members.keys()], ['c-b', 'n'])
})

// oxfmt-ignore
const policies = [
  // policy                              upgrade               join of a classic member       after the last left
  [{ upgrades: true,  downgrades: true  }, 'NONE',               'MEMBER_ID_REQUIRED',          'PreparingRebalance'],
  [{ upgrades: true,  downgrades: false }, 'NONE',               'MEMBER_ID_REQUIRED',          'Assigning'],
  [{ upgrades: false, downgrades: true  }, 'GROUP_ID_NOT_FOUND', 'MEMBER_ID_REQUIRED',          'Stable'],
  [{ upgrades: false, downgrades: false }, 'GROUP_ID_NOT_FOUND', 'INCONSISTENT_GROUP_PROTOCOL', 'Stable'],
] as const
test('3.7 group.consumer.migration.policy says which way a group may change', () => {
  for (const [policy, upgraded, joined, after] of policies) {
    const config = { consumer: { ...groupConfigDefaults.consumer, ...policy } }
    const stage = twoClassic(new Stage(config))
    const told = JSON.stringify(policy)
    assert.equal(errorOf(stage, joins(10, 'n')), upgraded, told)
    stage.take(leaves(11, 'n'))
    assert.equal(stage.state, after, told)
    const others = play([[joins(1, 'n'), 'n@1 t012345', 'Stable', 1]], new Stage(config))
    assert.equal(errorOf(others, classic.asks(2, 'a', { protocols: says() })), joined, told)
  }
})
test('3.7 a classic group of another kind, or whose assignor is its own, is not upgraded', () => {
  const connect = new Stage()
  connect.take(classic.asks(1, 'a', { protocolType: 'connect' }))
  connect.take(classic.join(2, 'c-a', { protocolType: 'connect' }))
  assert.equal(errorOf(connect, joins(3, 'n')), 'GROUP_ID_NOT_FOUND')
  const custom = twoClassic()
  const userData = Buffer.from('mine')
  custom.group!.members.get('c-a')!.assignment = writeAssignment({ assignedPartitions: [], userData })
  assert.equal(errorOf(custom, joins(3, 'n')), 'GROUP_ID_NOT_FOUND')
  assert.equal(custom.state, 'Stable')
})
test('3.7 an empty group is of the kind of the member that comes first', () => {
  const stage = play([
    [joins(1, 'n'), 'n@1 t012345', 'Stable', 1],
    [leaves(2, 'n'), 'n@-1', 'Empty', 2],
  ])
  stage.take(classic.commit(3, '', -1, 7))
  assert.equal(errorOf(stage, classic.asks(4, 'a')), 'MEMBER_ID_REQUIRED')
  assert.equal(stage.view.durable.consumerGroups.size, 0)
  stage.take(classic.expires('c-a'))
  assert.deepEqual(stage.answers(classic.fetch(5)), ['5: NONE t at 7'])
  play([[joins(6, 'n'), 'n@1 t012345', 'Stable', 1]], stage)
  assert.equal(stage.group, undefined)
})
test('3.7 a static member changes the protocol under its instance id, either way', () => {
  const asI = { instanceId: 'i' }
  const stage = play([
    [joins(1, 'n', asI), 'n@1 t012345', 'Stable', 1],
    [joins(2, 'm'), 'm@2 -', 'Reconciling', 2],
  ])
  const joined = classic.joinStatic(3, 'i', 'x', { protocols: says(0, 1, 2, 3, 4, 5) })
  assert.deepEqual(
    stage.take(joined).answers.map(({ response }) => (response as { error: string }).error),
    ['NONE'],
  )
  const members = stage.view.durable.consumerGroups.get(key)!.members
  assert.deepEqual([...members.keys()].sort(), ['i-x', 'm'])
  play([[joins(4, 'o', asI), 'o@2 t012', 'Reconciling', 2]], stage)
  assert.equal(errorOf(stage, classic.beat(5, 'i-x', 2, 'i')), 'FENCED_INSTANCE_ID')
})
test('3.7 what a classic group had given to nobody is given when it is upgraded, by whomever', () => {
  const stage = new Stage()
  const [joined] = answersOf(stage, classic.joinStatic(1, 'i', 'x', { protocols: says() }))
  assert.equal(joined!.error, 'NONE')
  // As it was before a member left, or partitions were added: 3, 4 and 5 are nobody's.
  const assignments = new Map([['i-x', has(0, 1, 2)]])
  stage.take({ ...classic.sync(2, 'i-x', 1, {}, { groupInstanceId: 'i' }), assignments })
  assert.equal(stage.state, 'Stable')
  play([[joins(3, 'o', { instanceId: 'i' }), 'o@2 t012345', 'Stable', 2]], stage)
})
test('3.7 the last member of the consumer protocol may come back with the classic one, and keeps what it has', () => {
  const stage = play([[joins(1, 'n', { instanceId: 'i' }), 'n@1 t012345', 'Stable', 1]])
  const [joined] = answersOf(stage, classic.joinStatic(2, 'i', 'x', { protocols: says(0, 1, 2, 3, 4, 5) }))
  assert.deepEqual([joined!.error, joined!.generation, stage.state], ['NONE', 1, 'Stable'])
  assert.deepEqual([...stage.group!.members.keys()], ['i-x'])
  const [synced] = stage.take(classic.sync(3, 'i-x', 1, {}, { groupInstanceId: 'i' })).answers
  const { assignedPartitions } = readAssignment((synced!.response as { assignment: Buffer }).assignment)
  assert.deepEqual(assignedPartitions, [{ topic: 't', partitions: [0, 1, 2, 3, 4, 5] }])
  assert.deepEqual(stage.restarted().view.durable, stage.view.durable)
})
