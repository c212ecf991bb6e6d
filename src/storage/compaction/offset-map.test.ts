import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../../base/index.ts'
import { hashKey } from './key-hash.ts'
import { OffsetMap } from './offset-map.ts'

describe('an offset map', () => {
  it('knows the last offset of each key, and none of others', () => {
    const map = new OffsetMap({ slots: 10, loadFactor: 0.9 })
    for (const [offset, key] of ['a', 'b', 'a', ''].entries()) assert.ok(map.put(offset + 5, Buffer.from(key)))
    assert.deepEqual(
      ['a', 'b', '', 'c'].map(key => map.get(Buffer.from(key))),
      [7, 6, 8, -1],
    )
    assert.deepEqual([map.size, map.latestOffset], [3, 8])
  })
  it('takes no new key when it is full, and still those that it has', () => {
    const map = new OffsetMap({ slots: 4, loadFactor: 0.75 })
    for (const key of ['a', 'b', 'c']) assert.ok(map.put(1, Buffer.from(key)))
    assert.equal(map.put(2, Buffer.from('d')), false)
    assert.ok(map.put(3, Buffer.from('a')))
    assert.deepEqual([map.size, map.get(Buffer.from('d')), map.latestOffset], [3, -1, 3])
  })
  const seed = seedFromEnvironment()
  it(`is what a Map is, full of random keys (SEED=${seed})`, () => {
    const random = new SeededRandom(seed),
      map = new OffsetMap({ slots: 5000, loadFactor: 1 }),
      model = new Map<string, number>()
    for (let offset = 0; offset < 30_000; offset++) {
      const key = random.bytes(random.below(3)),
        text = key.toString('hex')
      const taken = map.put(offset, key)
      assert.equal(taken, model.has(text) || model.size < 4999, text)
      if (taken) model.set(text, offset)
    }
    for (const [text, offset] of model) assert.equal(map.get(Buffer.from(text, 'hex')), offset, text)
  })
})

describe('a large offset map', () => {
  it('takes as many keys as were asked for', () => {
    const map = new OffsetMap({ slots: 50_000, loadFactor: 0.9 })
    for (let offset = 0; offset < 45_000; offset++) assert.ok(map.put(offset, Buffer.from(`${offset}`)))
    assert.equal(map.put(45_000, Buffer.from('one more')), false)
    for (let offset = 0; offset < 45_000; offset++) assert.equal(map.get(Buffer.from(`${offset}`)), offset)
  })
})

describe('the hash of a key', () => {
  const text = 'I will not buy this record, it is scratched.'
  const cases = [
    ['', '00000000000000000000000000000000'],
    [text, 'a0a9683b25ac5e40d9af2895890dddf5'],
  ] as const
  for (const [key, expected] of cases)
    it(`of '${key}' is MurmurHash3's`, () => {
      const words = new Int32Array(4)
      hashKey(Buffer.from(`-${key}-`), 1, key.length + 1, words)
      assert.equal([...words].map(word => (word >>> 0).toString(16).padStart(8, '0')).join(''), expected)
    })
  it('differs with every byte of the key, and with its length', () => {
    const seen = new Set<string>(),
      words = new Int32Array(4)
    for (let length = 0; length < 40; length++)
      for (let at = 0; at <= length; at++) {
        const key = Buffer.alloc(length)
        if (at < length) key[at] = 1
        hashKey(key, 0, key.length, words)
        assert.ok(!seen.has(words.join()), `${length} bytes, ${at}`)
        seen.add(words.join())
      }
  })
})
