import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { batchLeaderEpoch, batches, RecordIndex } from '../protocol/index.ts'
import type { PartitionLog } from './partition-log.ts'
import { appended, batchOf, openLog, read, reopen } from './testing.ts'

/** Offsets and values of the batches that a read gives. */
function valuesOf(records: Uint8Array): [offset: number, value: string][] {
  const bytes = Buffer.from(records),
    index = new RecordIndex()
  return [...batches(bytes)].flatMap(at => {
    index.read(bytes, at)
    return Array.from({ length: index.count }, (_, i): [number, string] => [index.offset(i), String(index.value(i))])
  })
}
function allOf(log: PartitionLog, maxBytes = 2 ** 20): [number, string][] {
  const all: [number, string][] = []
  for (let offset = log.logStartOffset; offset < log.endOffset;) {
    const { records, lastOffset } = read(log, offset, { maxBytes, minOneBatch: true })
    all.push(...valuesOf(records))
    offset = lastOffset + 1
  }
  return all
}

describe('a log', () => {
  it('gives back what was appended, with offsets and leader epoch set', async () => {
    const { log } = await openLog()
    assert.equal(appended(log, batchOf(['a', 'b']), { leaderEpoch: 7 }).baseOffset, 0)
    assert.equal(appended(log, batchOf(['c']), { leaderEpoch: 7 }).baseOffset, 2)
    assert.equal(log.endOffset, 3)
    const { records, lastOffset } = read(log, 0)
    const bytes = Buffer.from(records)
    assert.deepEqual(
      [...batches(bytes)].map(at => batchLeaderEpoch(bytes, at)),
      [7, 7],
    )
    assert.deepEqual(valuesOf(records), [
      [0, 'a'],
      [1, 'b'],
      [2, 'c'],
    ])
    assert.equal(lastOffset, 2)
  })
  it('is the same when it is opened again', async () => {
    const before = await openLog({ segmentBytes: 300 })
    for (let i = 0; i < 20; i++) appended(before.log, batchOf([`value ${i}`]))
    const { log } = await reopen(before)
    assert.equal(log.endOffset, 20)
    assert.deepEqual(
      allOf(log),
      Array.from({ length: 20 }, (_, i) => [i, `value ${i}`]),
    )
    assert.equal(appended(log, batchOf(['more'])).baseOffset, 20)
  })
})
