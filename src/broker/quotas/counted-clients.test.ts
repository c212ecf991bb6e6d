import assert from 'node:assert/strict'
import { test } from 'node:test'

import { CountedClients } from './counted-clients.ts'
import { SampledRate } from './sampled-rate.ts'
import { TokenBucket } from './token-bucket.ts'

const window = { samples: 11, sampleMs: 1000 }

test('clients that come with a new name each time are forgotten, and those that still count are not', () => {
  const clients = new CountedClients<SampledRate>((rate, now) => rate.isOver(now))
  const greedy = clients.of('greedy', 0, () => new SampledRate(window))
  let largest = 0
  for (let now = 0; now < 100_000; now++) {
    clients.of(`client-${now}`, now, () => new SampledRate(window)).record(1, now)
    if (now % 1000 === 0) greedy.record(1, now)
    largest = Math.max(largest, clients.size)
  }
  assert(largest < 30_000, `${largest}`)
  assert.equal(
    clients.of('greedy', 100_000, () => assert.fail('was forgotten')),
    greedy,
  )
})
test('what has not come back to its burst is kept', () => {
  const buckets = new CountedClients<TokenBucket>((bucket, now) => bucket.isFull(now))
  const create = (now: number) => () => new TokenBucket({ rate: 1, burst: 10, now })
  const empty = buckets.of('empty', 0, create(0))
  empty.take(10)
  for (let i = 0; i < 2_000; i++) buckets.of(`client-${i}`, 5_000, create(5_000))
  assert(buckets.size < 1_100, `${buckets.size}`)
  assert.equal(
    buckets.of('empty', 5_000, () => assert.fail('was forgotten')),
    empty,
  )
})
