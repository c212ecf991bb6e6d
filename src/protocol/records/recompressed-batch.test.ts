import assert from 'node:assert/strict'
import { test } from 'node:test'

import { codecs } from '../compression/codec.ts'
import { buildBatch } from './batch-builder.ts'
import { batchBaseSequence, batchCodec, batchIsTransactional, batchProducerId } from './batch-header.ts'
import { recompressedBatch } from './recompressed-batch.ts'
import { RecordIndex } from './record-index.ts'
import { checkProducedBatch } from './validate.ts'

const producer = { producerId: 7, producerEpoch: 1, baseSequence: 40, transactional: true }
const drafts = Array.from({ length: 500 }, (_, i) => ({
  timestamp: 1_700_000_000_000 + i,
  key: i % 3 === 0 ? null : `key ${i % 10}`,
  value: `a value that comes again and again, ${i}`,
  headers: [['h', `${i}`]] as [string, string][],
}))
function contentOf(batch: Buffer) {
  const records = new RecordIndex().read(batch, 0)
  return Array.from({ length: records.count }, (_, i) => [
    records.offset(i),
    records.timestamp[i],
    records.key(i)?.toString(),
    records.value(i)?.toString(),
    records.headers(i).map(each => each.map(String)),
  ])
}

for (const from of codecs)
  for (const to of codecs)
    test(`a batch of ${from} becomes one of ${to}: the same records of the same producer`, () => {
      const batch = buildBatch(drafts, { ...producer, codec: from })
      const made = recompressedBatch(batch, to)
      assert.equal(checkProducedBatch(made, 0, made.length), undefined)
      assert.equal(batchCodec(made, 0), to)
      assert.deepEqual(contentOf(made), contentOf(batch))
      assert.deepEqual(
        [batchProducerId(made, 0), batchBaseSequence(made, 0), batchIsTransactional(made, 0)],
        [7, 40, true],
      )
    })

test('bytes that are not of the codec are a CompressionError', () => {
  const batch = buildBatch(drafts, { codec: 'zstd' })
  batch.fill(0, 61, 80)
  assert.throws(() => recompressedBatch(batch, 'gzip'), { name: 'CompressionError', code: 'CORRUPT' })
})
