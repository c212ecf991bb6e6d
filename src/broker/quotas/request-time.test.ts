import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock } from '../../base/index.ts'
import { RequestTime } from './request-time.ts'

// oxfmt-ignore
const cases: readonly (readonly [what: string, busyMs: number, handlersMs: readonly number[], expected: number])[] = [
  ['the thread did nothing but to run handlers',     20,  [10, 10],  1],
  ['as much again went into reading and writing',    40,  [10, 10],  2],
  ['handlers are a tenth of it',                    100,  [4, 6],   10],
  ['it was busy with something else',               100,  [0.01],   50],
  ['the clock of the thread is behind',               5,  [10],      1],
]
for (const [what, busyMs, handlersMs, expected] of cases)
  test(`where ${what}, a request takes ${expected} times what its handler did`, async () => {
    const clock = new ManualClock()
    let busy = 1000
    const time = new RequestTime(clock, () => busy)
    for (const ms of handlersMs.slice(0, -1)) assert.equal(time.of(ms), ms)
    await clock.advance(100)
    busy += busyMs
    const last = handlersMs.at(-1)!
    assert.equal(time.of(last), last * expected)
    assert.equal(time.of(3), 3 * expected)
  })
