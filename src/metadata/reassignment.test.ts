import assert from 'node:assert/strict'
import { test } from 'node:test'

import { alterPartition } from './alter-partition.ts'
import { apply, imageOf, snapshotOf } from './apply.ts'
import { fenceBrokers } from './brokers.ts'
import { isRefusal } from './decision.ts'
import type { ClusterImage } from './image.ts'
import { alterPartitionReassignments } from './reassignment.ts'
import { after, imageWith, noUnclean, withTopic } from './testing.ts'

const three = withTopic(imageWith({ brokers: 6 }), 't', [1, 2, 3])
interface Options {
  readonly unclean?: boolean
  readonly allowReplicationFactorChange?: boolean
  readonly topic?: string
  readonly partition?: number
}
const decide = (image: ClusterImage, replicas: readonly number[] | null, options: Options = {}) => {
  const { unclean = false, allowReplicationFactorChange = true, topic = 't', partition = 0 } = options
  return alterPartitionReassignments(image, [{ topic, partition, replicas }], {
    allowsUnclean: () => unclean,
    allowReplicationFactorChange,
  })
}
const move = (image: ClusterImage, replicas: readonly number[] | null, options?: Options) =>
  after(image, decide(image, replicas, options))
/** The leader reports this ISR. */
const isr = (image: ClusterImage, ids: readonly number[]) => {
  const { id: topicId, partitions } = image.topics.get('t')!
  const { leader, leaderEpoch, partitionEpoch } = partitions[0]!
  const brokerEpoch = image.brokers.get(leader)!.epoch
  const request = { brokerId: leader, brokerEpoch, topicId, partition: 0, leaderEpoch, partitionEpoch, isr: ids }
  return after(image, alterPartition(image, request))
}
const fence = (image: ClusterImage, ...ids: number[]) => after(image, fenceBrokers(image, ids, noUnclean))
/** 'leader [replicas] +adding -removing isr[ids] @leaderEpoch' */
const stateOf = (image: ClusterImage) => {
  const { leader, replicas, addingReplicas, removingReplicas, isr, leaderEpoch } = image.topics.get('t')!.partitions[0]!
  const sign = (mark: string, ids: readonly number[]) => (ids.length > 0 ? ` ${mark}${ids.join()}` : '')
  return `${leader} [${replicas.join()}]${sign('+', addingReplicas)}${sign('-', removingReplicas)} isr[${isr.join()}] @${leaderEpoch}`
}

// oxfmt-ignore
const stories: readonly (readonly [string, (image: ClusterImage) => ClusterImage, string])[] = [
  ['the same replicas: nothing happens',                        image => move(image, [1, 2, 3]),                              '1 [1,2,3] isr[1,2,3] @0'],
  ['another order: the new first is preferred, the leader stays', image => move(image, [3, 2, 1]),                            '1 [3,2,1] isr[1,2,3] @0'],
  ['fewer replicas: done at once',                              image => move(image, [1, 2]),                                 '1 [1,2] isr[1,2] @1'],
  ['the leader goes: the first that stays leads',               image => move(image, [3, 2]),                                 '3 [3,2] isr[2,3] @1'],
  ['a new one: it is waited for',                               image => move(image, [1, 2, 4]),                              '1 [1,2,4,3] +4 -3 isr[1,2,3] @0'],
  ['it comes into the ISR: the old one goes',                   image => isr(move(image, [1, 2, 4]), [1, 2, 3, 4]),           '1 [1,2,4] isr[1,2,4] @1'],
  ['more replicas: none goes',                                  image => isr(move(image, [1, 2, 3, 4]), [1, 2, 3, 4]),        '1 [1,2,3,4] isr[1,2,3,4] @0'],
  ['one of two comes: the other is waited for',                 image => isr(move(image, [4, 5]), [1, 2, 3, 4]),              '1 [4,5,1,2,3] +4,5 -1,2,3 isr[1,2,3,4] @0'],
  ['all others: the first of them leads',                       image => isr(move(image, [4, 5]), [1, 2, 3, 4, 5]),           '4 [4,5] isr[4,5] @1'],
  ['called off: the old ones stay',                             image => move(isr(move(image, [4, 5]), [1, 2, 3, 4]), null),  '1 [1,2,3] isr[1,2,3] @1'],
  ['to somewhere else on the way: those who came go again',     image => move(move(image, [1, 2, 4]), [1, 2, 5]),             '1 [1,2,5,3,4] +5 -3,4 isr[1,2,3] @0'],
  ['the old one falls silent: the new one is waited for',       image => fence(move(image, [1, 2, 4]), 3),                    '1 [1,2,4,3] +4 -3 isr[1,2] @0'],
  ['the leader falls silent on the way',                        image => isr(fence(move(image, [4]), 1), [2, 3, 4]),          '4 [4] isr[4] @2'],
]
for (const [what, story, expected] of stories)
  test(`reassignment: ${what}`, () => assert.equal(stateOf(story(three)), expected))

// oxfmt-ignore
const refused: readonly (readonly [string, readonly number[] | null, Options, string])[] = [
  ['of an unknown topic',                        [1],          { topic: 'none' },                         'UNKNOWN_TOPIC_OR_PARTITION'],
  ['of an unknown partition',                    [1],          { partition: 1 },                          'UNKNOWN_TOPIC_OR_PARTITION'],
  ['to nowhere',                                 [],           {},                                        'INVALID_REPLICA_ASSIGNMENT'],
  ['to a broker that is not there',              [1, 9],       {},                                        'INVALID_REPLICA_ASSIGNMENT'],
  ['to a broker twice',                          [1, 1],       {},                                        'INVALID_REPLICA_ASSIGNMENT'],
  ['to another number where that is not wanted', [1, 2],       { allowReplicationFactorChange: false },   'INVALID_REPLICATION_FACTOR'],
  ['called off where none is under way',         null,         {},                                        'NO_REASSIGNMENT_IN_PROGRESS'],
]
for (const [what, replicas, options, error] of refused)
  test(`reassignment ${what} is refused`, () => {
    const { records, outcome } = decide(three, replicas, options)
    assert.equal(outcome[0]!.result.error, error)
    assert.deepEqual(records, [])
  })

test('a reassignment whose old replicas are all out of sync is called off only where an unclean election is allowed', () => {
  const lost = isr(fence(isr(move(three, [4, 5]), [1, 2, 3, 4]), 1, 2, 3), [4])
  assert.equal(stateOf(lost), '4 [4,5,1,2,3] +4,5 -1,2,3 isr[4] @1')
  const { result } = decide(lost, null).outcome[0]!
  assert.ok(isRefusal(result) && result.message.includes('unclean leader election'))
  assert.equal(stateOf(move(lost, null, { unclean: true })), '-1 [1,2,3] isr[1] @2')
})

test('the number of replicas during a reassignment is the one that it leads to', () => {
  const moving = move(three, [1, 2, 4, 5])
  const same = { allowReplicationFactorChange: false }
  assert.equal(decide(moving, [1, 2, 4, 6], same).outcome[0]!.result.error, 'NONE')
  assert.equal(decide(moving, [1, 2, 4], same).outcome[0]!.result.error, 'INVALID_REPLICATION_FACTOR')
})

test('a snapshot keeps the reassignments that are under way', () => {
  const moving = apply(move(three, [1, 2, 4]), [{ type: 'clusterCreated', clusterId: 'c' }])
  assert.deepEqual(imageOf({ records: snapshotOf(moving), end: moving.offset }), moving)
})
