import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  asks,
  beat,
  commit,
  expires,
  join,
  joinDeadline,
  joinStatic,
  leave,
  play,
  range,
  reads,
  type Scene,
  Stage,
  sync,
  syncDeadline,
} from './stories.ts'

const sticky = { name: 'sticky', metadata: reads('t') },
  roundRobin = { name: 'roundrobin', metadata: reads('t') }

// oxfmt-ignore
const stories: Record<string, readonly Scene[]> = {
  //  request                                       answers                                                                                    state after            records
  'JoinGroup v4+: an empty member id is answered MEMBER_ID_REQUIRED with a generated id, clientId-uuid': [
    [asks(1, 'a'),                                  ['1: MEMBER_ID_REQUIRED c-a'],                                                             'Empty',               0],
    [join(2, 'c-a'),                                ['2: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
  ],
  'JoinGroup below v4: an empty member id joins at once': [
    [asks(1, 'a', { comesAgain: false }),           ['1: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
  ],
  'static members join at once, and their ids begin with the instance id': [
    [joinStatic(1, 'i', 'a'),                       ['1: NONE i-a in generation 1 led by i-a of i-a'],                                         'CompletingRebalance', 0],
  ],
  'a member joins in two steps, is assigned, and leaves': [
    [asks(1, 'a'),                                  ['1: MEMBER_ID_REQUIRED c-a'],                                                             'Empty',               0],
    [join(2, 'c-a'),                                ['2: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [beat(3, 'c-a', 1),                             ['3: NONE'],                                                                               'CompletingRebalance', 0],
    [sync(4, 'c-a', 1, { 'c-a': 'p0 p1' }),         ['4: NONE has p0 p1'],                                                                     'Stable',              1],
    [beat(5, 'c-a', 1),                             ['5: NONE'],                                                                               'Stable',              0],
    [sync(6, 'c-a', 1),                             ['6: NONE has p0 p1'],                                                                     'Stable',              0],
    [leave(7, { memberId: 'c-a' }),                 ['7: NONE of c-a'],                                                                        'Empty',               1],
    [beat(8, 'c-a', 1),                             ['8: UNKNOWN_MEMBER_ID'],                                                                  'Empty',               0],
  ],
  'joins wait for all members, syncs for the leader': [
    [asks(1, 'a'),                                  ['1: MEMBER_ID_REQUIRED c-a'],                                                             'Empty',               0],
    [join(2, 'c-a'),                                ['2: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [asks(3, 'b'),                                  ['3: MEMBER_ID_REQUIRED c-b'],                                                             'CompletingRebalance', 0],
    [join(4, 'c-b'),                                [],                                                                                        'PreparingRebalance',  0],
    [sync(6, 'c-a', 1),                             ['6: REBALANCE_IN_PROGRESS'],                                                              'PreparingRebalance',  0],
    [join(7, 'c-a'),                                ['7: NONE c-a in generation 2 led by c-a of c-a c-b', '4: NONE c-b in generation 2 led by c-a'], 'CompletingRebalance', 0],
    [sync(8, 'c-b', 2),                             [],                                                                                        'CompletingRebalance', 0],
    [sync(9, 'c-b', 1),                             ['9: ILLEGAL_GENERATION'],                                                                 'CompletingRebalance', 0],
    [sync(10, 'c-a', 2, { 'c-a': 'p0', 'c-b': 'p1' }), ['10: NONE has p0', '8: NONE has p1'],                                                  'Stable',              1],
    [beat(11, 'c-b', 1),                            ['11: ILLEGAL_GENERATION'],                                                                'Stable',              0],
    [join(12, 'c-b'),                               ['12: NONE c-b in generation 2 led by c-a'],                                               'Stable',              0],
    [expires('c-a'),                                [],                                                                                        'PreparingRebalance',  0],
    [join(13, 'c-b'),                               ['13: NONE c-b in generation 3 led by c-b of c-b'],                                        'CompletingRebalance', 0],
  ],
  'a heartbeat in PreparingRebalance is answered REBALANCE_IN_PROGRESS, a wrong generation ILLEGAL_GENERATION, a stranger UNKNOWN_MEMBER_ID, who was replaced FENCED_INSTANCE_ID': [
    [joinStatic(1, 'i', 'a'),                       ['1: NONE i-a in generation 1 led by i-a of i-a'],                                         'CompletingRebalance', 0],
    [sync(2, 'i-a', 1),                             ['2: NONE'],                                                                               'Stable',              1],
    [asks(3, 'b', { comesAgain: false }),           [],                                                                                        'PreparingRebalance',  0],
    [beat(4, 'i-a', 1),                             ['4: REBALANCE_IN_PROGRESS'],                                                              'PreparingRebalance',  0],
    [beat(5, 'i-a', 0),                             ['5: ILLEGAL_GENERATION'],                                                                 'PreparingRebalance',  0],
    [beat(6, 'nobody', 1),                          ['6: UNKNOWN_MEMBER_ID'],                                                                  'PreparingRebalance',  0],
    [beat(7, 'i-a', 1, 'unknown'),                  ['7: UNKNOWN_MEMBER_ID'],                                                                  'PreparingRebalance',  0],
    [joinStatic(8, 'i', 'z'),                       ['8: NONE i-z in generation 2 led by i-z of c-b i-z', '3: NONE c-b in generation 2 led by i-z'].toReversed(), 'CompletingRebalance', 0],
    [beat(9, 'i-a', 2, 'i'),                        ['9: FENCED_INSTANCE_ID'],                                                                 'CompletingRebalance', 0],
  ],
  'follower joins get an empty member list; the leader gets all with their metadata': [
    [joinStatic(1, 'i', 'a'),                       ['1: NONE i-a in generation 1 led by i-a of i-a'],                                         'CompletingRebalance', 0],
    [joinStatic(2, 'j', 'b'),                       [],                                                                                        'PreparingRebalance',  0],
    [join(3, 'i-a', { groupInstanceId: 'i' }),      ['3: NONE i-a in generation 2 led by i-a of i-a j-b', '2: NONE j-b in generation 2 led by i-a'], 'CompletingRebalance', 0],
  ],
  'the leader, or a member that rejoins with changed metadata, makes a new rebalance': [
    [asks(1, 'a', { comesAgain: false }),           ['1: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [sync(2, 'c-a', 1),                             ['2: NONE'],                                                                               'Stable',              1],
    [join(3, 'c-a'),                                ['3: NONE c-a in generation 2 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [join(4, 'c-a', { protocols: [{ name: 'range', metadata: reads('u') }] }), ['4: NONE c-a in generation 3 led by c-a of c-a'],              'CompletingRebalance', 0],
    [join(5, 'c-a', { protocols: [{ name: 'range', metadata: reads('u') }] }), ['5: NONE c-a in generation 3 led by c-a of c-a'],              'CompletingRebalance', 0],
  ],
  'an unchanged follower that rejoins in Stable is told the current generation, without a rebalance; a changed one is not': [
    [asks(1, 'a', { comesAgain: false }),           ['1: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [asks(2, 'b', { comesAgain: false }),           [],                                                                                        'PreparingRebalance',  0],
    [join(3, 'c-a'),                                ['3: NONE c-a in generation 2 led by c-a of c-a c-b', '2: NONE c-b in generation 2 led by c-a'], 'CompletingRebalance', 0],
    [sync(4, 'c-a', 2),                             ['4: NONE'],                                                                               'Stable',              1],
    [join(5, 'c-b'),                                ['5: NONE c-b in generation 2 led by c-a'],                                                'Stable',              0],
    [join(6, 'c-b', { protocols: [...range, sticky] }), [],                                                                                    'PreparingRebalance',  0],
  ],
  'a join while the assignment is awaited calls those who wait for it to join again': [
    [asks(1, 'a', { comesAgain: false }),           ['1: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [asks(2, 'b', { comesAgain: false }),           [],                                                                                        'PreparingRebalance',  0],
    [join(3, 'c-a'),                                ['3: NONE c-a in generation 2 led by c-a of c-a c-b', '2: NONE c-b in generation 2 led by c-a'], 'CompletingRebalance', 0],
    [sync(4, 'c-b', 2),                             [],                                                                                        'CompletingRebalance', 0],
    [asks(5, 'd', { comesAgain: false }),           ['4: REBALANCE_IN_PROGRESS'],                                                              'PreparingRebalance',  0],
  ],
  'members that miss the rebalance timeout are left behind': [
    [asks(1, 'a', { comesAgain: false }),           ['1: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [asks(2, 'b', { comesAgain: false }),           [],                                                                                        'PreparingRebalance',  0],
    [joinDeadline,                                  ['2: NONE c-b in generation 2 led by c-b of c-b'],                                         'CompletingRebalance', 0],
    [join(3, 'c-a'),                                ['3: UNKNOWN_MEMBER_ID'],                                                                  'CompletingRebalance', 0],
  ],
  'who was given an id is waited for, until the session that it was given with it ends': [
    [asks(1, 'a', { comesAgain: false }),           ['1: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [asks(2, 'b'),                                  ['2: MEMBER_ID_REQUIRED c-b'],                                                             'CompletingRebalance', 0],
    [join(3, 'c-a', { protocols: [...range, sticky] }), [],                                                                                    'PreparingRebalance',  0],
    [expires('c-b'),                                ['3: NONE c-a in generation 2 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [join(4, 'c-b'),                                ['4: UNKNOWN_MEMBER_ID'],                                                                  'CompletingRebalance', 0],
  ],
  'members that miss Sync are kicked after the rebalance timeout': [
    [asks(1, 'a', { comesAgain: false }),           ['1: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [asks(2, 'b', { comesAgain: false }),           [],                                                                                        'PreparingRebalance',  0],
    [join(3, 'c-a'),                                ['3: NONE c-a in generation 2 led by c-a of c-a c-b', '2: NONE c-b in generation 2 led by c-a'], 'CompletingRebalance', 0],
    [sync(4, 'c-a', 2),                             ['4: NONE'],                                                                               'Stable',              1],
    [syncDeadline(1),                               [],                                                                                        'Stable',              0],
    [syncDeadline(2),                               [],                                                                                        'PreparingRebalance',  0],
    [join(5, 'c-b'),                                ['5: UNKNOWN_MEMBER_ID'],                                                                  'PreparingRebalance',  0],
    [join(6, 'c-a'),                                ['6: NONE c-a in generation 3 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [syncDeadline(3),                               [],                                                                                        'Empty',               1],
  ],
  'no common protocol, or another protocol type, is INCONSISTENT_GROUP_PROTOCOL': [
    [join(1, '', { protocols: [] }),                ['1: INCONSISTENT_GROUP_PROTOCOL'],                                                        'none',                0],
    [join(2, '', { protocolType: '' }),             ['2: INCONSISTENT_GROUP_PROTOCOL'],                                                        'none',                0],
    [asks(3, 'a', { comesAgain: false }),           ['3: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [join(4, '', { protocolType: 'connect' }),      ['4: INCONSISTENT_GROUP_PROTOCOL'],                                                        'CompletingRebalance', 0],
    [join(5, '', { protocols: [sticky] }),          ['5: INCONSISTENT_GROUP_PROTOCOL'],                                                        'CompletingRebalance', 0],
    [sync(6, 'c-a', 1, {}, { protocolType: 'connect' }), ['6: INCONSISTENT_GROUP_PROTOCOL'],                                                   'CompletingRebalance', 0],
    [sync(7, 'c-a', 1, {}, { protocol: 'sticky' }), ['7: INCONSISTENT_GROUP_PROTOCOL'],                                                        'CompletingRebalance', 0],
    [sync(8, 'c-a', 1, {}, { protocolType: null, protocol: null }), ['8: NONE'],                                                               'Stable',              1],
  ],
  'a join with an id that nobody was given is UNKNOWN_MEMBER_ID': [
    [join(1, 'stranger'),                           ['1: UNKNOWN_MEMBER_ID'],                                                                  'none',                0],
    [asks(2, 'a', { comesAgain: false }),           ['2: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [join(3, 'stranger'),                           ['3: UNKNOWN_MEMBER_ID'],                                                                  'CompletingRebalance', 0],
    [sync(4, 'stranger', 1),                        ['4: UNKNOWN_MEMBER_ID'],                                                                  'CompletingRebalance', 0],
  ],
  'a join that is repeated while it waits takes the place of the first': [
    [asks(1, 'a', { comesAgain: false }),           ['1: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [asks(2, 'b'),                                  ['2: MEMBER_ID_REQUIRED c-b'],                                                             'CompletingRebalance', 0],
    [join(3, 'c-b'),                                [],                                                                                        'PreparingRebalance',  0],
    [join(4, 'c-b'),                                ['3: REBALANCE_IN_PROGRESS'],                                                              'PreparingRebalance',  0],
    [join(5, 'c-a'),                                ['5: NONE c-a in generation 2 led by c-a of c-a c-b', '4: NONE c-b in generation 2 led by c-a'], 'CompletingRebalance', 0],
  ],
  'a group whose last member goes while it joins is empty, in a new generation': [
    [asks(1, 'a', { comesAgain: false }),           ['1: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [sync(2, 'c-a', 1),                             ['2: NONE'],                                                                               'Stable',              1],
    [expires('c-a'),                                [],                                                                                        'Empty',               1],
    [asks(3, 'b', { comesAgain: false }),           ['3: NONE c-b in generation 3 led by c-b of c-b'],                                         'CompletingRebalance', 0],
  ],
  'who was given an id and never came leaves nothing behind': [
    [asks(1, 'a'),                                  ['1: MEMBER_ID_REQUIRED c-a'],                                                             'Empty',               0],
    [expires('c-a'),                                [],                                                                                        'none',                0],
  ],
}
for (const [title, scenes] of Object.entries(stories)) test(title, () => void play(scenes))

const types = ['consumer', 'connect', 'sr', 'stream', 'anything at all']
test('any protocol type is allowed: consumer, connect, sr, stream', () => {
  for (const protocolType of types) {
    const stage = new Stage()
    const answers = stage.answers(
      asks(1, 'a', { comesAgain: false, protocolType, protocols: [{ name: 'v1', metadata: Buffer.from('?') }] }),
    )
    assert.deepEqual(answers, ['1: NONE c-a in generation 1 led by c-a of c-a'], protocolType)
    assert.equal(stage.group!.protocolType, protocolType)
  }
})

// oxfmt-ignore
const votes = [
  // the members' protocols, the preferred first                                   chosen
  [[[sticky, ...range], [sticky, ...range]],                                       'sticky'],
  [[[sticky, ...range], range],                                                    'range'],
  [[[sticky, roundRobin], [roundRobin, sticky], [roundRobin, sticky]],             'roundrobin'],
  [[[sticky, roundRobin, ...range], [...range, roundRobin], [roundRobin, ...range]], 'roundrobin'],
] as const
test('the protocol is chosen by a vote among those that all members have in common', () => {
  for (const [members, chosen] of votes) {
    const stage = new Stage()
    for (const [i, protocols] of members.entries()) {
      stage.take(asks(i, `${i}`, { comesAgain: false, protocols }))
      for (let j = 0; j < i; j++) stage.take(join(10 + j, `c-${j}`, { protocols: members[j]! }))
    }
    assert.deepEqual([stage.state, stage.group!.protocol], ['CompletingRebalance', chosen])
  }
})

test('the first join of an empty group waits group.initial.rebalance.delay.ms, and longer while more come', () => {
  const stage = new Stage({ initialRebalanceDelayMs: 3_000 })
  const over = (remainingMs: number) => ({ is: 'initialDelayOver', key: 'g', delayMs: 3_000, remainingMs }) as const
  const first = { comesAgain: false, rebalanceTimeoutMs: 8_000 }
  assert.deepEqual(stage.timers(asks(1, 'a', first)), ['session c-a in 300000', 'sync ends', 'join in 3000'])
  assert.deepEqual(stage.answers(asks(2, 'b', first)), [])
  assert.deepEqual(stage.timers(over(5_000)), ['join in 3000'])
  assert.deepEqual(stage.answers(asks(3, 'd', first)), [])
  assert.deepEqual(stage.timers(over(2_000)), ['join in 2000'])
  assert.deepEqual(stage.answers(asks(4, 'e', first)), [])
  assert.deepEqual(stage.answers({ ...over(0), delayMs: 2_000 }), [
    '1: NONE c-a in generation 1 led by c-a of c-a c-b c-d c-e',
    '2: NONE c-b in generation 1 led by c-a',
    '3: NONE c-d in generation 1 led by c-a',
    '4: NONE c-e in generation 1 led by c-a',
  ])
})
test('with a delay, nobody coming after the first means that the group begins when it is over', () => {
  const stage = new Stage({ initialRebalanceDelayMs: 3_000 })
  assert.deepEqual(stage.answers(asks(1, 'a', { comesAgain: false })), [])
  const over = { is: 'initialDelayOver', key: 'g', delayMs: 3_000, remainingMs: 57_000 } as const
  assert.deepEqual(stage.answers(over), ['1: NONE c-a in generation 1 led by c-a of c-a'])
})
test('the rebalance timeout of the request drives how long joins and syncs are waited for; the longest counts', () => {
  const stage = new Stage()
  stage.take(asks(1, 'a', { comesAgain: false, rebalanceTimeoutMs: 20_000 }))
  assert.deepEqual(
    stage
      .timers(asks(2, 'b', { comesAgain: false, rebalanceTimeoutMs: 70_000 }))
      .filter(name => name.startsWith('join')),
    ['join in 70000'],
  )
  assert.deepEqual(
    stage.timers(join(3, 'c-a', { rebalanceTimeoutMs: 30_000 })).filter(name => /^(join|sync)/.test(name)),
    ['join ends', 'sync in 70000'],
  )
})
test('who waits for the others keeps its place when its session ends, and a new one only for five minutes', () => {
  const stage = new Stage()
  stage.take(asks(1, 'a', { comesAgain: false }))
  assert(stage.timers(asks(2, 'b', { comesAgain: false })).includes('session c-b in 300000'))
  play([[expires('c-b'), ['2: UNKNOWN_MEMBER_ID'], 'PreparingRebalance', 0]], stage)
  play([[join(3, 'c-a'), ['3: NONE c-a in generation 2 led by c-a of c-a'], 'CompletingRebalance', 0]], stage)
  stage.take(asks(4, 'd', { comesAgain: false }))
  stage.take(join(5, 'c-a'))
  stage.take(sync(6, 'c-d', 3))
  play([[expires('c-d'), [], 'CompletingRebalance', 0]], stage)
  play([[sync(7, 'c-a', 3, { 'c-d': 'p' }), ['7: NONE', '6: NONE has p'], 'Stable', 1]], stage)
})
test('a commit and a heartbeat start the session anew', () => {
  const stage = new Stage()
  stage.take(asks(1, 'a', { comesAgain: false, sessionTimeoutMs: 9_000 }))
  stage.take(sync(2, 'c-a', 1))
  assert.deepEqual(stage.timers(beat(3, 'c-a', 1)), ['session c-a in 9000'])
  assert.deepEqual(stage.timers(commit(4, 'c-a', 1, 5)), ['session c-a in 9000'])
})

const full = { groupSizeMax: 2 }
test('a group takes no more members than group.max.size', () => {
  const stage = new Stage(full)
  for (const id of ['a', 'b']) stage.take(asks(1, id, { comesAgain: false }))
  stage.take(join(2, 'c-a'))
  play(
    [
      [asks(3, 'd'), ['3: GROUP_MAX_SIZE_REACHED'], 'CompletingRebalance', 0],
      [sync(4, 'c-a', 2), ['4: NONE'], 'Stable', 1],
      [asks(5, 'd'), ['5: GROUP_MAX_SIZE_REACHED'], 'Stable', 0],
      [join(6, 'c-a'), [], 'PreparingRebalance', 0],
      [asks(7, 'd', { comesAgain: false }), [], 'PreparingRebalance', 0],
      [join(8, 'c-b'), ['8: GROUP_MAX_SIZE_REACHED'], 'PreparingRebalance', 0],
    ],
    stage,
  )
})
test('a group that is loaded with more members than group.max.size rebalances', () => {
  const stage = new Stage()
  for (const id of ['a', 'b', 'd']) stage.take(joinStatic(1, id, id))
  stage.take(join(2, 'a-a', { groupInstanceId: 'a' }))
  stage.take(join(2, 'b-b', { groupInstanceId: 'b' }))
  stage.take(sync(3, 'a-a', stage.group!.generation))
  assert.deepEqual([stage.state, stage.group!.members.size], ['Stable', 3])
  assert.equal(stage.restarted(full).state, 'PreparingRebalance')
})
test('a loaded group is stable, with a session for every member and its assignment', () => {
  const stage = new Stage()
  stage.take(joinStatic(1, 'i', 'a', { sessionTimeoutMs: 7_000, rebalanceTimeoutMs: 8_000 }))
  stage.take(sync(2, 'i-a', 1, { 'i-a': 'p0' }))
  const restarted = stage.restarted()
  play(
    [
      [beat(3, 'i-a', 1, 'i'), ['3: NONE'], 'Stable', 0],
      [sync(4, 'i-a', 1), ['4: NONE has p0'], 'Stable', 0],
    ],
    restarted,
  )
  const [timer] = restarted.machine.revive(restarted.view, 'g', 0)
  assert.deepEqual(timer, {
    is: 'timer',
    key: 'g',
    name: 'session i-a',
    afterMs: 7_000,
    event: { is: 'sessionExpired', key: 'g', memberId: 'i-a' },
  })
})
