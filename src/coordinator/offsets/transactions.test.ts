import assert from 'node:assert/strict'
import { test } from 'node:test'

import { GroupFormat } from '../group-format.ts'
import { asks, commit, deleteGroup, deleteOffsets, expires, fetch, key, play, Stage, sync } from '../group/stories.ts'
import { applyRecord, noRecords, noTopicId, type LogRecord } from '../records.ts'
import type { CommitInTransaction, FetchAnswer, GroupRequest } from '../requests.ts'

const inTransaction = (
  offset: number,
  { producerId = 7, topic = 't', ...change }: Partial<CommitInTransaction> & { topic?: string } = {},
): CommitInTransaction => ({
  is: 'commitInTransaction',
  key,
  to: 1,
  memberId: '',
  groupInstanceId: null,
  generation: -1,
  noGroupError: 'ILLEGAL_GENERATION',
  producerId,
  producerEpoch: 0,
  topics: [{ name: topic, topicId: noTopicId, partitions: [{ partition: 0, offset, leaderEpoch: -1, metadata: '' }] }],
  ...change,
})
const marker = (result: 'commit' | 'abort', producerId = 7): GroupRequest => ({
  is: 'marker',
  key: '',
  to: 1,
  producerId,
  producerEpoch: 0,
  coordinatorEpoch: 1,
  result,
})
/** The offset of the partition; 'unstable' where it waits for a transaction. */
function where(stage: Stage): string {
  const { answers } = stage.take({ ...fetch(9, ['t']), requireStable: true } as GroupRequest)
  const [partition] = (answers[0]!.response as FetchAnswer).topics[0]!.partitions
  return `${partition!.isUnstable ? 'unstable ' : ''}${partition!.committed?.offset ?? -1}`
}

// oxfmt-ignore
const stories: Record<string, readonly (readonly [request: GroupRequest, where: string])[]> = {
  'what a transaction commits counts with its commit': [
    [inTransaction(42),                     'unstable -1'],
    [marker('commit'),                      '42'],
  ],
  'what a transaction commits is gone with its abort': [
    [commit(1, '', -1, 41),                 '41'],
    [inTransaction(42),                     'unstable 41'],
    [marker('abort'),                       '41'],
  ],
  'of what a transaction commits twice the last counts': [
    [inTransaction(42),                     'unstable -1'],
    [inTransaction(43),                     'unstable -1'],
    [marker('commit'),                      '43'],
  ],
  'the marker of another producer changes nothing': [
    [inTransaction(42),                     'unstable -1'],
    [marker('commit', 8),                   'unstable -1'],
    [marker('commit'),                      '42'],
    [marker('abort'),                       '42'],
  ],
  'a commit that stands later in the log is not put back by the end of a transaction': [
    [inTransaction(42),                     'unstable -1'],
    [commit(1, '', -1, 50),                 'unstable 50'],
    [marker('commit'),                      '50'],
  ],
  'of two transactions the offset that stands later in the log counts, whichever ends first': [
    [inTransaction(42),                     'unstable -1'],
    [inTransaction(43, { producerId: 8 }),  'unstable -1'],
    [marker('commit', 8),                   'unstable 43'],
    [marker('commit', 7),                   '43'],
  ],
  'an offset that is deleted takes along what is pending': [
    [inTransaction(42),                     'unstable -1'],
    [deleteOffsets(1, 't'),                 '-1'],
    [marker('commit'),                      '-1'],
  ],
  'a group that is deleted does not come back with the end of a transaction': [
    [inTransaction(42),                     'unstable -1'],
    [deleteGroup(1),                        '-1'],
    [marker('commit'),                      '-1'],
  ],
  'offsets of a deleted topic do not come back with the end of a transaction': [
    [inTransaction(42),                     'unstable -1'],
    [{ is: 'topicsDeleted', key, topics: [{ name: 't', topicId: 'a'.repeat(32) }] } as never, '-1'],
    [marker('commit'),                      '-1'],
  ],
}
for (const [story, scenes] of Object.entries(stories))
  test(story, () => {
    const stage = new Stage()
    for (const [i, [request, expected]] of scenes.entries()) {
      stage.take(request)
      assert.equal(where(stage), expected, `scene ${i + 1}: ${request.is}`)
      assert.equal(where(stage.restarted()), expected, `scene ${i + 1}: ${request.is}, after a restart`)
    }
  })

test('a group with nothing but a pending offset is there, and does not expire', () => {
  const stage = new Stage()
  stage.take(inTransaction(42))
  stage.now += 1_000 * 24 * 3_600_000
  stage.take({ is: 'offsetsExpire', key })
  assert.equal(stage.state, 'Empty')
  assert.equal(where(stage), 'unstable -1')
  stage.take(marker('abort'))
  stage.take({ is: 'offsetsExpire', key })
  assert.equal(stage.state, 'none')
})
test('who does not ask for stable offsets is told the last that counts', () => {
  const stage = new Stage()
  stage.take(commit(1, '', -1, 41))
  stage.take(inTransaction(42))
  assert.deepEqual(stage.answers(fetch(2)), ['2: NONE t at 41'])
})

test('KIP-447: a transaction commits for a member of the present generation, or for nobody in particular', () => {
  const joined = new Stage()
  play(
    [
      [
        asks(1, 'a', { comesAgain: false }),
        ['1: NONE c-a in generation 1 led by c-a of c-a'],
        'CompletingRebalance',
        0,
      ],
    ],
    joined,
  )
  const error = (stage: Stage, change: Partial<CommitInTransaction>) =>
    (stage.take(inTransaction(42, change)).answers[0]!.response as { error: string }).error
  const member = { memberId: 'c-a', generation: 1 }
  assert.equal(error(joined, member), 'NONE', 'before it has its assignment, too: it commits work that was done')
  joined.take(sync(2, 'c-a', 1))
  assert.equal(error(joined, member), 'NONE')
  assert.equal(error(joined, { ...member, generation: 0 }), 'ILLEGAL_GENERATION')
  assert.equal(error(joined, { ...member, memberId: 'c-b' }), 'UNKNOWN_MEMBER_ID')
  assert.equal(error(joined, { ...member, groupInstanceId: 'i' }), 'UNKNOWN_MEMBER_ID')
  assert.equal(error(joined, {}), 'NONE', 'old versions do not say who it is')
  joined.take(expires('c-a'))
  assert.equal(error(joined, member), 'UNKNOWN_MEMBER_ID')
  assert.equal(error(new Stage(), member), 'ILLEGAL_GENERATION')
})

test('what is applied of a transaction is taken back', () => {
  const offsets = (stage: Stage) => structuredClone([stage.view.durable.offsets, stage.view.durable.pending])
  const stage = new Stage()
  for (const request of [commit(1, '', -1, 41), inTransaction(42), inTransaction(43, { producerId: 8 })])
    stage.take(request)
  const cases: LogRecord[] = [
    inTransaction(44),
    marker('commit', 8),
    marker('commit'),
    marker('abort'),
    commit(2, '', -1, 50),
    deleteOffsets(3, 't'),
  ].flatMap(request => stage.machine.decide(stage.view, request, stage.now).records)
  assert.equal(cases.length, 6)
  for (const record of cases) {
    const before = offsets(stage)
    const undo = stage.machine.apply(stage.view.durable, record)
    assert.notDeepEqual(offsets(stage), before, record.is)
    undo()
    assert.deepEqual(offsets(stage), before, record.is)
  }
})

test('what a transaction commits, and its marker, are batches in the name of the producer', () => {
  const stage = new Stage()
  for (const request of [inTransaction(42), marker('commit')]) stage.take(request)
  const format = new GroupFormat()
  const read = stage.log.flatMap(record => format.decode(format.encode([record], stage.now), 0)) as LogRecord[]
  assert.deepEqual(read, stage.log)
  const durable = noRecords()
  for (const record of read) applyRecord(durable, record)
  assert.equal(durable.offsets.get(key)?.get('t')?.get(0)?.offset, 42)
})
