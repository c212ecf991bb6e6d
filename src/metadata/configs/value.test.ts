import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { ConfigType } from './definition.ts'
import { brokerConfigs, groupConfigs, topicConfigs } from './tables.ts'
import { canonical, parseValue } from './value.ts'

// What Apache Kafka 4.2.0 said to the same values.
// oxfmt-ignore
const faults = [
  ['retention.ms',                        'abc',             'Invalid value abc for configuration retention.ms: Not a number of type LONG'],
  ['retention.ms',                        '',                'Invalid value  for configuration retention.ms: Not a number of type LONG'],
  ['retention.ms',                        '-2',              'Invalid value -2 for configuration retention.ms: Value must be at least -1'],
  ['delete.retention.ms',                 '1e3',             'Invalid value 1e3 for configuration delete.retention.ms: Not a number of type LONG'],
  ['segment.bytes',                       '99999999999',     'Invalid value 99999999999 for configuration segment.bytes: Not a number of type INT'],
  ['segment.bytes',                       '1000',            'Invalid value 1000 for configuration segment.bytes: Value must be at least 1048576'],
  ['min.cleanable.dirty.ratio',           '1.5',             'Invalid value 1.5 for configuration min.cleanable.dirty.ratio: Value must be no more than 1'],
  ['min.cleanable.dirty.ratio',           'x',               'Invalid value x for configuration min.cleanable.dirty.ratio: Not a number of type DOUBLE'],
  ['unclean.leader.election.enable',      'maybe',           'Invalid value maybe for configuration unclean.leader.election.enable: Expected value to be either true or false'],
  ['compression.type',                    'zip',             'Invalid value zip for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer'],
  ['compression.gzip.level',              '0',               'Invalid value 0 for configuration compression.gzip.level: Value must be between 1 and 9 or equal to -1'],
  ['message.timestamp.type',              'logappendtime',   'Invalid value logappendtime for configuration message.timestamp.type: String must be one of: CreateTime, LogAppendTime'],
  ['cleanup.policy',                      'foo',             'Invalid value foo for configuration cleanup.policy: String must be one of: compact, delete'],
  ['cleanup.policy',                      'compact,',        "Configuration 'cleanup.policy' values must not be empty."],
  ['leader.replication.throttled.replicas', '1:x',           "Invalid value [1:x] for configuration leader.replication.throttled.replicas: leader.replication.throttled.replicas must be the literal '*' or a list of replicas in the following format: [partitionId]:[brokerId],[partitionId]:[brokerId],..."],
  ['share.auto.offset.reset',             'none',            "Invalid value none for configuration share.auto.offset.reset: Invalid value `none` for configuration share.auto.offset.reset. The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'."],
  ['listeners',                           '',                "Configuration 'listeners' must not be empty. Valid values include: any non-empty value"],
] as const
for (const [name, text, fault] of faults)
  test(`${name}='${text}' is refused in Kafka's words`, () => {
    const definition = topicConfigs.get(name) ?? groupConfigs.get(name) ?? brokerConfigs.get(name)!
    assert.deepEqual(parseValue(name, definition, text), { fault })
  })

// oxfmt-ignore
const forms: readonly (readonly [ConfigType, string, string])[] = [
  ['LONG',    ' +5 ',                '5'],
  ['LONG',    '9223372036854775807', '9223372036854775807'],
  ['INT',     '007',                 '7'],
  ['BOOLEAN', 'TRUE',                'true'],
  ['DOUBLE',  '.50',                 '0.5'],
  ['DOUBLE',  '3',                   '3.0'],
  ['DOUBLE',  '1e10',                '1.0E10'],
  ['DOUBLE',  '12345678',            '1.2345678E7'],
  ['DOUBLE',  '0.0001',              '1.0E-4'],
  ['LIST',    'a , b,a',             'a,b'],
  ['LIST',    ' ',                   ''],
  ['STRING',  ' x ',                 'x'],
]
for (const [type, text, form] of forms)
  test(`'${text}' as ${type} is shown as '${form}'`, () => assert.equal(canonical(type, text), form))

test('every default is valid by its own definition', () => {
  for (const table of [brokerConfigs, topicConfigs, groupConfigs])
    for (const [name, definition] of table)
      if (definition.default !== null) assert.equal(parseValue(name, definition, definition.default).fault, undefined)
})
