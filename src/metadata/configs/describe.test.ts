import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { apply } from '../apply.ts'
import { emptyImage } from '../image.ts'
import { BrokerConfig } from './broker-config.ts'
import {
  describeBrokerConfigs,
  describeClientMetricsConfigs,
  describeDefaultBrokerConfigs,
  describeGroupConfigs,
  describeTopicConfigs,
  type DescribedConfig,
} from './describe.ts'

// golden/describe-configs.tsv is what Apache Kafka 4.2.0 answered its own admin client: a broker that was started with the
// configs whose source is STATIC_BROKER_CONFIG, a topic, a group and a subscription without configs of their own. (The
// feature eligible.leader.replicas.version was off: with it, Kafka sets min.insync.replicas for all brokers.)
const golden = readFileSync(new URL('golden/describe-configs.tsv', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
const rowsOf = (resource: string) => golden.filter(line => line.startsWith(`${resource}\t`))
const given = new Map(
  rowsOf('BROKER').flatMap(line => {
    const [, name, , value, source] = line.split('\t')
    return source === 'STATIC_BROKER_CONFIG' ? [[name!, JSON.parse(value!) as string] as const] : []
  }),
)
const config = BrokerConfig.of(given)

function row(resource: string, { name, type, value, source, readOnly, sensitive, synonyms }: DescribedConfig): string {
  const synonymText = synonyms.map(each => `${each.name}=${JSON.stringify(each.value)}@${each.source}`).join(' ')
  const marks = [readOnly ? 'read-only' : '-', sensitive ? 'sensitive' : '-']
  return [resource, name, type, JSON.stringify(value), source, ...marks, synonymText].join('\t')
}

for (const [resource, described] of [
  ['BROKER', describeBrokerConfigs(config)],
  ['TOPIC', describeTopicConfigs(new Map(), config)],
  ['GROUP', describeGroupConfigs(new Map(), config)],
  ['CLIENT_METRICS', describeClientMetricsConfigs(new Map())],
] as const)
  test(`the configs of ${resource} are those of Apache Kafka: names, types, values, sources, synonyms`, () => {
    const expected = rowsOf(resource)
    assert.ok(expected.length > 0)
    assert.deepEqual(
      described.map(each => row(resource, each)),
      expected,
    )
  })

// oxfmt-ignore
const topicCases = [
  // topic's own                broker was given                dynamic, of all            what           value      source                           synonyms
  [{},                          {},                             {},                        'retention.ms', '604800000', 'DEFAULT_CONFIG',             []],
  [{ 'retention.ms': '5' },     {},                             {},                        'retention.ms', '5',         'DYNAMIC_TOPIC_CONFIG',       ['retention.ms=5@DYNAMIC_TOPIC_CONFIG']],
  [{},                          { 'log.retention.ms': '7' },    {},                        'retention.ms', '7',         'STATIC_BROKER_CONFIG',       ['log.retention.ms=7@STATIC_BROKER_CONFIG', 'log.retention.hours=168@DEFAULT_CONFIG']],
  [{},                          { 'log.retention.ms': '7' },    { 'log.retention.ms': '8' }, 'retention.ms', '8',       'DYNAMIC_DEFAULT_BROKER_CONFIG', ['log.retention.ms=8@DYNAMIC_DEFAULT_BROKER_CONFIG', 'log.retention.ms=7@STATIC_BROKER_CONFIG', 'log.retention.hours=168@DEFAULT_CONFIG']],
  // Only the first name counts as a source, as in Kafka, though the value comes from the others too.
  [{},                          { 'log.retention.minutes': '2' }, {},                      'retention.ms', '120000',    'DEFAULT_CONFIG',             []],
  [{},                          { 'log.retention.hours': '1' }, {},                        'retention.ms', '3600000',   'DEFAULT_CONFIG',             []],
  [{},                          { 'log.retention.ms': '-7' },   {},                        'retention.ms', '-1',        'STATIC_BROKER_CONFIG',       ['log.retention.ms=-7@STATIC_BROKER_CONFIG', 'log.retention.hours=168@DEFAULT_CONFIG']],
  [{},                          { 'log.roll.hours': '2' },      {},                        'segment.ms',   '7200000',   'DEFAULT_CONFIG',             []],
  [{},                          { 'log.flush.scheduler.interval.ms': '9' }, {},            'flush.ms',     '9',         'DEFAULT_CONFIG',             []],
  [{},                          { 'message.max.bytes': '10' },  {},                        'max.message.bytes', '10',   'STATIC_BROKER_CONFIG',       ['message.max.bytes=10@STATIC_BROKER_CONFIG', 'message.max.bytes=1048588@DEFAULT_CONFIG']],
  [{ 'cleanup.policy': 'compact , delete' }, {},                {},                        'cleanup.policy', 'compact,delete', 'DYNAMIC_TOPIC_CONFIG', ['cleanup.policy=compact,delete@DYNAMIC_TOPIC_CONFIG', 'log.cleanup.policy=delete@DEFAULT_CONFIG']],
] as const
for (const [own, given, dynamic, name, value, source, synonyms] of topicCases)
  test(`a topic with ${JSON.stringify(own)} on a broker given ${JSON.stringify(given)}, ${JSON.stringify(dynamic)} for all: ${name} is ${value}`, () => {
    const config = withDefaults(BrokerConfig.of(given), dynamic)
    const entry = describeTopicConfigs(new Map(Object.entries(own)), config).find(each => each.name === name)!
    assert.deepEqual(
      [entry.value, entry.source, entry.synonyms.map(each => `${each.name}=${each.value}@${each.source}`)],
      [value, source, synonyms],
    )
  })

test('of the default of all brokers only what was set is described', () => {
  const described = describeDefaultBrokerConfigs(
    withDefaults(BrokerConfig.of({ 'log.retention.ms': '1' }), { 'log.retention.ms': '2', unknown: 'x' }),
  )
  assert.deepEqual(
    described.map(({ name, value, synonyms }) => [name, value, synonyms.length]),
    [
      ['log.retention.ms', '2', 1],
      ['unknown', null, 1],
    ],
  )
})

test('what is secret or unknown is not shown, neither as value nor among the synonyms', () => {
  const secrets = {
    'ssl.keystore.password': 'hidden',
    'listener.name.x.sasl.jaas.config': 'hidden',
    'my.own': 'hidden',
  }
  const described = describeBrokerConfigs(BrokerConfig.of(secrets))
  for (const name of Object.keys(secrets)) assert.ok(described.find(each => each.name === name)!.sensitive)
  assert.doesNotMatch(JSON.stringify(described), /hidden/)
})

test('an internal config is shown where it was set', () => {
  const names = (own: Record<string, string>) =>
    describeTopicConfigs(new Map(Object.entries(own)), config).map(({ name }) => name)
  assert.ok(!names({}).includes('internal.segment.bytes'))
  assert.ok(names({ 'internal.segment.bytes': '1000' }).includes('internal.segment.bytes'))
})

test('the rate of a throttle is shown where it was set, with no default behind it', () => {
  const rate = 'leader.replication.throttled.rate'
  const entry = (own: Record<string, string>) =>
    describeBrokerConfigs(withDefaults(BrokerConfig.of({}), own)).find(({ name }) => name === rate)
  assert.equal(entry({}), undefined)
  const { type, value, readOnly, sensitive, synonyms } = entry({ [rate]: '1000' })!
  assert.deepEqual([type, value, readOnly, sensitive, synonyms.length], ['LONG', '1000', true, false, 1])
})

function withDefaults(config: BrokerConfig, values: Readonly<Record<string, string>>): BrokerConfig {
  const records = Object.entries(values).map(
    ([key, value]) => ({ type: 'configChanged', resource: 'BROKER', name: '', key, value }) as const,
  )
  return config.dynamic(apply(emptyImage, records), 1)
}
