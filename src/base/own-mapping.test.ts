import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { ownMapping, unmap } from './own-mapping.ts'

describe('memory with a mapping of its own', () => {
  for (const sizeBytes of [8, 2 ** 20, 40 * 2 ** 20])
    it(`is zeros, as many as ${sizeBytes} bytes or more, in words of any size`, () => {
      const words = new Float64Array(ownMapping(sizeBytes))
      assert.ok(words.byteLength >= sizeBytes)
      assert.deepEqual([words[0], words[sizeBytes / 8 - 1]], [0, 0])
    })
  it('is gone when it is given back', () => {
    const memory = ownMapping(2 ** 20),
      view = Buffer.from(memory)
    unmap(memory)
    assert.deepEqual([memory.byteLength, view.length], [0, 0])
  })
})
