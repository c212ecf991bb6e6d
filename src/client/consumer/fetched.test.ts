import assert from 'node:assert/strict'
import { test } from 'node:test'

import {
  buildBatch,
  controlBatch,
  RecordIndex,
  setBaseOffset,
  setCrc,
  type BatchOptions,
} from '../../protocol/index.ts'
import { Fetched, type FetchedOptions } from './fetched.ts'

/** A log of batches, each beginning where the last one ended. */
function log(...parts: Buffer[]): Buffer {
  let offset = 0
  for (const part of parts) {
    setBaseOffset(part, 0, offset)
    offset += part.readInt32BE(23) + 1
  }
  return Buffer.concat(parts)
}
const batch = (values: string, options: BatchOptions = {}) =>
  buildBatch(
    Array.from(values, value => ({ timestamp: 0, value })),
    options,
  )
const by = (producerId: number, values: string) =>
  batch(values, { producerId, producerEpoch: 0, baseSequence: 0, transactional: true })
const ends = (type: 'commit' | 'abort', producerId: number) =>
  controlBatch({ type, producerId, producerEpoch: 0, coordinatorEpoch: 0, timestamp: 0 })

function read(records: Buffer, options: Partial<FetchedOptions> = {}) {
  const fetched = new Fetched({
    topic: 't',
    partition: 0,
    records,
    from: 0,
    highWatermark: 1000,
    abortedTransactions: [],
    isolation: 'read_uncommitted',
    checkCrcs: true,
    ...options,
  })
  let values = ''
  for (let next = fetched.next(() => new RecordIndex()); next; next = fetched.next(() => new RecordIndex()))
    for (const { value } of next) values += value!.toString()
  return { values, position: fetched.position, endOffset: fetched.endOffset }
}
const committed = (
  records: Buffer,
  aborted: readonly (readonly [producerId: number, firstOffset: number])[],
  from = 0,
) =>
  read(records, {
    from,
    isolation: 'read_committed',
    abortedTransactions: aborted.map(([producerId, firstOffset]) => ({ producerId, firstOffset })),
  }).values

test('records come in order, and the position moves past the last', () => {
  assert.deepEqual(read(log(batch('ab'), batch('c'))), { values: 'abc', position: 3, endOffset: 3 })
})
test('records before the offset that was asked for are left out, for brokers give whole batches', () => {
  const records = log(batch('abcd', { codec: 'lz4' }), batch('ef'))
  for (const from of [0, 1, 3, 4, 5]) assert.equal(read(records, { from }).values, 'abcdef'.slice(from))
})
test('so are they where compaction has taken some away', () => {
  const records = batch('abcd')
  records.writeInt32BE(9, 23) // the last offset delta
  records[61 + 8 * 3 + 3] = 2 * 8 // the offset delta of d
  setCrc(records, 0)
  for (const [from, values] of [
    [0, 'abcd'],
    [2, 'cd'],
    [3, 'd'],
    [8, 'd'],
    [9, ''],
  ] as const)
    assert.deepEqual(read(records, { from }), { values, position: 10, endOffset: 10 })
})
test('the partial batch at the end of an answer is fetched again', () => {
  const records = log(batch('ab'), batch('cd'))
  assert.deepEqual(read(records.subarray(0, records.length - 1)), { values: 'ab', position: 2, endOffset: 2 })
})
test('markers are never given, and the position moves past them', () => {
  const records = log(by(1, 'ab'), ends('commit', 1), batch('c'), ends('abort', 7))
  assert.deepEqual(read(records), { values: 'abc', position: 5, endOffset: 5 })
})

// oxfmt-ignore
const readCommitted = [
  // what lies in the log                                                                 aborted from    given
  [log(by(1, 'ab'), ends('commit', 1)),                                                   [],             'ab'],
  [log(by(1, 'ab'), ends('abort', 1), batch('c')),                                        [[1, 0]],       'c'],
  // several transactions of one producer in an answer
  [log(by(1, 'a'), ends('abort', 1), by(1, 'b'), ends('commit', 1), by(1, 'c'), ends('abort', 1)), [[1, 0], [1, 4]], 'b'],
  [log(by(1, 'a'), ends('abort', 1), by(1, 'b'), ends('abort', 1), by(1, 'c'), ends('commit', 1)), [[1, 2], [1, 0]], 'c'],
  // the marker lies beyond the answer
  [log(by(1, 'a'), by(1, 'b')),                                                           [[1, 0]],       ''],
  // producers in turn
  [log(by(1, 'a'), by(2, 'b'), by(1, 'c'), ends('abort', 1), by(2, 'd'), ends('commit', 2)), [[1, 0]],    'bd'],
  // an idempotent producer is not a transactional one, nor does its id abort what is
  [log(batch('a', { producerId: 1, producerEpoch: 0, baseSequence: 0 }), by(1, 'b'), ends('abort', 1)), [[1, 0]], 'a'],
  // a transaction that began before the answer
  [log(by(3, 'a'), ends('abort', 3), by(3, 'b')),                                         [[3, -5]],      'b'],
] as const
test("read_committed leaves out what was aborted, by Kafka's own rule", () => {
  for (const [i, [records, aborted, given]] of readCommitted.entries())
    assert.equal(committed(records, aborted), given, `case ${i}`)
})
test('read_uncommitted gives all', () => {
  assert.equal(read(log(by(1, 'ab'), ends('abort', 1), batch('c'))).values, 'abc')
})

test('a batch whose CRC is wrong is an error that names its place, unless CRCs are not checked', () => {
  const records = log(batch('ab'), batch('cd'))
  records[records.length - 2]! ^= 1
  assert.throws(() => read(records), { code: 'CORRUPT_MESSAGE', message: /offset 2 of t-0/ })
  assert.equal(read(records, { checkCrcs: false }).values.length, 4)
})
test('a size that no batch has is an error, at once', () => {
  const records = log(batch('ab'))
  records.writeInt32BE(-5, 8)
  assert.throws(() => read(records), { code: 'CORRUPT_MESSAGE' })
})
