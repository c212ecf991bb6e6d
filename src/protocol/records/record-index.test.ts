import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../../base/index.ts'
import { codecs } from '../compression/codec.ts'
import { buildBatch } from './batch-builder.ts'
import { batchHeaderSize, setCrc, setLogAppendTime } from './batch-header.ts'
import { RecordError } from './record-error.ts'
import { RecordIndex } from './record-index.ts'
import { randomRecords, recordsOf } from './testing.ts'
import { checkBatch, checkProducedBatch } from './validate.ts'

const seed = seedFromEnvironment()
/** ROUNDS=… mutates for longer. */
const rounds = Number(process.env['ROUNDS'] ?? 3_000)
console.log(`record-index: SEED=${seed}`)

for (const codec of codecs)
  test(`what was built is read: random batches, ${codec} (seed ${seed})`, () => {
    const random = new SeededRandom(seed),
      index = new RecordIndex()
    for (let round = 0; round < 40; round++) {
      const records = randomRecords(random)
      const batch = buildBatch(records, { codec, baseOffset: 1000 })
      assert.equal(checkProducedBatch(batch, 0, batch.length), undefined)
      assert.deepEqual(recordsOf(index.read(batch, 0)), records)
      assert.equal(index.offset(records.length - 1), 1000 + records.length - 1)
      assert(index.isConsecutive)
    }
  })

test('a batch is read where it lies among others', () => {
  const parts = ['a', 'bb', 'ccc'].map(value => buildBatch([{ timestamp: 5, value }]))
  const log = Buffer.concat(parts)
  const index = new RecordIndex().read(log, parts[0]!.length)
  assert.equal(index.value(0)?.toString(), 'bb')
  assert.equal(index.bytes, log)
})
test('the time of the append is that of all records', () => {
  const batch = buildBatch([1, 2, 3].map(timestamp => ({ timestamp, value: 'x' })))
  setLogAppendTime(batch, 0, 99)
  assert.equal(checkBatch(batch, 0, batch.length), undefined)
  assert.deepEqual([...new RecordIndex().read(batch, 0).timestamp.subarray(0, 3)], [99, 99, 99])
})
test('timestamps far from the first of their batch are exact', () => {
  const times = [0, 1, -1, 2 ** 31, -(2 ** 31) - 1, 2 ** 40, Number.MAX_SAFE_INTEGER, -(2 ** 50)]
  const index = new RecordIndex().read(buildBatch(times.map(timestamp => ({ timestamp, value: null }))), 0)
  assert.deepEqual([...index.timestamp.subarray(0, times.length)], times)
})
test('a bomb is refused without taking the memory that it asks for', () => {
  for (const codec of codecs.slice(1)) {
    const batch = buildBatch([{ timestamp: 0, value: Buffer.alloc(8 * 2 ** 20) }], { codec })
    assert.throws(() => new RecordIndex().read(batch, 0, { decompressedSizeMax: 2 ** 20 }), {
      name: 'RecordError',
      error: 'MESSAGE_TOO_LARGE',
    })
  }
})

/** A batch around these bytes, whatever they are, its length and CRC in order. */
function batchAround(records: number[], count: number): Buffer {
  const sample = buildBatch([{ timestamp: 0, value: '' }])
  const batch = Buffer.concat([sample.subarray(0, batchHeaderSize), Buffer.from(records)])
  batch.writeInt32BE(batch.length - 12, 8)
  batch.writeInt32BE(Math.max(0, count - 1), 23)
  batch.writeInt32BE(count, 57)
  setCrc(batch, 0)
  return batch
}
// oxfmt-ignore
const malformed = [
  // count  records                                                what is wrong
  [1, [0x0c, 0, 0, 0, 1, 1, 0],                                    undefined],
  [0, [],                                                          undefined],
  [2, [0x0c, 0, 0, 0, 1, 1, 0],                                    '2 records in 7 bytes'],
  [-1, [],                                                         '-1 records in 0 bytes'],
  [2 ** 31 - 1, [0x0c, 0, 0, 0, 1, 1, 0],                          '2147483647 records in 7 bytes'],
  [1, [0x0c, 0, 0, 0, 1, 1, 0, 0],                                 '1 bytes after the last of 1 records'],
  [0, [0x0c, 0, 0, 0, 1, 1, 0],                                    '7 bytes after the last of 0 records'],
  [1, [0x0e, 0, 0, 0, 1, 1, 0],                                    'record 0 of 7 bytes in 6'],
  [1, [0x0a, 0, 0, 0, 1, 1, 0],                                    'record 0 of 5 bytes in 6'],
  [1, [0x01, 0, 0, 0, 1, 1, 0],                                    'record 0 of -1 bytes in 6'],
  [1, [0x0e, 0, 0, 0, 1, 1, 0, 0],                                 'record 0 whose fields take -1 bytes more than it has'],
  [1, [0x0c, 0, 0, 0, 3, 1, 0],                                    'record 0 with a key of -2 bytes'],
  [1, [0x0c, 0, 0, 0, 8, 1, 0],                                    'record 0 with a key of 4 bytes, of which 2 are in it'],
  [1, [0x0c, 0, 0, 0, 1, 5, 0],                                    'record 0 with a value of -3 bytes'],
  [1, [0x0c, 0, 0, 0, 1, 4, 0],                                    'record 0 with a value of 2 bytes, of which 1 are in it'],
  [1, [0x0c, 0, 0, 0, 1, 2, 0],                                    'a varint that runs out of its record'],
  [1, [0x0c, 0, 0, 0, 1, 1, 1],                                    'record 0 with -1 headers in 0 bytes'],
  [1, [0x0c, 0, 0, 0, 1, 1, 2],                                    'record 0 with 1 headers in 0 bytes'],
  [1, [0x10, 0, 0, 0, 1, 1, 2, 1, 1],                              'record 0 with a header key of -1 bytes'],
  [1, [0x10, 0, 0, 0, 1, 1, 2, 4, 1],                              'record 0 with a header key of 2 bytes'],
  [1, [0x10, 0, 0, 0, 1, 1, 2, 0, 3],                              'record 0 with a header value of -2 bytes'],
  [1, [0x10, 0, 0, 0, 1, 1, 2, 0, 2],                              'record 0 with a header value of 1 bytes'],
  [1, [0x12, 0, 0, 0, 1, 1, 2, 0, 1, 0],                           'record 0 whose fields take -1 bytes more than it has'],
  [1, [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80],                  'a varint of more than 32 bits'],
  [1, [0x80, 0x80, 0x80, 0x80, 0x10, 0, 0],                        'a varint of more than 32 bits'],
  [1, [0xff, 0xff, 0xff, 0xff, 0x0f, 0, 0],                        'record 0 of -2147483648 bytes in 2'],
  [1, [0xfe, 0xff, 0xff, 0xff, 0x0f, 0, 0],                        'record 0 of 2147483647 bytes in 2'],
  [1, [0x0c, 0, 0x80, 0x80, 0x80, 0x80, 0x80],                     'a varint that runs out of its record'],
  [1, [0x1e, 0, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x02, 0, 1, 1, 0], 'a varint of more than 64 bits'],
] as const
test('records that lie are refused, each for what it is', () => {
  for (const [count, bytes, wrong] of malformed) {
    const batch = batchAround([...bytes], count)
    if (wrong === undefined) new RecordIndex().read(batch, 0)
    else
      assert.throws(() => new RecordIndex().read(batch, 0), {
        name: 'RecordError',
        error: 'INVALID_RECORD',
        message: wrong,
      })
    // The same among other bytes: what lies behind the batch is never taken for a part of it.
    const amid = Buffer.concat([Buffer.alloc(13, 0x55), batch, Buffer.alloc(100)])
    if (wrong !== undefined) assert.throws(() => new RecordIndex().read(amid, 13), { message: wrong })
  }
})

test(`mutated batches are read or refused, and never anything else (seed ${seed})`, () => {
  const random = new SeededRandom(seed),
    index = new RecordIndex()
  let read = 0,
    refused = 0
  for (let round = 0; round < rounds; round++) {
    const batch = buildBatch(randomRecords(random, 10), { codec: random.chance(0.5) ? 'none' : random.pick(codecs) })
    for (let change = 1 + random.below(3); change > 0; change--)
      batch[random.chance(0.1) ? random.below(batch.length) : random.below(batch.length - 57) + 57] = random.chance(0.5)
        ? random.pick([0, 1, 2, 0x7f, 0x80, 0xff])
        : random.below(256)
    checkBatch(batch, 0, batch.length)
    try {
      recordsOf(index.read(batch, 0, { decompressedSizeMax: 2 ** 20 }))
      read++
    } catch (error) {
      assert(error instanceof RecordError, `SEED=${seed}, round ${round}: ${String(error)}`)
      refused++
    }
  }
  assert(read > 0 && refused > 0)
})
