import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { BufferPool } from './buffer-pool.ts'

const options = { sizeMin: 1024, sizeMax: 8192, idleBytesMax: 16_384 }

describe('a pool of buffers', () => {
  // oxfmt-ignore
  const cases = [
    // asked  given
    [1,       1024],
    [1024,    1024],
    [1025,    2048],
    [8192,    8192],
    [8193,    8193],
  ] as const
  for (const [asked, given] of cases)
    it(`gives ${given} bytes to who asks for ${asked}`, () => {
      assert.equal(new BufferPool(options).take(asked).length, given)
    })
  it('gives the same ones again', () => {
    const pool = new BufferPool(options),
      buffer = pool.take(5000)
    pool.give(buffer)
    assert.equal(pool.idleBytes, 8192)
    assert.equal(pool.take(8000), buffer)
    assert.equal(pool.idleBytes, 0)
  })
  it('frees what is too large, or more than it keeps', () => {
    const pool = new BufferPool(options),
      buffers = [9000, 8192, 8192, 1024].map(size => pool.take(size))
    for (const buffer of buffers) pool.give(buffer)
    assert.deepEqual(
      buffers.map(({ length }) => length),
      [0, 8192, 8192, 0],
    )
    assert.equal(pool.idleBytes, 16_384)
  })
  it('frees, when it rests, what was not needed since it rested last', () => {
    const pool = new BufferPool(options),
      buffers = [1000, 1000, 1000].map(size => pool.take(size))
    for (const buffer of buffers) pool.give(buffer)
    pool.rest()
    assert.equal(pool.idleBytes, 3072)
    // Two are needed at once, again and again; the third is not.
    for (let time = 0; time < 3; time++) {
      const taken = [pool.take(1), pool.take(1)]
      for (const buffer of taken) pool.give(buffer)
    }
    pool.rest()
    assert.equal(pool.idleBytes, 2048)
    assert.deepEqual(
      buffers.map(({ length }) => length).toSorted((a, b) => a - b),
      [0, 1024, 1024],
    )
    pool.rest()
    assert.equal(pool.idleBytes, 0)
    assert.equal(pool.take(1).length, 1024)
  })
})
