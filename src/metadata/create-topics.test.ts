import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom } from '../base/index.ts'
import { BrokerConfig } from './configs/broker-config.ts'
import { type CreatableTopic, createTopics } from './create-topics.ts'
import { isRefusal } from './decision.ts'
import { internalTopic } from './internal-topics.ts'
import { after, imageWith, withTopic } from './testing.ts'

const config = BrokerConfig.of({ 'num.partitions': '4', 'default.replication.factor': '2' })
const options = { config, random: new SeededRandom(1) }
const image = withTopic(withTopic(imageWith({ brokers: 3 }), 'exists', [1]), 'with.dot', [1])

const longName = 'x'.repeat(250)
const assigned = (...brokerIds: readonly number[][]): Partial<CreatableTopic> => ({
  numPartitions: -1,
  replicationFactor: -1,
  assignments: brokerIds.map((ids, partitionIndex) => ({ partitionIndex, brokerIds: ids })),
})
const configured = (name: string, value: string | null): Partial<CreatableTopic> => ({ configs: [{ name, value }] })

// oxfmt-ignore
const refused: readonly (readonly [string, Partial<CreatableTopic>, string, string])[] = [
  ['that exists',                    { name: 'exists' },                   'TOPIC_ALREADY_EXISTS',       "Topic 'exists' already exists."],
  ['with an empty name',             { name: '' },                         'INVALID_TOPIC_EXCEPTION',    'Topic name is invalid: the empty string is not allowed'],
  ['called .',                       { name: '.' },                        'INVALID_TOPIC_EXCEPTION',    "Topic name is invalid: '.' is not allowed"],
  ['called ..',                      { name: '..' },                       'INVALID_TOPIC_EXCEPTION',    "Topic name is invalid: '..' is not allowed"],
  ['of more than 249 characters',    { name: longName },                   'INVALID_TOPIC_EXCEPTION',    `Topic name is invalid: the length of '${longName}' is longer than the max allowed length 249`],
  ['with a character outside ASCII', { name: 'ü' },                        'INVALID_TOPIC_EXCEPTION',    "Topic name is invalid: 'ü' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"],
  ['that differs in . and _ only',   { name: 'with_dot' },                 'INVALID_TOPIC_EXCEPTION',    "Topic 'with_dot' collides with existing topic: with.dot"],
  ['called __cluster_metadata',      { name: '__cluster_metadata' },       'INVALID_REQUEST',            'Creation of internal topic __cluster_metadata is prohibited.'],
  ['of 0 partitions',                { numPartitions: 0 },                 'INVALID_PARTITIONS',         'Number of partitions was set to an invalid non-positive value.'],
  ['of -2 partitions',               { numPartitions: -2 },                'INVALID_PARTITIONS',         'Number of partitions was set to an invalid non-positive value.'],
  ['of 0 replicas',                  { replicationFactor: 0 },             'INVALID_REPLICATION_FACTOR', 'Replication factor must be larger than 0, or -1 to use the default value.'],
  ['of more replicas than brokers',  { replicationFactor: 4 },             'INVALID_REPLICATION_FACTOR', 'Unable to replicate the partition 4 time(s): The target replication factor of 4 cannot be reached because only 3 broker(s) are registered.'],
  ['of 10001 partitions',            { numPartitions: 10_001 },            'POLICY_VIOLATION',           'Excessively large number of partitions per request.'],
  ['assigned, with a count',         { ...assigned([1]), numPartitions: 1 }, 'INVALID_REQUEST',          'A manual partition assignment was specified, but numPartitions was not set to -1.'],
  ['assigned, with a factor',        { ...assigned([1]), replicationFactor: 1 }, 'INVALID_REQUEST',      'A manual partition assignment was specified, but replication factor was not set to -1.'],
  ['assigned to nobody',             assigned([]),                         'INVALID_REPLICA_ASSIGNMENT', 'The manual partition assignment includes an empty replica list.'],
  ['assigned to a stranger',         assigned([9]),                        'INVALID_REPLICA_ASSIGNMENT', 'The manual partition assignment includes broker 9, but no such broker is registered.'],
  ['assigned twice to one broker',   assigned([2, 2]),                     'INVALID_REPLICA_ASSIGNMENT', 'The manual partition assignment includes the broker 2 more than once.'],
  ['assigned unevenly',              assigned([1], [1, 2]),                'INVALID_REPLICA_ASSIGNMENT', 'The manual partition assignment includes a partition with 2 replica(s), but this is not consistent with previous partitions, which have 1 replica(s).'],
  ['assigned with a gap',            { ...assigned([1]), assignments: [{ partitionIndex: 0, brokerIds: [1] }, { partitionIndex: 2, brokerIds: [1] }] },
                                                                           'INVALID_REPLICA_ASSIGNMENT', 'partitions should be a consecutive 0-based integer sequence'],
  ['assigned with a repetition',     { ...assigned([1]), assignments: [{ partitionIndex: 0, brokerIds: [1] }, { partitionIndex: 0, brokerIds: [1] }] },
                                                                           'INVALID_REPLICA_ASSIGNMENT', 'Found multiple manual partition assignments for partition 0'],
  ['with an unknown config',         configured('no.such', '1'),           'INVALID_CONFIG',             'Unknown topic config name: no.such'],
  ['with a config that is gone',     configured('message.format.version', '3.0'), 'INVALID_CONFIG',      'Unknown topic config name: message.format.version'],
  ['with a null config',             configured('retention.ms', null),     'INVALID_CONFIG',             'Null value not supported for topic configs: retention.ms'],
  ['with a wrong config',            configured('retention.ms', 'x'),      'INVALID_CONFIG',             'Invalid value x for configuration retention.ms: Not a number of type LONG'],
  ['with segments below 1 MiB',      configured('segment.bytes', '1000'),  'INVALID_CONFIG',             'Invalid value 1000 for configuration segment.bytes: Value must be at least 1048576'],
  ['with contradicting lags',        { configs: [{ name: 'min.compaction.lag.ms', value: '2' }, { name: 'max.compaction.lag.ms', value: '1' }] },
                                                                           'INVALID_CONFIG',             'conflict topic config setting min.compaction.lag.ms (2) > max.compaction.lag.ms (1)'],
  ['in tiered storage',              configured('remote.storage.enable', 'true'), 'INVALID_CONFIG',      'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.'],
]
for (const [what, topic, error, message] of refused)
  test(`a topic ${what} is refused`, () => {
    const { records, outcome } = createTopics(
      image,
      [{ name: 't', numPartitions: 1, replicationFactor: 1, ...topic }],
      options,
    )
    assert.deepEqual(outcome, [{ name: topic.name ?? 't', error, message }])
    assert.deepEqual(records, [])
  })

test('-1 takes the counts of the broker config', () => {
  const { outcome } = createTopics(image, [{ name: 't', numPartitions: -1, replicationFactor: -1 }], options)
  const [created] = outcome
  assert.ok(created && !isRefusal(created))
  assert.deepEqual([created.numPartitions, created.replicationFactor], [4, 2])
})

test('the outcome has the id and what the configs come to, and the records make the topic', () => {
  const topic = { name: 't', numPartitions: 2, replicationFactor: 3, configs: [{ name: 'retention.ms', value: ' 5 ' }] }
  const decision = createTopics(image, [topic], options)
  const [created] = decision.outcome
  assert.ok(created && !isRefusal(created))
  const retention = created.configs.find(({ name }) => name === 'retention.ms')!
  assert.deepEqual([retention.value, retention.source], [' 5 ', 'DYNAMIC_TOPIC_CONFIG'])
  const made = after(image, decision).topics.get('t')!
  assert.equal(made.id, created.topicId)
  assert.deepEqual([...made.configs], [['retention.ms', ' 5 ']])
  for (const { replicas, isr, leader } of made.partitions) {
    assert.deepEqual(new Set(replicas), new Set([1, 2, 3]))
    assert.deepEqual(isr, replicas)
    assert.equal(leader, replicas[0])
  }
})

test('each topic of a request is judged by itself, and one that is named twice is refused once', () => {
  const topic = (name: string) => ({ name, numPartitions: 1, replicationFactor: 1 })
  const decision = createTopics(image, [topic('twice'), topic('good'), topic('exists'), topic('twice')], options)
  assert.deepEqual(
    decision.outcome.map(({ name, error }) => [name, error]),
    [
      ['good', 'NONE'],
      ['exists', 'TOPIC_ALREADY_EXISTS'],
      ['twice', 'INVALID_REQUEST'],
    ],
  )
  assert.deepEqual([...after(image, decision).topics.keys()], ['exists', 'with.dot', 'good'])
})

test('validateOnly gives the outcome and no records', () => {
  const topic = { name: 't', numPartitions: 3, replicationFactor: 1 }
  const { records, outcome } = createTopics(image, [topic], { ...options, validateOnly: true })
  assert.equal(outcome[0]!.error, 'NONE')
  assert.deepEqual(records, [])
})

test('brokers that do not answer get replicas, and are neither in sync nor leaders', () => {
  const partly = imageWith({ brokers: 3, fenced: [2] })
  const decision = createTopics(partly, [{ name: 't', numPartitions: 20, replicationFactor: 3 }], options)
  for (const { replicas, isr, leader } of after(partly, decision).topics.get('t')!.partitions) {
    assert.ok(replicas.includes(2))
    assert.deepEqual(new Set(isr), new Set([1, 3]))
    assert.notEqual(leader, 2)
  }
})

test('without a broker that answers nothing is created', () => {
  const { outcome } = createTopics(
    imageWith({ brokers: 1, fenced: [1] }),
    [
      { name: 'placed', numPartitions: 1, replicationFactor: 1 },
      { name: 'assigned', ...assigned([1]) } as CreatableTopic,
    ],
    options,
  )
  assert.deepEqual(outcome, [
    {
      name: 'placed',
      error: 'INVALID_REPLICATION_FACTOR',
      message: 'Unable to replicate the partition 1 time(s): All brokers are currently fenced.',
    },
    {
      name: 'assigned',
      error: 'INVALID_REPLICA_ASSIGNMENT',
      message:
        'All brokers specified in the manual partition assignment for partition 0 are fenced or in controlled shutdown.',
    },
  ])
})

test("Kafka's own topics are created with Kafka's settings", () => {
  const config = BrokerConfig.of({
    'offsets.topic.replication.factor': '1',
    'transaction.state.log.replication.factor': '1',
  })
  for (const name of ['__consumer_offsets', '__transaction_state']) {
    const decision = createTopics(image, [internalTopic(name, config)!], options)
    assert.equal(decision.outcome[0]!.error, 'NONE')
    const topic = after(image, decision).topics.get(name)!
    assert.ok(topic.internal)
    assert.equal(topic.partitions.length, 50)
    assert.equal(topic.configs.get('cleanup.policy'), 'compact')
    assert.equal(topic.configs.get('segment.bytes'), '104857600')
  }
  assert.equal(internalTopic('orders', config), undefined)
})
