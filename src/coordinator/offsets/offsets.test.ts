import assert from 'node:assert/strict'
import { test } from 'node:test'

import { writeSubscription } from '../../protocol/index.ts'
import {
  asks,
  commit,
  deleteGroup,
  deleteOffsets,
  describe,
  expires,
  fetch,
  join,
  key,
  play,
  reads,
  type Scene,
  Stage,
  sync,
} from '../group/stories.ts'

/** As some clients write it: version 1, without what version 1 has more than version 0. */
const claimingVersion1 = writeSubscription({ topics: ['t'] }, 0)
claimingVersion1.writeInt16BE(1)
const old = { noGroupError: 'ILLEGAL_GENERATION' } as const
const first = { comesAgain: false }
// oxfmt-ignore
const joined: readonly Scene[] = [
  [asks(1, 'a', first),                             ['1: NONE c-a in generation 1 led by c-a of c-a'],       'CompletingRebalance', 0],
]
// oxfmt-ignore
const stable: readonly Scene[] = [
  ...joined,
  [sync(2, 'c-a', 1),                               ['2: NONE'],                                             'Stable',              1],
]
// oxfmt-ignore
const stories: Record<string, readonly Scene[]> = {
  //  request                                       answers                                                  state after            records
  'a commit with generation -1 and an empty member to an absent group is a simple consumer: accepted, and creates the group': [
    [commit(1, '', -1, 42),                         ['1: NONE t NONE'],                                      'Empty',               1],
    [fetch(2),                                      ['2: NONE t at 42'],                                     'Empty',               0],
    [commit(3, '', -1, 41),                         ['3: NONE t NONE'],                                      'Empty',               1],
    [fetch(4),                                      ['4: NONE t at 41'],                                     'Empty',               0],
  ],
  'a commit to an absent group with a generation >= 0 is ILLEGAL_GENERATION up to v8, GROUP_ID_NOT_FOUND from v9 on': [
    [commit(1, 'c-a', 1, 42, old),                  ['1: ILLEGAL_GENERATION t ILLEGAL_GENERATION'],          'none',                0],
    [commit(2, 'c-a', 1, 42),                       ['2: GROUP_ID_NOT_FOUND t GROUP_ID_NOT_FOUND'],          'none',                0],
  ],
  'a commit during CompletingRebalance is REBALANCE_IN_PROGRESS': [
    ...joined,
    [commit(2, 'c-a', 1, 42),                       ['2: REBALANCE_IN_PROGRESS t REBALANCE_IN_PROGRESS'],    'CompletingRebalance', 0],
  ],
  'a commit in PreparingRebalance succeeds': [
    ...stable,
    [asks(3, 'b', first),                           [],                                                      'PreparingRebalance',  0],
    [commit(4, 'c-a', 1, 42),                       ['4: NONE t NONE'],                                      'PreparingRebalance',  1],
  ],
  'a commit of a member is of its generation, and of nobody from outside while there are members': [
    ...stable,
    [commit(3, 'c-a', 1, 42),                       ['3: NONE t NONE'],                                      'Stable',              1],
    [commit(4, 'c-a', 0, 1),                        ['4: ILLEGAL_GENERATION t ILLEGAL_GENERATION'],          'Stable',              0],
    [commit(5, 'c-a', 2, 1),                        ['5: ILLEGAL_GENERATION t ILLEGAL_GENERATION'],          'Stable',              0],
    [commit(6, 'c-z', 1, 1),                        ['6: UNKNOWN_MEMBER_ID t UNKNOWN_MEMBER_ID'],            'Stable',              0],
    [commit(7, '', -1, 1),                          ['7: UNKNOWN_MEMBER_ID t UNKNOWN_MEMBER_ID'],            'Stable',              0],
    [commit(8, 'c-a', -1, 1),                       ['8: ILLEGAL_GENERATION t ILLEGAL_GENERATION'],          'Stable',              0],
    [commit(9, 'c-a', 1, 1, { groupInstanceId: 'i' }), ['9: UNKNOWN_MEMBER_ID t UNKNOWN_MEMBER_ID'],         'Stable',              0],
    [fetch(10),                                     ['10: NONE t at 42'],                                    'Stable',              0],
  ],
  'a commit with a generation to an empty group is of nobody': [
    ...stable,
    [expires('c-a'),                                [],                                                      'Empty',               1],
    [commit(3, 'c-a', 1, 1),                        ['3: UNKNOWN_MEMBER_ID t UNKNOWN_MEMBER_ID'],            'Empty',               0],
    [commit(4, '', -1, 5),                          ['4: NONE t NONE'],                                      'Empty',               1],
    [commit(5, 'whoever', -1, 6),                   ['5: NONE t NONE'],                                      'Empty',               1],
  ],
  'the metadata string round-trips; more than 4096 characters are OFFSET_METADATA_TOO_LARGE': [
    [commit(1, '', -1, 1, { metadata: 'at é ✓' }),  ['1: NONE t NONE'],                                      'Empty',               1],
    [fetch(2),                                      ['2: NONE t at 1 (at é ✓)'],                             'Empty',               0],
    [commit(3, '', -1, 2, { metadata: 'x'.repeat(4_097) }), ['3: NONE t OFFSET_METADATA_TOO_LARGE'],         'Empty',               0],
    [fetch(4),                                      ['4: NONE t at 1 (at é ✓)'],                             'Empty',               0],
    [commit(5, '', -1, 3, { metadata: 'é'.repeat(4_096) }), ['5: NONE t NONE'],                              'Empty',               1],
  ],
  'an unknown partition is at -1 and no error; null topics are all': [
    [fetch(1),                                      ['1: NONE t at -1'],                                     'none',                0],
    [fetch(2, null),                                ['2: NONE'],                                             'none',                0],
    [commit(3, '', -1, 42),                         ['3: NONE t NONE'],                                      'Empty',               1],
    [commit(4, '', -1, 43, { topic: 'u' }),         ['4: NONE u NONE'],                                      'Empty',               1],
    [fetch(5, ['u', 'v']),                          ['5: NONE u at 43 v at -1'],                             'Empty',               0],
    [fetch(6, null),                                ['6: NONE t at 42 u at 43'],                             'Empty',               0],
  ],
  'OffsetDelete of a topic that the group is subscribed to is GROUP_SUBSCRIBED_TO_TOPIC; of others it deletes': [
    ...stable,
    [commit(3, 'c-a', 1, 42),                       ['3: NONE t NONE'],                                      'Stable',              1],
    [commit(4, 'c-a', 1, 42, { topic: 'u' }),       ['4: NONE u NONE'],                                      'Stable',              1],
    [deleteOffsets(5, 't'),                         ['5: NONE t GROUP_SUBSCRIBED_TO_TOPIC'],                 'Stable',              0],
    [deleteOffsets(6, 'u'),                         ['6: NONE u NONE'],                                      'Stable',              1],
    [deleteOffsets(7, 'v'),                         ['7: NONE v NONE'],                                      'Stable',              0],
    [fetch(8, null),                                ['8: NONE t at 42'],                                     'Stable',              0],
    [expires('c-a'),                                [],                                                      'Empty',               1],
    [deleteOffsets(9, 't'),                         ['9: NONE t NONE'],                                      'Empty',               1],
  ],
  'a group whose last offset was deleted stays, Empty, until the next look for what has expired': [
    [commit(1, '', -1, 42),                         ['1: NONE t NONE'],                                      'Empty',               1],
    [commit(2, '', -1, 42, { topic: 'u' }),         ['2: NONE u NONE'],                                      'Empty',               1],
    [deleteOffsets(3, 't'),                         ['3: NONE t NONE'],                                      'Empty',               1],
    [deleteOffsets(4, 'u'),                         ['4: NONE u NONE'],                                      'Empty',               1],
    [deleteOffsets(5, 'u'),                         ['5: NONE u NONE'],                                      'Empty',               0],
  ],
  'OffsetDelete of a group that does not exist is GROUP_ID_NOT_FOUND; of members that are no consumers NON_EMPTY_GROUP': [
    [deleteOffsets(1, 't'),                         ['1: GROUP_ID_NOT_FOUND'],                               'none',                0],
    [asks(2, 'a', { ...first, protocolType: 'connect' }), ['2: NONE c-a in generation 1 led by c-a of c-a'], 'CompletingRebalance', 0],
    [deleteOffsets(3, 't'),                         ['3: NON_EMPTY_GROUP'],                                  'CompletingRebalance', 0],
  ],
  'a group of consumers that say it in their own way may be subscribed to anything': [
    [asks(1, 'a', { ...first, protocols: [{ name: 'range', metadata: Buffer.from('own') }] }), ['1: NONE c-a in generation 1 led by c-a of c-a'], 'CompletingRebalance', 0],
    [deleteOffsets(2, 't'),                         ['2: NONE t GROUP_SUBSCRIBED_TO_TOPIC'],                 'CompletingRebalance', 0],
  ],
  'of a subscription the coordinator reads what all its versions have: a client may leave out the rest': [
    [asks(1, 'a', { ...first, protocols: [{ name: 'range', metadata: claimingVersion1 }] }), ['1: NONE c-a in generation 1 led by c-a of c-a'], 'CompletingRebalance', 0],
    [deleteOffsets(2, 't'),                         ['2: NONE t GROUP_SUBSCRIBED_TO_TOPIC'],                 'CompletingRebalance', 0],
    [deleteOffsets(3, 'u'),                         ['3: NONE u NONE'],                                      'CompletingRebalance', 0],
  ],
  'DeleteGroups: with members NON_EMPTY_GROUP, unknown GROUP_ID_NOT_FOUND; what is deleted leaves tombstones for the group and its offsets': [
    [deleteGroup(1),                                ['1: GROUP_ID_NOT_FOUND'],                               'none',                0],
    ...stable,
    [commit(3, 'c-a', 1, 42),                       ['3: NONE t NONE'],                                      'Stable',              1],
    [deleteGroup(4),                                ['4: NON_EMPTY_GROUP'],                                  'Stable',              0],
    [expires('c-a'),                                [],                                                      'Empty',               1],
    [deleteGroup(5),                                ['5: NONE'],                                             'none',                2],
    [fetch(6),                                      ['6: NONE t at -1'],                                     'none',                0],
    [deleteGroup(7),                                ['7: GROUP_ID_NOT_FOUND'],                               'none',                0],
  ],
  'DescribeGroups of an unknown group says Dead': [
    [describe(1),                                   ['1: GROUP_ID_NOT_FOUND Dead'],                          'none',                0],
    ...joined,
    [describe(2),                                   ['2: NONE CompletingRebalance of c-a'],                  'CompletingRebalance', 0],
    [sync(3, 'c-a', 1),                             ['3: NONE'],                                             'Stable',              1],
    [describe(4),                                   ['4: NONE Stable of c-a'],                               'Stable',              0],
    [expires('c-a'),                                [],                                                      'Empty',               1],
    [describe(5),                                   ['5: NONE Empty'],                                       'Empty',               0],
  ],
}
for (const [title, scenes] of Object.entries(stories)) test(title, () => void play(scenes))

const hour = 3_600_000,
  retention = { offsetsRetentionMs: 24 * hour }
const expire = { is: 'offsetsExpire', key } as const
/** What is left after so many hours, of the group and of its offsets. */
function leftAfter(stage: Stage, hours: number): string[] {
  stage.now += hours * hour
  stage.take(expire)
  return [stage.state, ...stage.answers(fetch(9, null))]
}
test('offsets of a group are kept for offsets.retention.minutes from when it became empty, then it is gone with them', () => {
  const stage = play(stable, new Stage(retention))
  stage.take(commit(3, 'c-a', 1, 42))
  assert.deepEqual(leftAfter(stage, 100), ['Stable', '9: NONE t at 42'])
  stage.take(expires('c-a'))
  assert.deepEqual(leftAfter(stage, 23), ['Empty', '9: NONE t at 42'])
  assert.deepEqual(leftAfter(stage.restarted(retention), 0), ['Empty', '9: NONE t at 42'])
  assert.deepEqual(leftAfter(stage, 1), ['none', '9: NONE'])
  assert.deepEqual(leftAfter(stage.restarted(retention), 0), ['none', '9: NONE'])
})
test('offsets of simple consumers are kept for the time of retention from each commit', () => {
  const stage = new Stage(retention)
  stage.take(commit(1, '', -1, 42))
  assert.deepEqual(leftAfter(stage, 23), ['Empty', '9: NONE t at 42'])
  stage.take(commit(2, '', -1, 43, { topic: 'u' }))
  assert.deepEqual(leftAfter(stage, 1), ['Empty', '9: NONE u at 43'])
  assert.deepEqual(leftAfter(stage, 23), ['none', '9: NONE'])
})
test('offsets of topics that a live group is subscribed to never expire; those of others do', () => {
  const stage = play(stable, new Stage(retention))
  stage.take(commit(3, 'c-a', 1, 42))
  stage.take(commit(4, 'c-a', 1, 43, { topic: 'u' }))
  assert.deepEqual(leftAfter(stage, 1_000), ['Stable', '9: NONE t at 42'])
})
test('no offset of a group expires while it rebalances, nor while its topics are not known', () => {
  const stage = play(joined, new Stage(retention))
  stage.take(sync(2, 'c-a', 1))
  stage.take(commit(3, 'c-a', 1, 43, { topic: 'u' }))
  stage.take(asks(4, 'b', first))
  assert.deepEqual(leftAfter(stage, 1_000), ['PreparingRebalance', '9: NONE u at 43'])
  const own = new Stage(retention)
  own.take(asks(1, 'a', { ...first, protocolType: 'connect', protocols: [{ name: 'v1', metadata: reads('t') }] }))
  own.take(sync(2, 'c-a', 1, {}, { protocolType: 'connect', protocol: 'v1' }))
  own.take(commit(3, 'c-a', 1, 43))
  assert.deepEqual(leftAfter(own, 1_000), ['Stable', '9: NONE t at 43'])
})
test('a commit that says how long it is to be kept (v2 to v4) is kept so long', () => {
  const stage = new Stage(retention)
  stage.take(commit(1, '', -1, 42, { retentionMs: 2 * hour }))
  stage.take(commit(2, '', -1, 43, { topic: 'u', retentionMs: 50 * hour }))
  assert.deepEqual(leftAfter(stage, 1), ['Empty', '9: NONE t at 42 u at 43'])
  assert.deepEqual(leftAfter(stage.restarted(retention), 2), ['Empty', '9: NONE u at 43'])
  assert.deepEqual(leftAfter(stage, 48), ['Empty', '9: NONE u at 43'])
  assert.deepEqual(leftAfter(stage, 1), ['none', '9: NONE'])
})
test('an empty group that has committed nothing goes with the next look', () => {
  const stage = play(stable, new Stage(retention))
  stage.take(expires('c-a'))
  assert.deepEqual(leftAfter(stage, 0), ['none', '9: NONE'])
})
test('a group that somebody is about to join does not go', () => {
  const stage = play(stable, new Stage(retention))
  stage.take(expires('c-a'))
  stage.take(asks(3, 'b'))
  assert.deepEqual(leftAfter(stage, 1_000), ['Empty', '9: NONE'])
  play([[join(4, 'c-b'), ['4: NONE c-b in generation 3 led by c-b of c-b'], 'CompletingRebalance', 0]], stage)
})

const topicId = 'a'.repeat(32),
  otherId = 'b'.repeat(32)
const commitById = (id: string) =>
  commit(1, '', -1, 42, {
    topics: [{ name: 't', topicId: id, partitions: [{ partition: 0, offset: 42, leaderEpoch: 5, metadata: '' }] }],
  })
test('offsets of a deleted topic go with it; those of a topic of the same name that came after do not', () => {
  for (const [deleted, left] of [
    [topicId, '9: NONE'],
    [otherId, '9: NONE t at 42'],
  ] as const) {
    const stage = new Stage()
    stage.take(commitById(topicId))
    stage.take({ is: 'topicsDeleted', key, topics: [{ name: 't', topicId: deleted }] })
    assert.deepEqual(stage.answers(fetch(9, null)), [left])
  }
})
test('an offset that was committed for another topic of the same name is not told', () => {
  const stage = new Stage()
  stage.take(commitById(topicId))
  const asked = (id: string) => ({
    ...({ is: 'fetch', key, to: 2 } as const),
    topics: [{ name: 't', topicId: id, partitions: [0] }],
  })
  assert.deepEqual(stage.answers(asked(topicId)), ['2: NONE t at 42'])
  assert.deepEqual(stage.answers(asked(otherId)), ['2: NONE t at -1'])
})
