import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock } from '../base/index.ts'
import type { Partition } from './partition.ts'
import { StateLog } from './state-log.ts'

test('a piece of the state is let go with the next one, and the last by who has loaded it', () => {
  let held = 0
  const read = (offset: number) => {
    held++
    return { error: 'NONE', records: Buffer.from(`at ${offset}`), lastOffset: offset, release: () => void held-- }
  }
  const log = new StateLog({ log: { read } } as unknown as Partition, new ManualClock())
  assert.equal(String(log.read(0)), 'at 0')
  assert.equal(String(log.read(1)), 'at 1')
  assert.equal(held, 1)
  log.release()
  log.release()
  assert.equal(held, 0)
})
