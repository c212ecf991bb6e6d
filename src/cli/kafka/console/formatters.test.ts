// Records as kafka-console-consumer shows them.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { consumerOffsetsRecords, writeRecord } from '../../../protocol/index.ts'
import { deserializerNamed, javaDouble } from './deserializers.ts'
import { formatterNamed, type ShownRecord } from './formatters.ts'

const record: ShownRecord = {
  topic: 'orders',
  partition: 2,
  offset: 7,
  timestamp: 1_000,
  hasLogAppendTime: false,
  key: Buffer.from('k'),
  value: Buffer.from('v'),
  headers: [
    ['a', Buffer.from('1')],
    ['b', null],
  ],
}
const shown = (properties: Record<string, string>, changes: Partial<ShownRecord> = {}) =>
  String(formatterNamed('DefaultMessageFormatter', new Map(Object.entries(properties)))!({ ...record, ...changes }))
const columns = ['timestamp', 'partition', 'offset', 'headers', 'key']
const all = Object.fromEntries(columns.map(column => [`print.${column}`, 'true']))

// oxfmt-ignore
const cases: [properties: Record<string, string>, changes: Partial<ShownRecord>, text: string][] = [
  [{},                                                 {},                        'v\n'],
  [{},                                                 { value: null },           'null\n'],
  [{ 'null.literal': 'N', 'print.key': 'true' },       { key: null },             'N\tv\n'],
  [all,                                                {},                        'CreateTime:1000\tPartition:2\tOffset:7\ta:1,b:null\tk\tv\n'],
  [all,                                                { headers: [], hasLogAppendTime: true }, 'LogAppendTime:1000\tPartition:2\tOffset:7\tNO_HEADERS\tk\tv\n'],
  [{ 'print.value': 'false', 'print.key': 'true' },    {},                        'k\n'],
  [{ 'print.value': 'false' },                         {},                        ''],
  [{ 'print.key': 'true', 'key.separator': '=', 'line.separator': ';' }, {},      'k=v;'],
  [{ 'value.deserializer': 'org.apache.kafka.common.serialization.LongDeserializer' }, { value: Buffer.from('0000000000000005', 'hex') }, '5\n'],
]
for (const [properties, changes, text] of cases)
  test(`a record is shown as ${JSON.stringify(text)}`, () => assert.equal(shown(properties, changes), text))

test('the formatter of offsets shows commits as JSON, and nothing else', () => {
  const format = formatterNamed('org.apache.kafka.tools.consumer.OffsetsMessageFormatter', new Map())!
  const { key, value } = writeRecord(consumerOffsetsRecords, {
    type: 'offsetCommit',
    key: { group: 'g', topic: 'orders', partition: 0 },
    value: {
      offset: 5,
      leaderEpoch: 1,
      metadata: '',
      commitTimestamp: 9,
      expireTimestamp: -1,
      topicId: '0'.repeat(32),
    },
  })
  const text = String(format({ ...record, key, value }))
  assert.match(
    text,
    /^\{"key":\{"type":1,"data":\{"group":"g","topic":"orders","partition":0\}\},"value":\{"version":\d,/,
  )
  assert.match(text, /"offset":5/)
  assert.equal(String(format({ ...record, key, value: null })), `${text.split(',"value"')[0]},"value":null}`)
  assert.equal(format({ ...record, key: Buffer.from([0, 99]) }), '')
  assert.equal(format({ ...record, key: null }), '')
})

test('a formatter that is not Kafka’s own is not known', () =>
  assert.equal(formatterNamed('com.example.Formatter', new Map()), undefined))

// oxfmt-ignore
const doubles: [value: number, text: string][] = [
  [0, '0.0'], [-0, '-0.0'], [1, '1.0'], [0.5, '0.5'], [1e6, '1000000.0'], [1e7, '1.0E7'], [1.5e10, '1.5E10'], [0.001, '0.001'],
  [0.0001, '1.0E-4'], [-123.25, '-123.25'], [Infinity, 'Infinity'], [NaN, 'NaN'],
]
for (const [value, text] of doubles) test(`Java writes ${text}`, () => assert.equal(javaDouble(value), text))

test('a deserializer refuses what is not of its size', () => {
  const read = deserializerNamed('LongDeserializer')!
  assert.equal(read(Buffer.from('ffffffffffffffd6', 'hex')), '-42')
  assert.throws(() => read(Buffer.from('five')), { message: 'Size of data received by LongDeserializer is not 8' })
})
