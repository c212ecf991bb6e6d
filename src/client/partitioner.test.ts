import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../base/index.ts'
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

const idle = () => 0
test('records without a key stay on one partition until the next batch, which goes elsewhere', () => {
  const sticky = new StickyPartitions(new SeededRandom(1), 1_000)
  const first = sticky.of('orders', [0, 1, 2], idle)
  assert.equal(sticky.of('orders', [0, 1, 2], idle), first)
  const second = sticky.next('orders', [0, 1, 2], idle)
  assert.notEqual(second, first)
  assert.equal(sticky.of('orders', [0, 1, 2], idle), second)
})

test('a partition that lost its leader is left', () => {
  const sticky = new StickyPartitions(new SeededRandom(1), 1_000)
  const first = sticky.of('orders', [0, 1], idle)
  assert.equal(sticky.of('orders', [1 - first], idle), 1 - first)
})

test('the only partition is taken again', () => {
  const sticky = new StickyPartitions(new SeededRandom(1), 1_000)
  assert.equal(sticky.of('orders', [5], idle), 5)
  assert.equal(sticky.next('orders', [5], idle), 5)
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

test('records without a key: a partition is left when a batch of bytes went to it, and its batch is full or gone', () => {
  const sticky = new StickyPartitions(new SeededRandom(1), 1_000)
  const all = [0, 1]
  const first = sticky.of('orders', all, idle)
  sticky.added('orders', 600)
  sticky.sent('orders', first, all, idle)
  assert.equal(sticky.of('orders', all, idle), first, 'a small batch that was sent does not count')
  assert.equal(sticky.filled('orders', 300, all, idle), first, 'nor one that others have filled')
  sticky.added('orders', 500)
  sticky.sent('orders', 1 - first, all, idle)
  assert.equal(sticky.of('orders', all, idle), first, 'nor the batch of another partition')
  sticky.sent('orders', first, all, idle)
  assert.equal(sticky.of('orders', all, idle), 1 - first)
  sticky.added('orders', 900)
  assert.equal(sticky.filled('orders', 100, all, idle), first)
  sticky.added('orders', 2_000)
  assert.equal(sticky.of('orders', all, idle), 1 - first, 'twice as much is enough, whatever its batch does')
})
test('records without a key go to a partition the rather the fewer batches wait for it (KIP-794)', () => {
  const seed = seedFromEnvironment()
  const sticky = new StickyPartitions(new SeededRandom(seed), 1_000)
  const waiting = [0, 3, 1]
  const counts = [0, 0, 0]
  const rounds = 7_000
  for (let i = 0; i < rounds; i++) counts[sticky.next('orders', [0, 1, 2], partition => waiting[partition]!)]!++
  // 4, 1 and 3 of 8 parts; within six standard deviations.
  for (const [partition, part] of [4 / 8, 1 / 8, 3 / 8].entries()) {
    const deviation = Math.sqrt(rounds * part * (1 - part))
    assert(Math.abs(counts[partition]! - rounds * part) < 6 * deviation, `SEED=${seed}: ${counts.join(' ')}`)
  }
})
