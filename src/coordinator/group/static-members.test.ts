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
  sync,
} from './stories.ts'

const sticky = { name: 'sticky', metadata: reads('t') }
const other = { protocols: [{ name: 'range', metadata: reads('u') }] }
const i = { groupInstanceId: 'i' }

// oxfmt-ignore
const alone: readonly Scene[] = [
  [joinStatic(1, 'i', 'a'),                        ['1: NONE i-a in generation 1 led by i-a of i-a'],                                          'CompletingRebalance', 0],
  [sync(2, 'i-a', 1, { 'i-a': 'p0' }),             ['2: NONE has p0'],                                                                         'Stable',              1],
]
// oxfmt-ignore
const two: readonly Scene[] = [
  [joinStatic(1, 'i', 'a'),                        ['1: NONE i-a in generation 1 led by i-a of i-a'],                                          'CompletingRebalance', 0],
  [joinStatic(2, 'j', 'b'),                        [],                                                                                         'PreparingRebalance',  0],
  [join(3, 'i-a', i),                              ['3: NONE i-a in generation 2 led by i-a of i-a j-b', '2: NONE j-b in generation 2 led by i-a'], 'CompletingRebalance', 0],
]
// oxfmt-ignore
const stories: Record<string, readonly Scene[]> = {
  //  request                                       answers                                                                                    state after            records
  'the same instance id joins again: a new member id, the old one is fenced, and no rebalance if the group is Stable and the protocol stays': [
    ...alone,
    [joinStatic(3, 'i', 'z', other),                ['3: NONE i-z in generation 1 led by i-z of i-z assignment skipped'],                      'Stable',              1],
    [beat(4, 'i-a', 1, 'i'),                        ['4: FENCED_INSTANCE_ID'],                                                                 'Stable',              0],
    [sync(5, 'i-a', 1, {}, i),                      ['5: FENCED_INSTANCE_ID'],                                                                 'Stable',              0],
    [commit(6, 'i-a', 1, 7, i),                     ['6: FENCED_INSTANCE_ID t FENCED_INSTANCE_ID'],                                            'Stable',              0],
    [join(7, 'i-a', i),                             ['7: FENCED_INSTANCE_ID'],                                                                 'Stable',              0],
    [leave(8, { memberId: 'i-a', ...i }),           ['8: NONE of i-a: FENCED_INSTANCE_ID'],                                                    'Stable',              0],
    [beat(9, 'i-a', 1),                             ['9: UNKNOWN_MEMBER_ID'],                                                                  'Stable',              0],
    [sync(10, 'i-z', 1, {}, i),                     ['10: NONE has p0'],                                                                       'Stable',              0],
    [commit(11, 'i-z', 1, 7, i),                    ['11: NONE t NONE'],                                                                       'Stable',              1],
  ],
  'v9 skip_assignment for the static leader; older clients are told the old id as the leader, and assign nothing': [
    ...alone,
    [joinStatic(3, 'i', 'z', { canSkipAssignment: false }), ['3: NONE i-z in generation 1 led by i-a'],                                        'Stable',              1],
    [sync(4, 'i-z', 1, {}, i),                      ['4: NONE has p0'],                                                                        'Stable',              0],
  ],
  'a static follower that is back keeps its assignment': [
    ...two,
    [sync(4, 'i-a', 2, { 'i-a': 'p0', 'j-b': 'p1' }), ['4: NONE has p0'],                                                                      'Stable',              1],
    [joinStatic(5, 'j', 'y'),                       ['5: NONE j-y in generation 2 led by i-a'],                                                'Stable',              1],
    [sync(6, 'j-y', 2),                             ['6: NONE has p1'],                                                                        'Stable',              0],
  ],
  'a static member that is back with another protocol makes a rebalance': [
    ...alone,
    [joinStatic(3, 'i', 'z', { protocols: [sticky, ...range] }), ['3: NONE i-z in generation 2 led by i-z of i-z'],                            'CompletingRebalance', 0],
  ],
  'a static member that is back before the assignment makes a rebalance: the leader may be assigning to its old id': [
    ...two,
    [sync(4, 'j-b', 2),                             [],                                                                                        'CompletingRebalance', 0],
    [joinStatic(5, 'j', 'y'),                       ['4: FENCED_INSTANCE_ID'],                                                                 'PreparingRebalance',  0],
    [join(6, 'i-a', i),                             ['6: NONE i-a in generation 3 led by i-a of i-a j-y', '5: NONE j-y in generation 3 led by i-a'], 'CompletingRebalance', 0],
  ],
  'a static member that is back while members join takes the place of the one that waits': [
    ...two,
    [join(4, 'j-b', { groupInstanceId: 'j', ...other }), [],                                                                                   'PreparingRebalance',  0],
    [joinStatic(5, 'j', 'y'),                       ['4: FENCED_INSTANCE_ID'],                                                                 'PreparingRebalance',  0],
    [join(6, 'i-a', i),                             ['6: NONE i-a in generation 3 led by i-a of i-a j-y', '5: NONE j-y in generation 3 led by i-a'], 'CompletingRebalance', 0],
  ],
  'static members that do not join in time stay, until their sessions end; a leader that does not join leads no more': [
    ...two,
    [sync(4, 'i-a', 2, { 'i-a': 'p0', 'j-b': 'p1' }), ['4: NONE has p0'],                                                                      'Stable',              1],
    [join(5, 'j-b', { groupInstanceId: 'j', ...other }), [],                                                                                   'PreparingRebalance',  0],
    [joinDeadline,                                  ['5: NONE j-b in generation 3 led by j-b of i-a j-b'],                                     'CompletingRebalance', 0],
    [expires('i-a'),                                [],                                                                                        'PreparingRebalance',  0],
    [join(6, 'j-b', { groupInstanceId: 'j' }),      ['6: NONE j-b in generation 4 led by j-b of j-b'],                                         'CompletingRebalance', 0],
  ],
  'while no static member has joined there is nobody to lead, and the rebalance goes on': [
    ...two,
    [sync(4, 'i-a', 2),                             ['4: NONE'],                                                                               'Stable',              1],
    [asks(5, 'd', { comesAgain: false }),           [],                                                                                        'PreparingRebalance',  0],
    [leave(6, { memberId: 'c-d' }),                 ['5: UNKNOWN_MEMBER_ID', '6: NONE of c-d'],                                                'PreparingRebalance',  0],
    [joinDeadline,                                  [],                                                                                        'PreparingRebalance',  0],
    [expires('i-a'),                                [],                                                                                        'PreparingRebalance',  0],
    [expires('j-b'),                                [],                                                                                        'Empty',               1],
  ],
  'an instance id that the group does not know is UNKNOWN_MEMBER_ID': [
    ...alone,
    [join(3, 'i-a', { groupInstanceId: 'k' }),      ['3: UNKNOWN_MEMBER_ID'],                                                                  'Stable',              0],
    [beat(4, 'i-a', 1, 'k'),                        ['4: UNKNOWN_MEMBER_ID'],                                                                  'Stable',              0],
    [leave(5, { groupInstanceId: 'k' }),            ['5: NONE of k: UNKNOWN_MEMBER_ID'],                                                       'Stable',              0],
  ],
  'LeaveGroup v3+ by instance id: the administrator takes out whoever holds it; in a batch, each has its own result': [
    ...two,
    [sync(4, 'i-a', 2),                             ['4: NONE'],                                                                               'Stable',              1],
    [leave(5, { groupInstanceId: 'j' }, { memberId: 'nobody' }, { memberId: 'i-a', groupInstanceId: 'j' }),
                                                    ['5: NONE of j nobody: UNKNOWN_MEMBER_ID i-a: UNKNOWN_MEMBER_ID'],                         'PreparingRebalance',  0],
    [join(6, 'i-a', i),                             ['6: NONE i-a in generation 3 led by i-a of i-a'],                                         'CompletingRebalance', 0],
  ],
  'members leave: who waits for an answer has it, and the others go on without': [
    [asks(1, 'a', { comesAgain: false }),           ['1: NONE c-a in generation 1 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [asks(2, 'b', { comesAgain: false }),           [],                                                                                        'PreparingRebalance',  0],
    [leave(3, { memberId: 'c-b' }),                 ['2: UNKNOWN_MEMBER_ID', '3: NONE of c-b'],                                                'PreparingRebalance',  0],
    [join(4, 'c-a'),                                ['4: NONE c-a in generation 2 led by c-a of c-a'],                                         'CompletingRebalance', 0],
    [asks(5, 'd'),                                  ['5: MEMBER_ID_REQUIRED c-d'],                                                             'CompletingRebalance', 0],
    [leave(6, { memberId: 'c-d' }, { memberId: 'c-a' }), ['6: NONE of c-d c-a'],                                                               'Empty',               1],
    [leave(7, { memberId: 'c-a' }),                 ['7: NONE of c-a: UNKNOWN_MEMBER_ID'],                                                     'Empty',               0],
  ],
  'to leave a group that does not exist is UNKNOWN_MEMBER_ID': [
    [leave(1, { memberId: 'c-a' }),                 ['1: NONE of c-a: UNKNOWN_MEMBER_ID'],                                                     'none',                0],
  ],
}
for (const [title, scenes] of Object.entries(stories)) test(title, () => void play(scenes))

test('a static member that is back is the member of the group after a restart, with the assignment', () => {
  const stage = play(alone)
  stage.take(joinStatic(3, 'i', 'z'))
  play([[sync(4, 'i-z', 1, {}, i), ['4: NONE has p0'], 'Stable', 0]], stage.restarted())
})
test('the session of a static member that was replaced ends without effect', () => {
  const stage = play(alone)
  assert(stage.timers(joinStatic(3, 'i', 'z', { sessionTimeoutMs: 7_000 })).includes('session i-a ends'))
  play([[expires('i-a'), [], 'Stable', 0]], stage)
})
