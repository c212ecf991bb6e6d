import assert from 'node:assert/strict'
import { test } from 'node:test'

import { UserError } from '../../base/index.ts'
import { configFromEnvironment } from './environment.ts'
import { brokerConfigOf, developmentDefaults } from './given.ts'
import { parseProperties } from './properties.ts'

// oxfmt-ignore
const properties = [
  ['a=1',                        [['a', '1']]],
  ['a: 1',                       [['a', '1']]],
  ['a   1 2 ',                   [['a', '1 2 ']]],
  ['  a = 1',                    [['a', '1']]],
  ['# a=1\n! b=2\n\nc=3',        [['c', '3']]],
  ['a=1\r\nb=2',                 [['a', '1'], ['b', '2']]],
  ['a=1,\\\n   2,\\\n   3',      [['a', '1,2,3']]],
  ['a=1\\\\\nb=2',               [['a', '1\\'], ['b', '2']]],
  ['a\\=b\\:c=d\\\\e',           [['a=b:c', 'd\\e']]],
  ['a=\\u00e9\\tx',              [['a', 'é\tx']]],
  ['a=1\na=2',                   [['a', '2']]],
  ['empty=\nnone',               [['empty', ''], ['none', '']]],
  ['a=b=c#d',                    [['a', 'b=c#d']]],
  ['a=1\\\n#no comment',         [['a', '1#no comment']]],
] as const
for (const [text, expected] of properties)
  test(`properties: ${JSON.stringify(text)}`, () => assert.deepEqual([...parseProperties(text)], expected))

// oxfmt-ignore
const variables = [
  ['KAFKA_LOG_RETENTION_MS',        'log.retention.ms'],
  ['KAFKA_NODE_ID',                 'node.id'],
  ['KAFKA_A__B',                    'a_b'],
  ['KAFKA_A___B',                   'a-b'],
  ['KAFKA_LISTENER_NAME_SASL__SSL_SCRAM___SHA___256_X', 'listener.name.sasl_ssl.scram-sha-256.x'],
  ['KAFKA_HEAP_OPTS',               undefined],
  ['PATH',                          undefined],
] as const
for (const [variable, name] of variables)
  test(`environment: ${variable} is ${name ?? 'no config'}`, () =>
    assert.deepEqual([...configFromEnvironment({ [variable]: 'x' })], name === undefined ? [] : [[name, 'x']]))

test('overrides are stronger than the environment, and that than a properties file, and that than our defaults', () => {
  const name = 'group.initial.rebalance.delay.ms'
  const of = (value: string) => new Map([[name, value]])
  const given = [{}, { properties: of('1') }, { environment: of('2') }, { overrides: of('3') }]
  for (let count = 1; count <= given.length; count++) {
    const { config } = brokerConfigOf(Object.assign({}, ...given.slice(0, count)) as object)
    assert.equal(config.number(name), count - 1)
  }
  assert.equal(brokerConfigOf({ development: false }).config.number(name), 3000)
})

test('the development defaults are configs of Kafka, and are shown as given', () => {
  const { config, warnings } = brokerConfigOf({})
  assert.deepEqual(config.given, developmentDefaults)
  assert.deepEqual(warnings, [])
})

test('node.id and broker.id are one', () => {
  for (const name of ['node.id', 'broker.id']) {
    const { config } = brokerConfigOf({ overrides: new Map([[name, '7']]) })
    assert.deepEqual([config.number('node.id'), config.number('broker.id')], [7, 7])
  }
})

test('all wrong values are named in one error', () => {
  assert.throws(
    () =>
      brokerConfigOf({
        properties: new Map([
          ['num.partitions', '0'],
          ['log.retention.ms', 'x'],
        ]),
      }),
    (error: unknown) =>
      error instanceof UserError &&
      error.code === 'CONFIG' &&
      /num\.partitions: Value must be at least 1\n.*log\.retention\.ms: Not a number/.test(error.message),
  )
})

// oxfmt-ignore
const warned = [
  ['num.partitions',           undefined],
  ['log.retention.mss',        "'log.retention.mss' is not a broker config of Apache Kafka 4.2; did you mean 'log.retention.ms'?"],
  ['confluent.telemetry',      "'confluent.telemetry' is not a broker config of Apache Kafka 4.2"],
  ['zookeeper.connect',        "'zookeeper.connect' is not a broker config of Apache Kafka 4.2"],
  ['num.io.threads',           "'num.io.threads' is known, and has no effect in Millrace"],
] as const
for (const [name, warning] of warned)
  test(`whoever sets ${name} is told ${warning === undefined ? 'nothing' : `that ${warning}`}`, () => {
    const { warnings } = brokerConfigOf({ overrides: new Map([[name, '1']]) })
    assert.deepEqual(
      warnings.map(({ message }) => message),
      warning === undefined ? [] : [warning],
    )
  })
