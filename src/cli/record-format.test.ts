import assert from 'node:assert/strict'
import { test } from 'node:test'

import { formatWriter, jsonReader, jsonWriter } from './record-format.ts'

const record = {
  topic: 'orders',
  partition: 2,
  offset: 42,
  timestamp: 1_700_000_000_000,
  key: Buffer.from('k1'),
  value: Buffer.from([0xff, 0x00]),
  headers: [
    ['source', Buffer.from('test')],
    ['empty', null],
  ],
} as const

// oxfmt-ignore
const formats = [
  ['%t[%p]@%o',       Buffer.from('orders[2]@42')],
  ['%k\\t%T\\n',      Buffer.from('k1\t1700000000000\n')],
  ['%s',              record.value],
  ['%K,%S',           Buffer.from('2,2')],
  ['%h',              Buffer.from('source=test,empty=')],
  ['100 %%\\x41\\\\', Buffer.from('100 %A\\')],
] as const
for (const [format, expected] of formats)
  test(`the format ${format} is written`, () => {
    assert.deepEqual(Buffer.from(formatWriter(format)(record)), expected)
  })

test('null has the length -1, as in kcat', () => {
  assert.equal(String(formatWriter('%K %S')({ ...record, key: null, value: null })), '-1 -1')
})
test('a letter that stands for nothing is refused', () => {
  assert.throws(() => formatWriter('%q'), /%q stands for nothing/)
})
test('JSON goes both ways, bytes that are no text included', () => {
  const line = jsonWriter(record) as string
  assert.deepEqual(JSON.parse(line).value, { base64: '/wA=' })
  assert.deepEqual(jsonReader(line), {
    key: 'k1',
    value: record.value,
    headers: [
      ['source', 'test'],
      ['empty', null],
    ],
    timestamp: record.timestamp,
    partition: 2,
  })
})

// oxfmt-ignore
const refused = [
  ['{',                              /not JSON/],
  ['[1]',                            /not a record/],
  ['{"key":"k"}',                    /not a record/],
  ['{"value":7}',                    /"value" is a string, null/],
  ['{"value":"x","partition":"0"}',  /"partition" is a whole number/],
  ['{"value":"x","headers":[["a"]]}', /a header is \[name, value\]/],
] as const
for (const [line, message] of refused)
  test(`the line ${line} is refused`, () => {
    assert.throws(() => jsonReader(line), message)
  })
