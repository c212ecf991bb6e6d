import assert from 'node:assert/strict'
import { test } from 'node:test'

import { buildBatch, type BatchOptions } from './batch-builder.ts'
import { setBaseOffset, setCrc, setLeaderEpoch } from './batch-header.ts'
import { controlBatch } from './control-batch.ts'
import { draft } from './testing.ts'
import { batches, checkBatch, checkProducedBatch } from './validate.ts'

const three = (options?: BatchOptions) =>
  buildBatch(
    ['a', 'b', 'c'].map(value => draft(value)),
    options,
  )
const changed = (change: (batch: Buffer) => void, options?: BatchOptions) => {
  const batch = three(options)
  change(batch)
  setCrc(batch, 0)
  return batch
}
const dirty = (at: number, value: number) => {
  const batch = three()
  batch[at] = value
  return batch
}

// oxfmt-ignore
const cases = [
  // batch                                                      stored              produced
  [three(),                                                     'sound',            'sound'],
  [three({ codec: 'zstd', producerId: 1, baseSequence: 0 }),    'sound',            'sound'],
  [changed(b => setBaseOffset(b, 0, 2 ** 40)),                  'sound',            'sound'],
  [changed(b => b.writeInt32BE(1, 57)),                         'sound',            'INVALID_RECORD'],   // compacted
  [changed(b => b.writeInt32BE(0, 57)),                         'sound',            'INVALID_RECORD'],
  [changed(b => b.writeInt32BE(4, 57)),                         'INVALID_RECORD',   'INVALID_RECORD'],
  [changed(b => b.writeInt32BE(-1, 57)),                        'INVALID_RECORD',   'INVALID_RECORD'],
  [changed(b => b.writeInt32BE(-1, 23)),                        'INVALID_RECORD',   'INVALID_RECORD'],
  [changed(b => b.writeInt16BE(5, 21)),                         'INVALID_RECORD',   'INVALID_RECORD'],   // codec 5
  [three({ producerId: 7 }),                                    'sound',            'INVALID_RECORD'],   // no sequence
  [three({ timestampType: 'LogAppendTime' }),                   'sound',            'INVALID_TIMESTAMP'],
  [marker(),                                                    'sound',            'INVALID_RECORD'],
  [dirty(40, 1),                                                'CORRUPT_MESSAGE',  'CORRUPT_MESSAGE'],
  [dirty(65, 0xee),                                             'CORRUPT_MESSAGE',  'CORRUPT_MESSAGE'],
  [dirty(16, 1),                                                'INVALID_RECORD',   'INVALID_RECORD'],   // magic
  [dirty(16, 3),                                                'CORRUPT_MESSAGE',  'CORRUPT_MESSAGE'],
  [dirty(11, 0),                                                'CORRUPT_MESSAGE',  'CORRUPT_MESSAGE'],   // length
  [dirty(8, 0x80),                                              'CORRUPT_MESSAGE',  'CORRUPT_MESSAGE'],
  [dirty(8, 0x7f),                                              'CORRUPT_MESSAGE',  'CORRUPT_MESSAGE'],
  [three().subarray(0, 60),                                     'CORRUPT_MESSAGE',  'CORRUPT_MESSAGE'],
  [three().subarray(0, 70),                                     'CORRUPT_MESSAGE',  'CORRUPT_MESSAGE'],
  [Buffer.alloc(0),                                             'CORRUPT_MESSAGE',  'CORRUPT_MESSAGE'],
] as const
function marker() {
  return controlBatch({ type: 'abort', producerId: 1, producerEpoch: 0, coordinatorEpoch: 0, timestamp: 0 })
}

test('a batch is sound, or refused with the error that Kafka gives', () => {
  for (const [i, [batch, stored, produced]] of cases.entries()) {
    assert.equal(checkBatch(batch, 0, batch.length)?.error ?? 'sound', stored, `case ${i}`)
    assert.equal(checkProducedBatch(batch, 0, batch.length)?.error ?? 'sound', produced, `case ${i}`)
  }
})
test('base offset and leader epoch lie outside the checksum', () => {
  const batch = three()
  setBaseOffset(batch, 0, 123)
  setLeaderEpoch(batch, 0, 9)
  assert.equal(checkBatch(batch, 0, batch.length), undefined)
})
test('the batches of a buffer are found, but for a partial one at its end', () => {
  const one = three(),
    log = Buffer.concat([one, one, one])
  assert.deepEqual([...batches(log)], [0, one.length, 2 * one.length])
  assert.deepEqual([...batches(log, one.length)], [one.length, 2 * one.length])
  for (const cut of [1, 50, one.length - 1]) assert.equal([...batches(log.subarray(0, log.length - cut))].length, 2)
  assert.equal([...batches(log, 0, 2 * one.length)].length, 2)
  assert.deepEqual([...batches(Buffer.alloc(0))], [])
})
test('a size that no batch can have is an error, not an endless list', () => {
  const log = Buffer.concat([three(), dirty(11, 0)])
  assert.throws(() => [...batches(log)], { error: 'CORRUPT_MESSAGE' })
})
