import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom } from '../base/index.ts'
import { type CreatePartitionsTopic, createPartitions } from './create-partitions.ts'
import { after, imageWith, withTopic } from './testing.ts'

const image = withTopic(imageWith({ brokers: 3 }), 't', [1, 2], [2, 3])
const options = { random: new SeededRandom(1) }

// oxfmt-ignore
const refused: readonly (readonly [string, Partial<CreatePartitionsTopic>, string, string])[] = [
  ['of a topic that does not exist', { name: 'nope' },                                         'UNKNOWN_TOPIC_OR_PARTITION', ''],
  ['to what there is already',       { count: 2 },                                             'INVALID_PARTITIONS',         'Topic already has 2 partition(s).'],
  ['to fewer',                       { count: 1 },                                             'INVALID_PARTITIONS',         'The topic t currently has 2 partition(s); 1 would not be an increase.'],
  ['with too few assignments',       { count: 4, assignments: [{ brokerIds: [1, 2] }] },       'INVALID_REPLICA_ASSIGNMENT', 'Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.'],
  ['to a stranger',                  { assignments: [{ brokerIds: [1, 9] }] },                 'INVALID_REPLICA_ASSIGNMENT', 'The manual partition assignment includes broker 9, but no such broker is registered.'],
  ['with another factor',            { assignments: [{ brokerIds: [1] }] },                    'INVALID_REPLICA_ASSIGNMENT', 'The manual partition assignment includes a partition with 1 replica(s), but this is not consistent with previous partitions, which have 2 replica(s).'],
]
for (const [what, topic, error, message] of refused)
  test(`an increase ${what} is refused`, () => {
    const { records, outcome } = createPartitions(
      image,
      [{ name: 't', count: 3, assignments: null, ...topic }],
      options,
    )
    assert.deepEqual(outcome, [{ name: topic.name ?? 't', error, message }])
    assert.deepEqual(records, [])
  })

test('new partitions get the replication factor of the topic, and the old ones stay as they are', () => {
  const next = after(image, createPartitions(image, [{ name: 't', count: 5, assignments: null }], options))
  const { partitions } = next.topics.get('t')!
  assert.deepEqual(
    partitions.map(({ replicas }) => replicas.length),
    [2, 2, 2, 2, 2],
  )
  assert.equal(partitions[0], image.topics.get('t')!.partitions[0])
})

test('new partitions go to the brokers that were chosen', () => {
  const assignments = [{ brokerIds: [3, 1] }]
  const next = after(image, createPartitions(image, [{ name: 't', count: 3, assignments }], options))
  assert.deepEqual(next.topics.get('t')!.partitions[2]!.replicas, [3, 1])
})

test('validateOnly gives the outcome and no records; a topic named twice is refused', () => {
  const topic = { name: 't', count: 3, assignments: null }
  assert.deepEqual(createPartitions(image, [topic], { ...options, validateOnly: true }), {
    records: [],
    outcome: [{ name: 't', error: 'NONE' }],
  })
  assert.deepEqual(createPartitions(image, [topic, topic], options).outcome, [
    { name: 't', error: 'INVALID_REQUEST', message: 'Duplicate topic name.' },
  ])
})
