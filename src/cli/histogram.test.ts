import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Histogram } from './histogram.ts'

test('percentiles are within a hundredth of the truth', () => {
  const histogram = new Histogram()
  for (let i = 1; i <= 10_000; i++) histogram.add(i / 10)
  for (const share of [0.5, 0.95, 0.99, 0.999]) {
    const truth = share * 1_000
    assert(Math.abs(histogram.at(share) - truth) <= truth * 0.011, `${share}: ${histogram.at(share)}`)
  }
  assert.equal(histogram.max, 1_000)
  assert(Math.abs(histogram.mean - 500.05) < 0.01)
})
test('nothing measured is nothing', () => {
  const histogram = new Histogram()
  assert.deepEqual([histogram.mean, histogram.at(0.99), histogram.max], [0, 0, 0])
})
