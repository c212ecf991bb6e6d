import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { buildBatch } from '../protocol/index.ts'
import { LogTail, TailCache } from './tail-cache.ts'

/** Batches of 100 bytes: ten fit into a chunk, twenty into the cache. */
function setUp() {
  const cache = new TailCache({ chunkSize: 1000, sizeMax: 2000 })
  const written: number[] = []
  cache.beforeReuse = () => void written.push(1)
  return { cache, tail: new LogTail(cache), other: new LogTail(cache), written }
}
function batch(baseOffset: number, sizeBytes = 100): Buffer {
  const empty = buildBatch([{ timestamp: 0, value: '' }]).length
  const made = buildBatch([{ timestamp: 0, value: Buffer.alloc(sizeBytes - empty, baseOffset) }], { baseOffset })
  assert.equal(made.length, sizeBytes)
  return made
}
const add = (tail: LogTail, offset: number, sizeBytes?: number) =>
  tail.add(batch(offset, sizeBytes), offset, offset + 1)
const limits = { maxBytes: 1e9, upTo: Infinity, minOneBatch: true }

describe('the tail of a log', () => {
  it('gives batches that stand together without a copy', () => {
    const { tail } = setUp()
    const { bytes } = add(tail, 0)
    add(tail, 1)
    const read = tail.read(0, limits)
    assert.equal(read.records.length, 200)
    assert.equal(read.lastOffset, 1)
    assert.equal(read.records.buffer, bytes.buffer)
  })
  it('gives batches that stand apart in one piece', () => {
    const { tail, other } = setUp()
    for (let offset = 0; offset < 5; offset++) {
      add(tail, offset)
      add(other, offset)
    }
    const { records, lastOffset } = tail.read(2, limits)
    assert.deepEqual(records, Buffer.concat([batch(2), batch(3), batch(4)]))
    assert.equal(lastOffset, 4)
  })
  // oxfmt-ignore
  const cases: [offset: number, limits: { maxBytes?: number; upTo?: number; minOneBatch?: boolean }, size: number, lastOffset: number][] = [
    [0, {},                                       500, 4],
    [3, {},                                       200, 4],
    [0, { maxBytes: 299 },                        200, 1],
    [0, { maxBytes: 300 },                        300, 2],
    [0, { upTo: 3 },                              300, 2],
    [2, { maxBytes: 50 },                         100, 2],
    [2, { maxBytes: 50, minOneBatch: false },     0,   1],
    [4, { upTo: 4 },                              0,   3],
  ]
  for (const [offset, some, size, lastOffset] of cases)
    it(`gives ${size} bytes of 5 batches from ${offset} with ${JSON.stringify(some)}`, () => {
      const { tail } = setUp()
      for (let i = 0; i < 5; i++) add(tail, i)
      const read = tail.read(offset, { ...limits, ...some })
      assert.equal(read.records.length, size)
      assert.equal(read.lastOffset, lastOffset)
    })
  it('loses its oldest batches to whoever appends, after what waits was written', () => {
    const { tail, other, written } = setUp()
    for (let offset = 0; offset < 5; offset++) add(tail, offset)
    for (let offset = 0; offset < 15; offset++) add(other, offset)
    assert.equal(tail.startOffset, 0)
    assert.deepEqual(written, [])
    add(other, 15)
    assert.deepEqual(written, [1])
    assert.equal(tail.startOffset, Infinity)
    assert.equal(other.startOffset, 5)
    assert.deepEqual(other.read(5, limits).records.subarray(0, 100), batch(5))
  })
  it('keeps bytes that are still being sent, while the cache goes on', () => {
    const { tail } = setUp()
    add(tail, 0)
    const { records, release } = tail.read(0, limits)
    for (let offset = 1; offset < 60; offset++) add(tail, offset)
    assert.deepEqual(records, batch(0))
    release()
    release()
    for (let offset = 60; offset < 99; offset++) add(tail, offset)
    assert.deepEqual(tail.read(98, limits).records, batch(98))
  })
  it('gives its memory back when nothing was appended for a while, after what waits was written', () => {
    const { cache, tail, written } = setUp()
    for (let offset = 0; offset < 15; offset++) add(tail, offset)
    cache.rest()
    assert.equal(tail.startOffset, 0)
    cache.rest()
    assert.deepEqual(written, [1])
    assert.equal(cache.sizeBytes, 0)
    assert.equal(tail.startOffset, Infinity)
    for (let offset = 15; offset < 30; offset++) add(tail, offset)
    cache.rest()
    assert.deepEqual(tail.read(29, limits).records, batch(29))
  })
  it('keeps its memory while bytes of it are still being sent', () => {
    const { cache, tail } = setUp()
    for (let offset = 0; offset < 15; offset++) add(tail, offset)
    const { records, release } = tail.read(14, limits)
    // What is read stands in a chunk that is taken again meanwhile.
    for (let offset = 15; offset < 50; offset++) add(tail, offset)
    for (let times = 0; times < 3; times++) cache.rest()
    assert.deepEqual(records, batch(14))
    release()
    cache.rest()
    assert.equal(cache.sizeBytes, 0)
  })
  it('finds any batch it has', () => {
    const { tail } = setUp()
    for (let offset = 0; offset < 200; offset++) add(tail, offset, 100 + (offset % 7))
    for (let offset = tail.startOffset; offset < 200; offset++)
      assert.deepEqual(tail.read(offset, { ...limits, maxBytes: 0 }).records, batch(offset, 100 + (offset % 7)))
  })
})
