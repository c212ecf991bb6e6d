import assert from 'node:assert/strict'
import { it } from 'node:test'

import { ManualClock, silentLogger, type LogFields } from '../base/index.ts'
import { WriteFailures } from './write-failures.ts'

it('writes that fail one after the other are told once a second, and how many they were; a log that goes offline at once', async () => {
  const told: LogFields[] = [],
    clock = new ManualClock()
  const failures = new WriteFailures({ clock, logger: { ...silentLogger, error: (_, fields) => told.push(fields!) } })
  const fail = (partition: number, offline = false): void =>
    failures.add({ topic: 't', partition }, new Error('no space'), offline)
  const take = (): unknown[] =>
    told.splice(0).map(({ partition, offline, andBefore = 0 }) => [partition, offline, andBefore])
  for (const partition of [0, 1, 2]) fail(partition)
  assert.deepEqual(take(), [[0, false, 0]])
  await clock.advance(999)
  fail(3)
  assert.deepEqual(take(), [])
  await clock.advance(1)
  fail(4)
  fail(5)
  fail(6, true)
  assert.deepEqual(take(), [
    [4, false, 3],
    [6, true, 1],
  ])
})
