import assert from 'node:assert/strict'
import { test } from 'node:test'

import { checkOffsetReset, resetPlace, type OffsetReset } from './offset-reset.ts'

// oxfmt-ignore
const places = [
  // offsetReset                  at 1_000_000_000
  ['earliest',                    'earliest'],
  ['latest',                      'latest'],
  ['by_duration:PT0S',            1_000_000_000],
  ['by_duration:PT1.5S',            999_998_500],
  ['by_duration:PT1H2M3S',          996_277_000],
  ['by_duration:P2DT1H',            823_600_000],
  ['by_duration:P99D',                      0],
  ['by_duration:p1d',               913_600_000],
] as const
for (const [reset, place] of places)
  test(`offsetReset ${reset} begins at ${place}`, () => {
    checkOffsetReset(reset)
    assert.equal(resetPlace(reset, 1_000_000_000), place)
  })
for (const reset of [
  '',
  'newest',
  'by_duration:',
  'by_duration:P',
  'by_duration:PT',
  'by_duration:P1DT',
  'by_duration:-PT1H',
  'by_duration:P1M',
  'by_duration:1h',
])
  test(`offsetReset '${reset}' is refused`, () => {
    assert.throws(() => checkOffsetReset(reset as OffsetReset), {
      code: 'INVALID_ARGUMENT',
      message: /by_duration:PT24H/,
    })
  })
