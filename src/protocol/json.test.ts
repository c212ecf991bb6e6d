import assert from 'node:assert/strict'
import { test } from 'node:test'

import { JavaDouble, jsonText, messageJson } from './json.ts'
import { array, bytes, int32, int64, int64exact, message, string, struct, uuid } from './schema.ts'

const all = message(
  'All',
  { versions: '0-1', flexible: '0+' },
  {
    id: uuid,
    offset: int64,
    exact: int64exact,
    later: int32.in('1+').default(5).ignorable(),
    list: array({ text: string, bytes }),
    none: string.nullable(),
    tagged: int32.tag(0, '0+'),
    maybe: struct({ inner: int32 }).tag(1, '0+').nullable(),
  },
)
const value = {
  id: '0ae8ee0446ab4163a5365d4535117ccd',
  offset: 2 ** 63,
  exact: 8761382795515614925n,
  later: 5,
  list: [{ text: 'é\u001f', bytes: Buffer.from('x') }],
  none: null,
  tagged: 0,
  maybe: null,
}

test('a message is shown with the fields of its version, and tagged ones where they are not the default', () => {
  const plain =
    '"id":"CujuBEarQWOlNl1FNRF8zQ","offset":9223372036854775807,"exact":8761382795515614925,"list":[{"text":"é\\u001F","bytes":"eA=="}],"none":null'
  assert.equal(jsonText(messageJson(all, 0, value)), `{${plain},"maybe":null}`)
  const { maybe, ...rest } = messageJson(all, 1, { ...value, tagged: 3, maybe: { inner: 1 } })
  assert.deepEqual([rest['later'], rest['tagged'], maybe], [5, 3, { inner: 1 }])
})

test('a double is written as Java writes it', () => {
  for (const [value, text] of [
    [1024, '1024.0'],
    [0, '0.0'],
    [-0, '-0.0'],
    [0.1, '0.1'],
    [0.001, '0.001'],
    [0.0001, '1.0E-4'],
    [9999999, '9999999.0'],
    [1e7, '1.0E7'],
    [-12345678.9, '-1.23456789E7'],
    [1.5e300, '1.5E300'],
    [Infinity, '"Infinity"'],
    [NaN, '"NaN"'],
  ] as const)
    assert.equal(jsonText(new JavaDouble(value)), text)
})
