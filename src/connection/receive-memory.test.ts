import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ReceiveMemory } from './receive-memory.ts'

test('a pooled buffer is the next power of two, and is used again', () => {
  const memory = new ReceiveMemory(2 ** 20)
  // oxfmt-ignore
  const cases = [
    // asked        given
    [1,             4_096],
    [4_096,         4_096],
    [4_097,         8_192],
    [100_000,       131_072],
    [131_073,       262_144],
    [4_194_304,     4_194_304],
  ] as const
  for (const [asked, given] of cases) {
    const buffer = memory.take(asked)
    assert.equal(buffer.length, given)
    memory.giveBack(buffer)
    assert.equal(memory.take(asked), buffer)
  }
})
test('a buffer larger than any pooled one is exact, and freed when it is given back', () => {
  const memory = new ReceiveMemory(2 ** 20),
    buffer = memory.take(5_000_000)
  assert.equal(buffer.length, 5_000_000)
  memory.giveBack(buffer)
  assert.equal(buffer.length, 0)
  assert.notEqual(memory.take(5_000_000), buffer)
})
test('while somebody waits for memory, others read less at a time', () => {
  const memory = new ReceiveMemory(100),
    first = memory.reserve(100, assert.fail)
  assert.equal(memory.readBuffer(), memory.shared)
  let granted = 0
  const second = memory.reserve(1, () => void granted++)
  assert(memory.readBuffer().length < memory.shared.length)
  memory.release(first)
  assert.equal(granted, 1)
  assert.equal(memory.readBuffer(), memory.shared)
  memory.release(second)
  assert.equal(memory.reservedBytes, 0)
})
test('one that gives up waiting lets those behind it go on', () => {
  const memory = new ReceiveMemory(100),
    granted: string[] = []
  const holder = memory.reserve(60, assert.fail)
  const large = memory.reserve(80, () => granted.push('large'))
  const small = memory.reserve(40, () => granted.push('small'))
  assert.equal(memory.waitingCount, 2)
  memory.release(large)
  assert.deepEqual(granted, ['small'])
  memory.release(small)
  memory.release(holder)
  assert.equal(memory.reservedBytes, 0)
})
