// Offsets as kafka-consumer-groups writes and reads them in CSV.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { readOffsets, writeOffsets } from './csv.ts'

const offset = (groupId: string, topic: string) => ({ groupId, topic, partition: 1, offset: 20 })

// oxfmt-ignore
const written: [groupId: string, topic: string, withGroup: boolean, text: string][] = [
  ['g',       'orders',                        false, 'orders,1,20\n'],
  ['g',       'orders',                        true,  'g,orders,1,20\n'],
  ['g 1',     'orders',                        true,  '"g 1",orders,1,20\n'],
  ['a"b',     'orders',                        true,  '"a""b",orders,1,20\n'],
  ['g',       'a-topic-with-quite-a-long-name', false, '"a-topic-with-quite-a-long-name",1,20\n'],
]
for (const [groupId, topic, withGroup, text] of written)
  test(`offsets are written as ${JSON.stringify(text)}, and read again`, () => {
    const offsets = [offset(groupId, topic)]
    assert.equal(writeOffsets(offsets, { withGroup }), text)
    assert.deepEqual(readOffsets(text, withGroup ? undefined : groupId), offsets)
  })

for (const text of ['orders', 'orders,one,2', 'orders,1', 'a,b,c,d', 'a,b,1,2,3'])
  test(`'${text}' is no line of offsets`, () =>
    assert.throws(() => readOffsets(text, undefined), /topic,partition,offset/))
