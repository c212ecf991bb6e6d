import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { ConsumeOptions, Operations, ProduceOptions } from '../suite/operations.ts'
import { difference, Ledger } from './ledger.ts'

const given = ['1', '2', '3', '4']

// oxfmt-ignore
const cases = [
  ['nothing',                 ['1', '2', '3', '4'],           undefined],
  ['a record that is lost',   ['1', '3', '4'],                /1 lost \(2\), 0 doubled, 0 never given; at 1 /],
  ['the last one, lost',      ['1', '2', '3'],                /1 lost \(4\), 0 doubled/],
  ['a record that is double', ['1', '2', '2', '3', '4'],      /0 lost \(\), 1 doubled/],
  ['one lost and one double', ['1', '2', '2', '4'],           /1 lost \(3\), 1 doubled/],
  ['records in another order', ['1', '3', '2', '4'],          /0 lost \(\), 0 doubled, 0 never given; at 1 /],
  ['one that was not given',  ['1', '2', '3', '4', '5'],      /1 never given/],
] as const

for (const [what, found, complaint] of cases)
  test(`the comparison of what was given and what is committed complains of: ${what}`, () => {
    const difference_ = difference(given, found)
    if (complaint === undefined) assert.equal(difference_, undefined)
    else assert.match(difference_ ?? '', complaint)
  })

test('the ledger looks at each hop of each partition, and at what has no business in the topic', async () => {
  const logs = new Map<string, string[]>()
  const ledger = new Ledger(clientOf(logs), 2)
  await ledger.give('a', 3)
  assert.deepEqual(logs.get('a-1'), ['3:0', '4:0', '5:0'])
  logs.set('b-0', ['0:1', '1:1', '2:1'])
  logs.set('b-1', ['3:1', '5:1', '4:2'])
  assert.deepEqual(await ledger.check('a', [0]), [])
  const wrong = await ledger.check('b', [1])
  assert.equal(wrong.length, 2)
  assert.match(wrong[0]!, /^b-1, hop 1: 3 expected, 2 found: 1 lost \(4\)/)
  assert.match(wrong[1]!, /^b-1: 1 strange records, as 4:2/)
})

/** A broker of two arrays a topic. */
function clientOf(logs: Map<string, string[]>): Operations {
  const log = (topic: string, partition = 0) => {
    const key = `${topic}-${partition}`
    if (!logs.has(key)) logs.set(key, [])
    return logs.get(key)!
  }
  const operations: Partial<Operations> = {
    produce: async ({ topic, messages }: ProduceOptions) => {
      for (const { partition, value } of messages) log(topic, partition).push(String(value))
    },
    consume: async ({ topic, partition = 0, from }: ConsumeOptions) =>
      log(topic, partition)
        .slice(from as number)
        .map((value, n) => ({
          key: null,
          value: Buffer.from(value),
          headers: [],
          timestampMs: 0,
          partition,
          offset: (from as number) + n,
        })),
  }
  return operations as Operations
}
