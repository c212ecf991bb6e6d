import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SampledRate } from './sampled-rate.ts'
import { TokenBucket } from './token-bucket.ts'

const window = { samples: 11, sampleMs: 1000 }

test('a burst counts as if spread over the window', () => {
  const rate = new SampledRate(window)
  rate.record(10_000, 0)
  assert.equal(rate.measure(0), 1000)
  assert.equal(rate.throttleMs(1000, 0), 0)
  rate.record(10_000, 0)
  assert.equal(rate.throttleMs(1000, 0), 10_000)
})
test('what is older than the window does not count', () => {
  const rate = new SampledRate(window)
  rate.record(10_000, 0)
  assert.equal(rate.measure(10_999), 10_000 / 10.999)
  assert.equal(rate.measure(11_000), 0)
})
test('a client that is quiet for as long as it is told keeps to its limit', () => {
  const rate = new SampledRate(window)
  const limit = 1000
  let now = 0,
    sent = 0
  while (now < 200_000) {
    const bytes = 700
    rate.record(bytes, now)
    sent += bytes
    now += 5 + rate.throttleMs(limit, now)
  }
  const afterBurst = (sent - limit * 10) / (now / 1000)
  assert.ok(Math.abs(afterBurst - limit) / limit < 0.1, `${afterBurst} a second`)
})
test('tokens come back with time, up to a burst, and may be fewer than none', () => {
  const bucket = new TokenBucket({ rate: 5, burst: 10, now: 0 })
  bucket.take(25)
  assert.equal(bucket.level(0), -15)
  assert.equal(bucket.level(1000), -10)
  assert.equal(bucket.level(3000), 0)
  assert.equal(bucket.level(60_000), 10)
})
