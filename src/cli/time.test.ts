import assert from 'node:assert/strict'
import { test } from 'node:test'

import { timeOption } from './time.ts'

const now = Date.UTC(2026, 0, 2)
// oxfmt-ignore
const times = [
  ['2024-05-01T12:00Z', Date.UTC(2024, 4, 1, 12)],
  ['2024-05-01',        Date.UTC(2024, 4, 1)],
  ['1714564800000',     1_714_564_800_000],
  ['-15m',              now - 15 * 60_000],
  ['-1.5h',             now - 90 * 60_000],
  ['-500ms',            now - 500],
] as const
for (const [given, expected] of times)
  test(`the time ${given} is understood`, () => assert.equal(timeOption(given, 'at', now), expected))

for (const given of ['', 'noon', '=-2', '-2', '15m', '2024-13-01', '-1y'])
  test(`'${given}' is no time`, () => assert.throws(() => timeOption(given, 'at', now), /--at takes a time such as/))
