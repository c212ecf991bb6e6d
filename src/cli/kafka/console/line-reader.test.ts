// Lines of kafka-console-producer, and the records they become.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { lineReader, lines } from './line-reader.ts'

const both = { 'parse.key': 'true', 'parse.headers': 'true' }
// oxfmt-ignore
const cases: [properties: Record<string, string>, line: string, key: string | null, value: string | null, headers: [string, string | null][]][] = [
  [{},                                              'a\tb',              null,  'a\tb',   []],
  [{ 'parse.key': 'true' },                         'k\tv\tw',           'k',   'v\tw',   []],
  [{ 'parse.key': 'TRUE ', 'key.separator': '::' }, 'k::v',              'k',   'v',      []],
  [{ 'parse.key': 'true' },                         '\t',                '',    '',       []],
  [{ 'parse.headers': 'true' },                     'a:1,b:2\tv',        null,  'v',      [['a', '1'], ['b', '2']]],
  [both,                                            'a:x:y\tk\tv',       'k',   'v',      [['a', 'x:y']]],
  [{ ...both, 'null.marker': 'NULL' },              'NULL\tNULL\tNULL',  null,  null,     []],
  [{ ...both, 'null.marker': 'NULL' },              'a:NULL\tk\tv',      'k',   'v',      [['a', null]]],
  [{ 'parse.key': 'true', 'ignore.error': 'true' }, 'no key',            null,  'no key', []],
  [{ 'parse.headers': 'true', 'ignore.error': 'true' }, 'pair\tv',       null,  'v',      [['pair', null]]],
]
for (const [properties, line, key, value, headers] of cases)
  test(`a line ${JSON.stringify(line)} with ${JSON.stringify(properties)}`, () =>
    assert.deepEqual(lineReader('orders', new Map(Object.entries(properties)))(line, 1), {
      topic: 'orders',
      key,
      value,
      headers,
    }))

// oxfmt-ignore
const refused: [properties: Record<string, string>, line: string, message: string][] = [
  [{ 'parse.key': 'true' },                        'no key',     "No key separator found on line number 7: 'no key'"],
  [{ 'parse.headers': 'true' },                    'no header',  "No headers delimiter found on line number 7: 'no header'"],
  [{ 'parse.headers': 'true' },                    'pair\tv',    "No header key separator found in pair 'pair' on line number 7"],
  [{ 'parse.headers': 'true', 'null.marker': 'N' }, 'N:1\tv',    "Header keys should not be equal to the null marker 'N' as they can't be null"],
  [{ 'headers.separator': ':' },                   '',           'headers.separator and headers.key.separator may not be equal'],
  [{ 'null.marker': '\t' },                        '',           'null.marker and key.separator may not be equal'],
]
for (const [properties, line, message] of refused)
  test(`a line ${JSON.stringify(line)} is refused with ${JSON.stringify(properties)}`, () =>
    assert.throws(() => lineReader('orders', new Map(Object.entries(properties)))(line, 7), { message }))

// oxfmt-ignore
const divided: [chunks: string[], lines: string[]][] = [
  [['a\nb\n'],             ['a', 'b']],
  [['a\nb'],               ['a', 'b']],
  [['a\r\nb\rc\n'],        ['a', 'b', 'c']],
  [['a\r', '\nb'],         ['a', 'b']],
  [['a\r'],                ['a']],
  [['\n'],                 ['']],
  [[''],                   []],
  [['grü', 'ße\n'],        ['grüße']],
]
for (const [chunks, expected] of divided)
  test(`the lines of ${JSON.stringify(chunks)}`, async () => {
    async function* input() {
      for (const chunk of chunks) yield Buffer.from(chunk)
    }
    assert.deepEqual(await Array.fromAsync(lines(input())), expected)
  })

test('a character that arrives in two pieces is whole', async () => {
  const bytes = Buffer.from('世\n')
  async function* input() {
    yield bytes.subarray(0, 1)
    yield bytes.subarray(1)
  }
  assert.deepEqual(await Array.fromAsync(lines(input())), ['世'])
})
