// Stories of groups of the consumer protocol, scene after scene.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { groupConfigDefaults } from '../config.ts'
import { commit, deleteGroup, expires, fetch, key, Stage } from '../group/stories.ts'
import { beat, joins, leaves, play, revocationEnds, timersOf, type Scene } from './stories.ts'

const aHasAll: readonly Scene[] = [[joins(1, 'a'), 'a@1 t012345', 'Stable', 1]]
const bWaits: readonly Scene[] = [...aHasAll, [joins(2, 'b'), 'b@2 -', 'Reconciling', 2]]
const full = { rebalanceTimeoutMs: 60_000, subscribedTopicNames: ['t'] }
const asI = { instanceId: 'i' }

// oxfmt-ignore
const stories: Readonly<Record<string, readonly Scene[]>> = {
  'a member joins with epoch 0, is told of its partitions once, and leaves with -1': [
    [joins(1, 'a'),                                         'a@1 t012345',               'Stable',      1],
    [beat(2, 'a', 1),                                       'a@1',                       'Stable',      1],
    [beat(3, 'a', 1, { ...full, owns: 't012345' }),         'a@1 t012345',               'Stable',      1],
    [leaves(4, 'a'),                                        'a@-1',                      'Empty',       2],
    [beat(5, 'a', 1),                                       'UNKNOWN_MEMBER_ID',         'Empty',       2],
  ],
  'what a member is to lose it gives back before another has it': [
    ...bWaits,
    [beat(3, 'b', 2),                                       'b@2',                       'Reconciling', 2],
    [beat(4, 'a', 1),                                       'a@1 t012',                  'Reconciling', 2],
    [beat(5, 'b', 2),                                       'b@2',                       'Reconciling', 2],
    [beat(6, 'a', 1),                                       'a@1',                       'Reconciling', 2],
    [beat(7, 'a', 1, { owns: 't0123' }),                    'a@1',                       'Reconciling', 2],
    [beat(8, 'b', 2),                                       'b@2',                       'Reconciling', 2],
    [beat(9, 'a', 1, { owns: 't012' }),                     'a@2',                       'Reconciling', 2],
    [beat(10, 'b', 2),                                      'b@2 t345',                  'Stable',      2],
    [beat(11, 'b', 2),                                      'b@2',                       'Stable',      2],
  ],
  'who does not give back within its rebalance timeout is fenced': [
    ...bWaits,
    [beat(3, 'a', 1),                                       'a@1 t012',                  'Reconciling', 2],
    [revocationEnds('a', 1),                                '',                          'Assigning',   3],
    [beat(4, 'a', 1, { owns: 't012' }),                     'UNKNOWN_MEMBER_ID',         'Assigning',   3],
    [beat(5, 'b', 2),                                       'b@3 t012345',               'Stable',      3],
    [revocationEnds('b', 2),                                '',                          'Stable',      3],
  ],
  'a session that ends frees the partitions': [
    ...bWaits,
    [expires('a'),                                          '',                          'Assigning',   3],
    [beat(3, 'b', 2),                                       'b@3 t012345',               'Stable',      3],
    [expires('b'),                                          '',                          'Empty',       4],
  ],
  'an epoch that is not the member\'s is fenced; the one before is a retry, if the member has no more than it was given': [
    ...bWaits,
    [beat(3, 'a', 2),                                       'FENCED_MEMBER_EPOCH',       'Reconciling', 2],
    [beat(4, 'a', 1),                                       'a@1 t012',                  'Reconciling', 2],
    [beat(5, 'a', 1, { owns: 't012' }),                     'a@2',                       'Reconciling', 2],
    [beat(6, 'a', 1, { owns: 't012' }),                     'a@2',                       'Reconciling', 2],
    [beat(7, 'a', 1, { owns: 't3' }),                       'FENCED_MEMBER_EPOCH',       'Reconciling', 2],
    [beat(8, 'a', 1),                                       'FENCED_MEMBER_EPOCH',       'Reconciling', 2],
    [joins(9, 'a'),                                         'a@2 t012',                  'Reconciling', 2],
    [beat(10, 'stranger', 2),                               'UNKNOWN_MEMBER_ID',         'Reconciling', 2],
  ],
  'a static member that leaves with -2 finds its partitions again, under another id': [
    [joins(1, 'a', asI),                                    'a@1 t012345',               'Stable',      1],
    [joins(2, 'b', asI),                                    'UNRELEASED_INSTANCE_ID',    'Stable',      1],
    [beat(3, 'a', -2, asI),                                 'a@-2',                      'Reconciling', 1],
    [joins(4, 'b', asI),                                    'b@1 t012345',               'Stable',      1],
    [beat(5, 'a', 1, asI),                                  'FENCED_INSTANCE_ID',        'Stable',      1],
    [beat(6, 'b', 1, { instanceId: 'j' }),                  'UNKNOWN_MEMBER_ID',         'Stable',      1],
    [beat(7, 'b', -1, asI),                                 'b@-1',                      'Empty',       2],
  ],
  'a subscription that changes takes at once what is not subscribed to any more': [
    [stage => stage.topics.set('u', 2),                     '',                          'none',       -1],
    [joins(1, 'a'),                                         'a@1 t012345',               'Stable',      1],
    [beat(2, 'a', 1, { subscribedTopicNames: ['u'] }),      'a@1 -',                     'Reconciling', 2],
    [beat(3, 'a', 1, { owns: '' }),                         'a@2 u01',                   'Stable',      2],
  ],
  'topics that come, grow and go make the group grow by an epoch at the next heartbeat': [
    [joins(1, 'a', { subscribedTopicNames: ['t', 'u'] }),   'a@1 t012345',               'Stable',      1],
    [stage => stage.topics.set('v', 2),                     '',                          'Stable',      1],
    [beat(2, 'a', 1),                                       'a@1',                       'Stable',      1],
    [stage => stage.topics.set('u', 1),                     '',                          'Stable',      1],
    [beat(3, 'a', 1),                                       'a@2 t012345 u0',            'Stable',      2],
    [stage => stage.topics.set('u', 2),                     '',                          'Stable',      2],
    [beat(4, 'a', 2),                                       'a@3 t012345 u01',           'Stable',      3],
    [stage => stage.topics.set('t', undefined),             '',                          'Stable',      3],
    [beat(5, 'a', 3, { owns: 'u01' }),                      'a@4 u01',                   'Stable',      4],
  ],
  'an expression finds topics as they come; the last who asks for it takes it along': [
    [joins(1, 'a', { subscribedTopicNames: null, subscribedTopicRegex: 'n.+' }), 'a@1 -', 'Stable',      1],
    [stage => stage.topics.set('new', 2),                   '',                          'Stable',      1],
    [beat(2, 'a', 1),                                       'a@2 new01',                 'Stable',      2],
    [stage => stage.topics.set('anew', 2),                  '',                          'Stable',      2],
    [beat(3, 'a', 2),                                       'a@2',                       'Stable',      2],
    [joins(4, 'b', { subscribedTopicNames: null, subscribedTopicRegex: '(' }), 'INVALID_REGULAR_EXPRESSION', 'Stable', 2],
    [beat(5, 'a', 2, { subscribedTopicRegex: '' }),         'a@2 -',                     'Reconciling', 3],
  ],
  'the assignor that most ask for assigns': [
    [stage => stage.topics.set('u', 6),                     '',                          'none',       -1],
    [joins(1, 'a', { subscribedTopicNames: ['t', 'u'], serverAssignor: 'range' }), 'a@1 t012345 u012345', 'Stable', 1],
    [joins(2, 'b', { subscribedTopicNames: ['t', 'u'] }),   'b@2 -',                     'Reconciling', 2],
    [beat(3, 'a', 1),                                       'a@1 t012 u012',             'Reconciling', 2],
  ],
  'a group that is not there is made by who joins only': [
    [beat(1, 'a', 1),                                       'GROUP_ID_NOT_FOUND',        'none',       -1],
    [leaves(2, 'a'),                                        'GROUP_ID_NOT_FOUND',        'none',       -1],
    [joins(3, ''),                                          'fresh@1 t012345',           'Stable',      1],
  ],
}
for (const [name, scenes] of Object.entries(stories)) test(`3.7 ${name}`, () => void play(scenes))

test('3.7 after a restart the group is as it was, wherever the story stops', () => {
  for (const [name, scenes] of Object.entries(stories))
    for (let stop = 1; stop < scenes.length; stop++) {
      const stage = play(scenes.slice(0, stop)),
        after = stage.restarted()
      assert.deepEqual(after.view.durable, stage.view.durable, `${name} after ${stop}`)
    }
})
test('3.7 what is applied is taken back, record by record', () => {
  for (const [name, scenes] of Object.entries(stories)) {
    const { log } = play(scenes)
    const stage = new Stage(),
      undos: (() => void)[] = []
    for (const record of log) undos.push(stage.machine.apply(stage.view.durable, record))
    for (const undo of undos.toReversed()) undo()
    assert.deepEqual(stage.view.durable, new Stage().view.durable, name)
  }
})
test('3.7 a group that is full takes nobody but its members', () => {
  const stage = new Stage({ consumer: { ...groupConfigDefaults.consumer, sizeMax: 1 } })
  play(
    [
      [joins(1, 'a', asI), 'a@1 t012345', 'Stable', 1],
      [joins(2, 'b'), 'GROUP_MAX_SIZE_REACHED', 'Stable', 1],
      [beat(3, 'a', -2, asI), 'a@-2', 'Reconciling', 1],
      [joins(4, 'b', asI), 'b@1 t012345', 'Stable', 1],
    ],
    stage,
  )
})
test('3.7 heartbeats keep the session of 45 s; what is to be given up starts the time of the rebalance, and ends it', () => {
  const stage = play(bWaits)
  assert.deepEqual(timersOf(stage, beat(3, 'a', 1)), ['rebalance a in 60000', 'session a in 45000'])
  assert.deepEqual(timersOf(stage, beat(4, 'a', 1, { owns: 't012' })), ['rebalance a ends', 'session a in 45000'])
  assert.deepEqual(timersOf(stage, beat(5, 'a', 2)), ['session a in 45000'])
})
test('3.7 the records of a member that joins, and of one that leaves, are Kafka’s, in Kafka’s order', () => {
  const { log } = play([...aHasAll, [leaves(2, 'a'), 'a@-1', 'Empty', 2]])
  assert.deepEqual(
    log.map(record => `${record.is}${'value' in record && record.value === null ? ' ends' : ''}`),
    [
      'consumerGroupMemberMetadata',
      'consumerGroupMetadata',
      'consumerGroupTargetAssignmentMember',
      'consumerGroupTargetAssignmentMetadata',
      'consumerGroupCurrentMemberAssignment',
      'consumerGroupCurrentMemberAssignment ends',
      'consumerGroupTargetAssignmentMember ends',
      'consumerGroupMemberMetadata ends',
      'consumerGroupMetadata',
      'consumerGroupTargetAssignmentMetadata',
    ],
  )
})

// oxfmt-ignore
const commits = [
  // member, epoch, request of               answer
  ['a',      1,     'GROUP_ID_NOT_FOUND',    'NONE'],
  ['a',      0,     'GROUP_ID_NOT_FOUND',    'STALE_MEMBER_EPOCH'],
  ['a',      2,     'GROUP_ID_NOT_FOUND',    'STALE_MEMBER_EPOCH'],
  ['a',      1,     'ILLEGAL_GENERATION',    'UNSUPPORTED_VERSION'],
  ['b',      1,     'GROUP_ID_NOT_FOUND',    'UNKNOWN_MEMBER_ID'],
  ['',      -1,     'GROUP_ID_NOT_FOUND',    'UNKNOWN_MEMBER_ID'],
] as const
test('3.7 a commit is taken from the present epoch alone: else it is STALE_MEMBER_EPOCH, and before v9 UNSUPPORTED_VERSION', () => {
  for (const [memberId, epoch, noGroupError, expected] of commits) {
    const stage = play(aHasAll)
    const [answer] = stage.answers(commit(2, memberId, epoch, 42, { noGroupError }))
    assert.match(answer!, new RegExp(`^2: .*${expected}$|^2: NONE t NONE$`), `${memberId} ${epoch}`)
    assert.equal(stage.view.durable.offsets.size, expected === 'NONE' ? 1 : 0)
  }
})
test('3.7 without members anybody commits, and the group is deleted with its offsets', () => {
  const stage = play([...aHasAll])
  assert.deepEqual(stage.answers(deleteGroup(2)), ['2: NON_EMPTY_GROUP'])
  stage.take(leaves(3, 'a'))
  assert.deepEqual(stage.answers(commit(4, '', -1, 42)), ['4: NONE t NONE'])
  assert.deepEqual(stage.answers(deleteGroup(5)), ['5: NONE'])
  assert.deepEqual([stage.view.durable.consumerGroups.size, stage.view.durable.offsets.size], [0, 0])
})
test('3.7 a member fetches offsets by its present epoch, others without one', () => {
  const stage = play(aHasAll)
  const by = (memberId: string | null, memberEpoch: number) =>
    stage.answers({ ...fetch(2), memberId, memberEpoch } as ReturnType<typeof fetch>)[0]
  assert.equal(by('a', 1), '2: NONE t at -1')
  assert.equal(by(null, -1), '2: NONE t at -1')
  assert.equal(by('a', 3), '2: STALE_MEMBER_EPOCH')
  assert.equal(by('b', 1), '2: UNKNOWN_MEMBER_ID')
})
test('3.7 offsets of topics that a member reads do not expire, and an empty group goes with its last', () => {
  const stage = play(aHasAll)
  stage.take(commit(2, 'a', 1, 42))
  stage.now += 8 * 24 * 3_600_000
  stage.take({ is: 'offsetsExpire', key })
  assert.equal(stage.view.durable.offsets.size, 1)
  stage.take(leaves(3, 'a'))
  stage.take({ is: 'offsetsExpire', key })
  assert.deepEqual([stage.view.durable.offsets.size, stage.view.durable.consumerGroups.size], [0, 0])
})
