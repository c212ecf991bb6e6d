import assert from 'node:assert/strict'
import { it } from 'node:test'
import { getHeapSpaceStatistics } from 'node:v8'

import { ManualClock } from './manual-clock.ts'
import { boundYoungGeneration } from './young-generation.ts'

const newSpaceBytes = (): number =>
  getHeapSpaceStatistics().find(({ space_name }) => space_name === 'new_space')!.space_size

it('the space of new objects stays small, however many of them live on', async () => {
  const clock = new ManualClock(),
    stop = boundYoungGeneration(clock)
  const living: object[] = []
  for (let count = 1; count <= 1_000_000; count++) {
    living.push({ count, also: [count] })
    if (count % 5_000 === 0) await clock.advance(250)
  }
  assert.equal(living.length, 1_000_000)
  assert.ok(newSpaceBytes() < 40 * 2 ** 20, `${newSpaceBytes()} bytes`)
  stop()
})
