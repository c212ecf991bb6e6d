import assert from 'node:assert/strict'
import { test } from 'node:test'

import { alterPartition, type AlterPartitionRequest } from './alter-partition.ts'
import { apply } from './apply.ts'
import { fenceBrokers, registerBroker, unregisterBroker } from './brokers.ts'
import type { ClusterImage } from './image.ts'
import { electLeaders } from './leadership.ts'
import { after, endpoint, imageWith, noUnclean, stateOf, withTopic } from './testing.ts'

const three = withTopic(imageWith({ brokers: 3 }), 't', [1, 2, 3])
const fence = (image: ClusterImage, ...ids: number[]) => after(image, fenceBrokers(image, ids, noUnclean))
const register = (image: ClusterImage, id: number, unclean = noUnclean) =>
  after(image, registerBroker(image, { id, endpoints: [endpoint] }, unclean))

// oxfmt-ignore
const stories: readonly (readonly [string, (image: ClusterImage) => ClusterImage, string])[] = [
  ['nothing happens',                                             image => image,                                  '1 [1,2,3] @0/0'],
  ['a follower falls silent: the ISR shrinks',                    image => fence(image, 2),                        '1 [1,3] @0/1'],
  ['the leader falls silent: the next in sync leads',             image => fence(image, 1),                        '2 [2,3] @1/1'],
  ['one after another: the last one in sync stays in the ISR',    image => fence(fence(fence(image, 1), 2), 3),    '-1 [3] @3/3'],
  ['all at once: all stay in sync, nobody leads',                 image => fence(image, 1, 2, 3),                  '-1 [1,2,3] @1/1'],
  ['one who was not in sync comes back: still nobody leads',      image => register(fence(fence(fence(image, 1), 2), 3), 1), '-1 [3] @3/3'],
  ['the last one comes back: it leads',                           image => register(fence(fence(fence(image, 1), 2), 3), 3), '3 [3] @4/4'],
  ['all fail at once, a follower is first back: it leads',        image => register(fence(image, 1, 2, 3), 2),     '2 [1,2,3] @2/2'],
  ['then the preferred comes, still in sync: it leads',           image => register(register(fence(image, 1, 2, 3), 2), 1), '1 [1,2,3] @3/3'],
  ['the leader registers anew, having crashed unseen: another leads', image => register(image, 1),                '2 [2,3] @1/1'],
]
for (const [what, story, expected] of stories) test(`${what}`, () => assert.equal(stateOf(story(three), 't'), expected))

test('a single broker that crashed and comes back leads again, two epochs later', () => {
  const image = withTopic(imageWith({ brokers: 1 }), 't', [1])
  assert.equal(stateOf(register(image, 1), 't'), '1 [1] @2/2')
})

test('a topic that allows unclean election is led by whoever answers, who is then the only one in sync', () => {
  const anyone = () => true
  const all = fence(fence(fence(three, 1), 2), 3)
  assert.equal(stateOf(register(all, 1, anyone), 't'), '1 [1] @4/4')
  const outOfSync = fence(fence(three, 1), 2)
  const back = register(outOfSync, 1)
  assert.equal(stateOf(after(back, fenceBrokers(back, [3], anyone)), 't'), '1 [1] @3/3')
})

test('each registration has a higher broker epoch, and unregistering forgets the broker and keeps its replicas', () => {
  const again = register(three, 2)
  assert.ok(again.brokers.get(2)!.epoch > three.brokers.get(2)!.epoch)
  const gone = after(three, unregisterBroker(three, 2, noUnclean))
  assert.equal(gone.brokers.has(2), false)
  assert.deepEqual(gone.topics.get('t')!.partitions[0]!.replicas, [1, 2, 3])
  assert.equal(stateOf(gone, 't'), '1 [1,3] @0/1')
  assert.equal(unregisterBroker(three, 9, noUnclean).outcome.error, 'BROKER_ID_NOT_REGISTERED')
})

const { id: topicId } = three.topics.get('t')!
const shrink: AlterPartitionRequest = {
  brokerId: 1,
  brokerEpoch: 1,
  topicId,
  partition: 0,
  leaderEpoch: 0,
  partitionEpoch: 0,
  isr: [1, 2],
}
test('the leader changes the ISR, and is told the new partition epoch', () => {
  const decision = alterPartition(three, shrink)
  assert.equal(stateOf(after(three, decision), 't'), '1 [1,2] @0/1')
  assert.equal(decision.outcome.error === 'NONE' && decision.outcome.partition.partitionEpoch, 1)
})

// oxfmt-ignore
const refusedChanges: readonly (readonly [string, Partial<AlterPartitionRequest>, string])[] = [
  ['by an earlier life of the broker',     { brokerEpoch: 0 },                    'STALE_BROKER_EPOCH'],
  ['of an unknown topic',                  { topicId: 'f'.repeat(32) },           'UNKNOWN_TOPIC_ID'],
  ['of an unknown partition',              { partition: 1 },                      'UNKNOWN_TOPIC_OR_PARTITION'],
  ['from a later leader epoch',            { leaderEpoch: 1 },                    'NOT_CONTROLLER'],
  ['from a later partition epoch',         { partitionEpoch: 1 },                 'NOT_CONTROLLER'],
  ['by another than the leader',           { brokerId: 2, brokerEpoch: 2 },       'INVALID_REQUEST'],
  ['to one without the leader',            { isr: [2, 3] },                       'INVALID_REQUEST'],
  ['to one with a stranger',               { isr: [1, 9] },                       'INVALID_REQUEST'],
  ['to one with a repetition',             { isr: [1, 1] },                       'INVALID_REQUEST'],
]
for (const [what, change, error] of refusedChanges)
  test(`a change of the ISR ${what} is refused`, () => {
    const { records, outcome } = alterPartition(three, { ...shrink, ...change })
    assert.equal(outcome.error, error)
    assert.deepEqual(records, [])
  })

test('who changes the ISR by epochs that have passed is told so', () => {
  const later = after(three, alterPartition(three, shrink))
  assert.equal(alterPartition(later, shrink).outcome.error, 'INVALID_UPDATE_VERSION')
  const led = fence(three, 1)
  const request = { ...shrink, brokerId: 2, brokerEpoch: 2, isr: [2] }
  assert.equal(alterPartition(led, request).outcome.error, 'FENCED_LEADER_EPOCH')
})

test('a broker that does not answer may not be taken into the ISR', () => {
  const without = fence(three, 3)
  const request = { ...shrink, partitionEpoch: 1, isr: [1, 2, 3] }
  assert.equal(alterPartition(without, request).outcome.error, 'INELIGIBLE_REPLICA')
})

test('an ISR that stays the same costs no record', () => {
  assert.deepEqual(alterPartition(three, { ...shrink, isr: [3, 2, 1] }).records, [])
})

test('the preferred leader is elected where it is in sync and does not lead', () => {
  const moved = apply(three, [
    { type: 'partitionChanged', topicId, partition: 0, leader: 2, isr: [1, 2], leaderEpoch: 1, partitionEpoch: 1 },
  ])
  const elect = (image: ClusterImage, partitions?: { topic: string; partition: number }[]) =>
    electLeaders(image, { election: 'PREFERRED', partitions })
  assert.equal(stateOf(after(moved, elect(moved)), 't'), '1 [1,2] @2/2')
  assert.deepEqual(elect(three).outcome, [])
  const asked = [
    { topic: 't', partition: 0 },
    { topic: 't', partition: 7 },
    { topic: 'nope', partition: 0 },
  ]
  assert.deepEqual(
    elect(three, asked).outcome.map(({ result }) => result.error),
    ['ELECTION_NOT_NEEDED', 'UNKNOWN_TOPIC_OR_PARTITION', 'UNKNOWN_TOPIC_OR_PARTITION'],
  )
  assert.equal(elect(fence(three, 1), [asked[0]!]).outcome[0]!.result.error, 'PREFERRED_LEADER_NOT_AVAILABLE')
})

test('an unclean election takes whoever answers, where nobody leads', () => {
  const silent = register(fence(fence(fence(three, 1), 2), 3), 1)
  const decision = electLeaders(silent, { election: 'UNCLEAN', partitions: undefined })
  assert.equal(stateOf(after(silent, decision), 't'), '1 [1] @4/4')
  const partitions = [{ topic: 't', partition: 0 }]
  assert.equal(electLeaders(three, { election: 'UNCLEAN', partitions }).outcome[0]!.result.error, 'ELECTION_NOT_NEEDED')
})
