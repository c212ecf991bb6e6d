import assert from 'node:assert/strict'
import { test } from 'node:test'

import { type AlteredResource, alterConfigs, type ConfigAlteration } from './alter-configs.ts'
import { apply } from './apply.ts'
import { BrokerConfig } from './configs/broker-config.ts'
import { configsOf } from './image.ts'
import type { ConfigResourceType } from './records.ts'
import { after, imageWith, withTopic } from './testing.ts'

const image = apply(withTopic(imageWith({ brokers: 2 }), 't', [1]), [
  { type: 'configChanged', resource: 'TOPIC', name: 't', key: 'retention.ms', value: '5' },
  { type: 'configChanged', resource: 'TOPIC', name: 't', key: 'cleanup.policy', value: 'compact' },
])
const options = { config: BrokerConfig.of({}), nodeId: 1 }
const set = (name: string, value: string | null): ConfigAlteration => ({ name, operation: 'SET', value })
const resource = (
  type: ConfigResourceType,
  name: string,
  configs: readonly ConfigAlteration[],
  mode: AlteredResource['mode'] = 'incremental',
): AlteredResource => ({ type, name, mode, configs })

// oxfmt-ignore
const refused: readonly (readonly [ConfigResourceType, string, ConfigAlteration | readonly ConfigAlteration[], string, string])[] = [
  ['TOPIC',  'nope', set('retention.ms', '1'),                  'UNKNOWN_TOPIC_OR_PARTITION', "The topic 'nope' does not exist."],
  ['TOPIC',  '',     set('retention.ms', '1'),                  'INVALID_REQUEST', 'Default topic resources are not allowed.'],
  ['TOPIC',  'a b',  set('retention.ms', '1'),                  'INVALID_TOPIC_EXCEPTION', "Topic name is invalid: 'a b' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'"],
  ['TOPIC',  't',    set('no.such', '1'),                       'INVALID_CONFIG',  'Unknown topic config name: no.such'],
  ['TOPIC',  't',    set('retention.ms', '-2'),                 'INVALID_CONFIG',  'Invalid value -2 for configuration retention.ms: Value must be at least -1'],
  ['TOPIC',  't',    set('retention.ms', null),                 'INVALID_REQUEST', 'Null value not supported for : retention.ms'],
  ['TOPIC',  't',    [set('segment.ms', '1'), set('segment.ms', '2')], 'INVALID_REQUEST', 'Error due to duplicate config keys'],
  ['TOPIC',  't',    { name: 'retention.ms', operation: 'APPEND', value: '1' }, 'INVALID_CONFIG', "Can't APPEND to key retention.ms because its type is not LIST."],
  ['TOPIC',  't',    set('leader.replication.throttled.replicas', '1:1,'.repeat(8200) + '1:1'), 'INVALID_CONFIG', 'The configuration value cannot be added because it exceeds the maximum value size of 32767 bytes.'],
  ['BROKER', '2',    set('log.retention.ms', '1'),              'INVALID_REQUEST', 'Unexpected broker id, expected 1, but received 2'],
  ['BROKER', 'x',    set('log.retention.ms', '1'),              'INVALID_REQUEST', 'Node id must be an integer, but it is: x'],
  ['BROKER', '1',    set('num.partitions', '3'),                'INVALID_REQUEST', 'Cannot update these configs dynamically: Set(num.partitions)'],
  ['BROKER', '',     set('listeners', 'PLAINTEXT://:1'),        'INVALID_REQUEST', 'Cannot update these configs at default cluster level, broker id must be specified: Set(listeners)'],
  ['BROKER', '1',    set('ssl.keystore.location', '/x'),        'INVALID_REQUEST', 'These security configs can be dynamically updated only per-listener using the listener prefix: HashSet(ssl.keystore.location)'],
  ['BROKER', '',     set('log.segment.bytes', '10'),            'INVALID_REQUEST', 'Invalid value 10 for configuration log.segment.bytes: Value must be at least 1048576'],
  ['BROKER', '',     { name: 'log.retention.ms', operation: 'APPEND', value: '1' }, 'INVALID_CONFIG', 'Config value append is not allowed for config key: log.retention.ms'],
  ['GROUP',  '',     set('consumer.session.timeout.ms', '50000'), 'INVALID_REQUEST', 'Default group resources are not allowed.'],
  ['GROUP',  'g',    set('no.such', '1'),                       'INVALID_CONFIG',  'Unknown group config name: no.such'],
  ['GROUP',  'g',    set('consumer.session.timeout.ms', '1'),   'INVALID_CONFIG',  'consumer.session.timeout.ms must be greater than or equal to group.consumer.min.session.timeout.ms'],
  ['GROUP',  'g',    set('streams.num.standby.replicas', '9'),  'INVALID_CONFIG',  'streams.num.standby.replicas must be less than or equal to group.streams.max.standby.replicas'],
  ['CLIENT_METRICS', '',  set('interval.ms', '1000'),           'INVALID_REQUEST', "Subscription name can't be empty"],
  ['CLIENT_METRICS', 'm', set('interval.ms', '5'),              'INVALID_REQUEST', 'Invalid value 5 for interval.ms, interval must be between 100 and 3600000 (1 hour)'],
  ['CLIENT_METRICS', 'm', set('match', 'a=b'),                  'INVALID_CONFIG',  'Illegal client matching pattern: a=b'],
  ['CLIENT_METRICS', 'm', set('nope', '1'),                     'INVALID_REQUEST', 'Unknown client metrics configuration: nope'],
]
for (const [type, name, alteration, error, message] of refused) {
  const configs = [alteration].flat()
  const what = configs.map(each => `${each.operation} ${each.name}=${each.value?.slice(0, 20)}`).join(', ')
  test(`${what} on ${type} '${name}' is refused in Kafka's words`, () => {
    const { records, outcome } = alterConfigs(image, [resource(type, name, configs)], options)
    assert.deepEqual(outcome, [{ type, name, error, message }])
    assert.deepEqual(records, [])
  })
}

// oxfmt-ignore
const lists: readonly (readonly [ConfigAlteration['operation'], string, string])[] = [
  ['APPEND',   'delete',         'compact,delete'],
  ['APPEND',   'compact',        'compact'],
  ['SUBTRACT', 'compact',        ''],
  ['SUBTRACT', 'delete',         'compact'],
  ['SET',      'delete',         'delete'],
]
for (const [operation, value, expected] of lists)
  test(`${operation} ${value} to cleanup.policy=compact gives '${expected}'`, () => {
    const decision = alterConfigs(
      image,
      [resource('TOPIC', 't', [{ name: 'cleanup.policy', operation, value }])],
      options,
    )
    assert.equal(after(image, decision).topics.get('t')!.configs.get('cleanup.policy'), expected)
  })

test('APPEND to a list that is not set begins from its default', () => {
  const bare = withTopic(imageWith({ brokers: 1 }), 't', [1])
  const alteration = { name: 'cleanup.policy', operation: 'APPEND', value: 'compact' } as const
  const decision = alterConfigs(bare, [resource('TOPIC', 't', [alteration])], options)
  assert.equal(after(bare, decision).topics.get('t')!.configs.get('cleanup.policy'), 'delete,compact')
})

test('incremental changes leave other keys alone; replacing unsets what is not named', () => {
  for (const [mode, expected] of [
    ['incremental', ['retention.ms', 'cleanup.policy', 'segment.ms']],
    ['replace', ['segment.ms']],
  ] as const) {
    const decision = alterConfigs(image, [resource('TOPIC', 't', [set('segment.ms', '9')], mode)], options)
    assert.deepEqual([...after(image, decision).topics.get('t')!.configs.keys()], expected)
  }
})

test('DELETE unsets a key, also one that was not set', () => {
  const configs = ['retention.ms', 'segment.ms'].map(name => ({ name, operation: 'DELETE', value: null }) as const)
  const decision = alterConfigs(image, [resource('TOPIC', 't', configs)], options)
  assert.deepEqual(decision.outcome, [{ type: 'TOPIC', name: 't', error: 'NONE' }])
  assert.deepEqual([...after(image, decision).topics.get('t')!.configs.keys()], ['cleanup.policy'])
})

test('a resource is changed as a whole or not at all, and others beside it are not touched by its fault', () => {
  const decision = alterConfigs(
    image,
    [
      resource('TOPIC', 't', [set('segment.ms', '9'), set('no.such', '1')]),
      resource('GROUP', 'g', [set('consumer.session.timeout.ms', '50000')]),
    ],
    options,
  )
  const next = after(image, decision)
  assert.equal(next.topics.get('t'), image.topics.get('t'))
  assert.equal(configsOf(next, 'GROUP', 'g').get('consumer.session.timeout.ms'), '50000')
})

test('a resource that appears twice is refused twice', () => {
  const twice = resource('TOPIC', 't', [set('segment.ms', '9')])
  const { records, outcome } = alterConfigs(image, [twice, twice], options)
  assert.deepEqual(
    outcome.map(({ error }) => error),
    ['INVALID_REQUEST', 'INVALID_REQUEST'],
  )
  assert.deepEqual(records, [])
})

test('validateOnly changes nothing', () => {
  const { records, outcome } = alterConfigs(image, [resource('TOPIC', 't', [set('segment.ms', '9')])], {
    ...options,
    validateOnly: true,
  })
  assert.equal(outcome[0]!.error, 'NONE')
  assert.deepEqual(records, [])
})

test('what is set for a broker or for all of them is what the broker goes by', () => {
  const decision = alterConfigs(
    image,
    [resource('BROKER', '', [set('log.retention.ms', '7')]), resource('BROKER', '1', [set('message.max.bytes', '9')])],
    options,
  )
  const next = after(image, decision)
  const [one, other] = [1, 2].map(id => options.config.dynamic(next, id))
  assert.deepEqual([one!.number('log.retention.ms'), one!.number('message.max.bytes')], [7, 9])
  assert.deepEqual([other!.number('log.retention.ms'), other!.number('message.max.bytes')], [7, 1_048_588])
})
