import assert from 'node:assert/strict'
import { test } from 'node:test'

import { bytesText, fit, plural } from './output.ts'

test('the widest column gives way until a row fits, and numbers stay whole', () => {
  const rows = [['a-name-that-is-much-too-long-for-this-terminal', 123_456_789_012, 'short']]
  const [row] = fit(['NAME', 'OFFSET', 'STATE'], rows, 40)
  assert.deepEqual(row, ['a-name-that-is-muc…', 123_456_789_012, 'short'])
  assert.deepEqual(fit(['NAME', 'OFFSET', 'STATE'], rows, 200), rows, 'nothing is cut where there is room')
})
test('a terminal that is narrower than any table is left to wrap', () => {
  assert.deepEqual(fit(['A', 'B'], [[1, 2]], 2), [[1, 2]])
})
// oxfmt-ignore
const sizes = [[0, '0 B'], [999, '999 B'], [1500, '1.5 kB'], [123_456, '123 kB'], [2e9, '2.0 GB'], [-1, '-']] as const
for (const [bytes, text] of sizes) test(`${bytes} bytes are ${text}`, () => assert.equal(bytesText(bytes), text))

test('one thing is a thing, more are things', () => {
  assert.deepEqual([plural(1, 'record'), plural(1_200, 'record')], ['1 record', '1,200 records'])
})
