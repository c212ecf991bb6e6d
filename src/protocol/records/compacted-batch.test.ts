import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { codecs } from '../compression/codec.ts'
import { buildBatch, type BatchOptions } from './batch-builder.ts'
import * as header from './batch-header.ts'
import { batchDeleteHorizon, emptyBatch, gapBatch, retainRecords } from './compacted-batch.ts'
import { RecordIndex } from './record-index.ts'
import { checkBatch } from './validate.ts'

const drafts = Array.from({ length: 300 }, (_, i) => ({
  timestamp: 1000 + i * 7,
  key: `key ${i}`,
  value: i % 5 === 0 ? null : 'v'.repeat(i),
  headers: i % 3 === 0 ? ([['name', 'value']] as const) : [],
}))
const producer = { producerId: 9, producerEpoch: 2, baseSequence: 40, baseOffset: 5000, leaderEpoch: 3 }
const batchOf = (options: BatchOptions = {}): Buffer => buildBatch(drafts, { ...producer, ...options })

/** In the midst of other bytes, as it lies in the window of a scan. */
function within(batch: Buffer): { bytes: Buffer; at: number } {
  return { bytes: Buffer.concat([Buffer.alloc(100, 0xff), batch, Buffer.alloc(50, 0xff)]), at: 100 }
}
function retain(batch: Buffer, retained: readonly number[], deleteHorizonMs?: number): Buffer {
  const { bytes, at } = within(batch)
  const records = new RecordIndex().read(bytes, at)
  const left = retainRecords(bytes, at, { records, retained, deleteHorizonMs, roomFor: size => Buffer.alloc(size) })
  assert.equal(checkBatch(left, 0, left.length), undefined)
  return left
}
function recordsOf(batch: Buffer): unknown[] {
  const records = new RecordIndex().read(batch, 0)
  return Array.from({ length: records.count }, (_, i) => [
    records.offset(i),
    records.timestamp[i],
    String(records.key(i)),
    records.value(i)?.toString(),
    records.headers(i).map(([key, value]) => [String(key), String(value)]),
  ])
}

describe('what compaction leaves of a batch', () => {
  for (const codec of codecs)
    for (const deleteHorizonMs of [undefined, 0, 1_700_000_000_000])
      it(`is the records that stay, in ${codec}, ${deleteHorizonMs === undefined ? 'without a delete horizon' : `with one at ${deleteHorizonMs}`}`, () => {
        const retained = [0, 1, 7, 150, 298]
        const batch = batchOf({ codec }),
          all = recordsOf(batch)
        const left = retain(batch, retained, deleteHorizonMs)
        assert.deepEqual(
          recordsOf(left),
          retained.map(i => all[i]),
        )
        assert.equal(header.batchCodec(left, 0), codec)
        assert.equal(batchDeleteHorizon(left, 0), deleteHorizonMs)
        assert.equal(header.batchMaxTimestamp(left, 0), 1000 + 298 * 7)
      })
  it('keeps offsets from first to last, epoch, producer and sequence', () => {
    const batch = batchOf({ transactional: true })
    for (const left of [retain(batch, [3]), retain(batch, [3], 77), emptyBatch(...inPlace(batch))])
      for (const read of [
        header.batchBaseOffset,
        header.batchLastOffset,
        header.batchLeaderEpoch,
        header.batchProducerId,
        header.batchProducerEpoch,
        header.batchBaseSequence,
        header.batchIsTransactional,
        header.batchIsControl,
      ])
        assert.equal(read(left, 0), read(batch, 0), read.name)
  })
  it('may be taken from again: its horizon stays', () => {
    const left = retain(retain(batchOf({ codec: 'lz4' }), [1, 2, 3], 5_000), [0, 2])
    assert.equal(batchDeleteHorizon(left, 0), 5_000)
    assert.deepEqual(recordsOf(left), [recordsOf(batchOf())[1], recordsOf(batchOf())[3]])
  })
  it('has the time of the append still, where it had that', () => {
    const batch = batchOf()
    header.setLogAppendTime(batch, 0, 9_000_000)
    const left = retain(batch, [4], 123)
    assert.equal(new RecordIndex().read(left, 0).timestamp[0], 9_000_000)
    assert.equal(header.batchMaxTimestamp(left, 0), 9_000_000)
  })
  it('may be the header alone', () => {
    const left = emptyBatch(...inPlace(batchOf({ codec: 'zstd' })))
    assert.equal(checkBatch(left, 0, left.length), undefined)
    assert.deepEqual(recordsOf(left), [])
    assert.equal(left.length, header.batchHeaderSize)
    assert.equal(header.batchCodec(left, 0), 'none')
  })
  it('may never have been: a gap takes offsets, and nothing else', () => {
    const gap = gapBatch(70, 75)
    assert.equal(checkBatch(gap, 0, gap.length), undefined)
    assert.deepEqual(recordsOf(gap), [])
    assert.deepEqual(
      [header.batchBaseOffset, header.batchLastOffset, header.batchProducerId, header.batchMaxTimestamp].map(read =>
        read(gap, 0),
      ),
      [70, 74, -1, -1],
    )
  })
})
function inPlace(batch: Buffer): [Buffer, number] {
  const { bytes, at } = within(batch)
  return [bytes, at]
}
