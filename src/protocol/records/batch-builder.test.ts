import assert from 'node:assert/strict'
import { test } from 'node:test'

import { BatchBuilder, buildBatch } from './batch-builder.ts'
import * as header from './batch-header.ts'
import { controlBatch, controlType } from './control-batch.ts'
import { RecordIndex } from './record-index.ts'
import { draft } from './testing.ts'
import { checkBatch } from './validate.ts'

test('the header says what was asked for', () => {
  const batch = buildBatch([draft('a', 10), draft('b', 30), draft('c', 20)], {
    codec: 'gzip',
    baseOffset: 2 ** 41,
    leaderEpoch: 3,
    producerId: 2 ** 33,
    producerEpoch: 4,
    baseSequence: 5,
    transactional: true,
  })
  const said = Object.fromEntries(
    Object.entries(header).flatMap(([name, read]) =>
      typeof read === 'function' && name.startsWith('batch')
        ? [[name, (read as (b: Buffer, at: number) => unknown)(batch, 0)]]
        : [],
    ),
  )
  assert.deepEqual(said, {
    batchAttributes: 0b10001,
    batchBaseOffset: 2 ** 41,
    batchBaseSequence: 5,
    batchBaseTimestamp: 10,
    batchCodec: 'gzip',
    batchCrc: said['batchCrc'],
    batchHasDeleteHorizon: false,
    batchHasLogAppendTime: false,
    batchIsControl: false,
    batchIsTransactional: true,
    batchLastOffset: 2 ** 41 + 2,
    batchLastOffsetDelta: 2,
    batchLeaderEpoch: 3,
    batchMagic: 2,
    batchMaxTimestamp: 30,
    batchProducerEpoch: 4,
    batchProducerId: 2 ** 33,
    batchRecordCount: 3,
    batchSizeBytes: batch.length,
  })
})
test('a record that does not fit is left out, save the first', () => {
  const builder = new BatchBuilder({ sizeMax: 200 })
  assert(builder.append(draft('x'.repeat(1000))))
  assert(!builder.append(draft('')))
  assert.equal(new RecordIndex().read(builder.finish(), 0).count, 1)
  let appended = 0
  while (builder.append(draft('0123456789'))) appended++
  assert.equal(builder.count, appended)
  assert(builder.sizeBytes <= 200 && builder.sizeBytes > 180)
  assert.equal(builder.finish().length <= 200, true)
})
test('a finished batch is not touched by the ones built after it', () => {
  const builder = new BatchBuilder({ sizeMax: 2000 })
  const finished = Array.from('abcdefgh', letter => {
    for (let i = 0; i < letter.charCodeAt(0) % 7 || i === 0; i++) builder.append(draft(letter.repeat(200)))
    return builder.finish()
  })
  for (const [i, batch] of finished.entries()) {
    assert.equal(checkBatch(batch, 0, batch.length), undefined)
    assert.equal(new RecordIndex().read(batch, 0).value(0)?.toString(), 'abcdefgh'[i]!.repeat(200))
  }
})
test('texts are written as UTF-8', () => {
  const index = new RecordIndex().read(
    buildBatch([
      {
        timestamp: 0,
        key: 'é',
        value: '日本',
        headers: [
          ['ü', '🎉'],
          ['n', null],
        ],
      },
    ]),
    0,
  )
  assert.equal(`${index.key(0)} ${index.value(0)}`, 'é 日本')
  assert.deepEqual(
    index.headers(0).map(([key, value]) => [String(key), value && String(value)]),
    [
      ['ü', '🎉'],
      ['n', null],
    ],
  )
})
test('a marker is a control batch that says which transaction ends, and how', () => {
  for (const type of ['commit', 'abort'] as const) {
    const batch = controlBatch({ type, producerId: 9, producerEpoch: 2, coordinatorEpoch: 7, timestamp: 5 })
    assert(header.batchIsControl(batch, 0) && header.batchIsTransactional(batch, 0))
    assert.equal(header.batchBaseSequence(batch, 0), -1)
    const index = new RecordIndex().read(batch, 0)
    assert.equal(controlType(index.key(0)), type)
    assert.equal(index.value(0)?.toString('hex'), '000000000007')
  }
  assert.equal(controlType(null), undefined)
})

test('texts are written as their bytes are, whatever a character takes', () => {
  const texts = ['', 'plain', 'é', 'éé', 'aé', '€€€', '𐍈', 'a𐍈', 'x'.repeat(1023) + 'é', '\ud800', '𐍈'.repeat(500)]
  for (const key of texts)
    for (const value of texts) {
      const headers = [[key, value] as const, [value, null] as const]
      const bytesOf = (text: string) => Buffer.from(text)
      const asTexts = buildBatch([draft('before'), { timestamp: 7, key, value, headers }, draft('after')])
      const asBytes = buildBatch([
        draft('before'),
        {
          timestamp: 7,
          key: bytesOf(key),
          value: bytesOf(value),
          headers: headers.map(([name, value]) => [bytesOf(name), value === null ? null : bytesOf(value)] as const),
        },
        draft('after'),
      ])
      assert(asTexts.equals(asBytes), JSON.stringify([key, value]))
    }
})
test('a text that is longer than it looks is left out where it does not fit', () => {
  const builder = new BatchBuilder({ sizeMax: 300 })
  assert(builder.append(draft('first')))
  assert(!builder.append({ timestamp: 0, value: '€'.repeat(100) }))
  assert(builder.append({ timestamp: 0, value: 'e'.repeat(100) }))
  const read = new RecordIndex().read(builder.finish(), 0)
  assert.equal(read.count, 2)
  assert.equal(String(read.value(1)), 'e'.repeat(100))
})
for (const codec of ['none', 'lz4', 'zstd'] as const)
  test(`a sealed batch is what finish gives, and lies in the builder only where it fills it, ${codec}`, () => {
    // Of 1 KiB to begin with, and twice that from there on.
    for (const [fill, lies] of [
      [200, false],
      [600, true],
      [1_100, true],
      [4_000, true],
    ] as const) {
      const builder = new BatchBuilder({ sizeMax: Infinity })
      builder.append(draft('v'.repeat(fill)))
      const sealed = builder.seal({ codec })
      assert.equal(builder.lies(sealed), lies, `${fill} bytes`)
      assert(sealed.equals(buildBatch([draft('v'.repeat(fill))], { codec })), `${fill} bytes`)
      builder.reset()
      builder.append(draft('next'))
      assert(builder.finish().equals(buildBatch([draft('next')])))
    }
  })
