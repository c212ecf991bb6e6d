import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { PageAlignedBuffers } from './page-aligned-buffers.ts'

describe('page-aligned buffers', () => {
  it('are as many as were asked for, side by side in one memory', () => {
    const buffers = new PageAlignedBuffers({ bufferSize: 8192, count: 2 }),
      [first, second] = [buffers.take()!, buffers.take()!]
    assert.equal(buffers.take(), undefined)
    assert.equal(first.buffer, second.buffer)
    assert.deepEqual(
      [first.byteOffset, second.byteOffset].toSorted((a, b) => a - b),
      [0, 8192],
    )
    buffers.give(first)
    assert.equal(buffers.take(), first)
  })
  it('let go of their memory when they rest, unless one is in use or was since they rested last', () => {
    const buffers = new PageAlignedBuffers({ bufferSize: 8192, count: 1 }),
      first = buffers.take()!
    const isTakenAgain = (): boolean => {
      const next = buffers.take()!
      buffers.give(next)
      return next === first
    }
    for (let times = 0; times < 3; times++) buffers.rest()
    buffers.give(first)
    assert.ok(isTakenAgain())
    buffers.rest()
    assert.ok(isTakenAgain())
    buffers.rest()
    buffers.rest()
    assert.equal(isTakenAgain(), false)
  })
})
