import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom } from '../base/index.ts'
import { murmur2, partitionOfKey, StickyPartitions, partitionerOf, partitioners } from './partitioner.ts'

// oxfmt-ignore
// The values of Apache Kafka's own test, UtilsTest.testMurmur2.
const hashes = [
  ['21',                                  -973932308],
  ['foobar',                              -790332482],
  ['a-little-bit-long-string',            -985981536],
  ['a-little-bit-longer-string',          -1486304829],
  ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ['abc',                                 479470107],
] as const

for (const [key, hash] of hashes) {
  test(`murmur2 of ${key} is Java's`, () => assert.equal(murmur2(Buffer.from(key)), hash))
}

test('the same key goes to the same partition, in range for any hash', () => {
  for (const [key] of hashes) {
    const partition = partitionOfKey(Buffer.from(key), 7)
    assert(partition >= 0 && partition < 7)
    assert.equal(partition, partitionOfKey(Buffer.from(key), 7))
  }
})

test('records without a key stay on one partition until the next batch, which goes elsewhere', () => {
  const sticky = new StickyPartitions(new SeededRandom(1))
  const first = sticky.of('orders', [0, 1, 2])
  assert.equal(sticky.of('orders', [0, 1, 2]), first)
  const second = sticky.next('orders', [0, 1, 2])
  assert.notEqual(second, first)
  assert.equal(sticky.of('orders', [0, 1, 2]), second)
})

test('a partition that lost its leader is left', () => {
  const sticky = new StickyPartitions(new SeededRandom(1))
  const first = sticky.of('orders', [0, 1])
  assert.equal(sticky.of('orders', [1 - first]), 1 - first)
})

test('the only partition is taken again', () => {
  const sticky = new StickyPartitions(new SeededRandom(1))
  assert.equal(sticky.of('orders', [5]), 5)
  assert.equal(sticky.next('orders', [5]), 5)
})

// Of kcat 1.7 (librdkafka) with -X topic.partitioner=…, on a topic of 12 partitions.
// oxfmt-ignore
const chosen = [
  // key        consistent  consistent_random  murmur2     murmur2_random
  ['foobar',    5,          5,                 6,          6],
  ['',          0,          undefined,         9,          9],
  [null,        0,          undefined,         9,          undefined],
] as const
for (const [key, ...expected] of chosen)
  test(`partitioners of librdkafka put the key ${JSON.stringify(key)} where kcat puts it`, () => {
    const names = ['consistent', 'consistent_random', 'murmur2', 'murmur2_random'] as const
    assert.deepEqual(
      names.map(name => partitioners[name]({ topic: 't', key }, 12)),
      expected,
    )
  })
test('a partitioner that there is not is refused, with the names of those that there are', () => {
  assert.throws(() => partitionerOf('fnv1a' as 'murmur2'), { code: 'INVALID_ARGUMENT', message: /consistent_random/ })
})

test('a text goes where its bytes go', () => {
  for (const key of ['', 'k', 'ключ', '€'.repeat(256), 'k'.repeat(256), 'k'.repeat(257), '𐍈'.repeat(1000)])
    assert.equal(partitionOfKey(key, 1009), partitionOfKey(Buffer.from(key), 1009), key)
})
