import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { ManualClock } from '../../base/index.ts'
import { Pace } from './pace.ts'

const never = new AbortController().signal

describe('background work', () => {
  it('waits until its bytes are due', async () => {
    const clock = new ManualClock(),
      pace = new Pace({ clock, bytesPerSecondMax: 1000 })
    let isDue = false
    const worked = pace.worked(500, never).then(() => (isDue = true))
    await clock.advance(499)
    assert.equal(isDue, false)
    await clock.advance(1)
    await worked
  })
  it('saves up what is too short to wait for, and not what it did not use', async () => {
    const clock = new ManualClock(),
      pace = new Pace({ clock, bytesPerSecondMax: 1000 })
    for (let i = 0; i < 4; i++) await pace.worked(1, never)
    let isDue = false
    const worked = pace.worked(1, never).then(() => (isDue = true))
    await clock.advance(4)
    assert.equal(isDue, false)
    await clock.advance(1)
    await worked
    await clock.advance(60_000)
    isDue = false
    const later = pace.worked(100, never).then(() => (isDue = true))
    await clock.advance(99)
    assert.equal(isDue, false)
    await clock.advance(1)
    await later
  })
  it('is given up by its signal', async () => {
    const clock = new ManualClock(),
      cancel = new AbortController()
    const pace = new Pace({ clock, bytesPerSecondMax: 1000 })
    const worked = pace.worked(5000, cancel.signal)
    cancel.abort(new Error('enough'))
    await assert.rejects(worked, /enough/)
  })
})
