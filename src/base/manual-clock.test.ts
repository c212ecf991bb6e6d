import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ManualClock } from './manual-clock.ts'

suite('a manual clock', () => {
  const started = () => {
    const clock = new ManualClock(),
      heard: string[] = []
    const after = (ms: number, what: string) => clock.after(ms, () => heard.push(`${what} at ${clock.monotonic()}`))
    return { clock, heard, after }
  }

  test('stands still until it is advanced, and rings in order', async () => {
    const { clock, heard, after } = started()
    after(20, 'b')
    after(10, 'a')
    after(20, 'c')
    after(31, 'never')
    await clock.settled()
    assert.deepEqual(heard, [])
    await clock.advance(30)
    assert.deepEqual(heard, ['a at 10', 'b at 20', 'c at 20'])
    assert.deepEqual([clock.now(), clock.monotonic()], [ManualClock.startTime + 30, 30])
  })
  test('what a timer sets off settles before the next moment', async () => {
    const { clock, heard, after } = started()
    clock.after(10, () => clock.soon(() => void Promise.resolve().then(() => clock.soon(() => heard.push('settled')))))
    after(11, 'next')
    await clock.advance(11)
    assert.deepEqual(heard, ['settled', 'next at 11'])
  })
  test('what is due at one moment rings before anything that is to run soon', async () => {
    const { clock, heard, after } = started()
    clock.after(10, () => clock.soon(() => heard.push('soon')))
    after(10, 'due')
    await clock.advance(10)
    assert.deepEqual(heard, ['due at 10', 'soon'])
  })
  test('after a stall what has become due rings late, and before what had come meanwhile is heard of', async () => {
    const { clock, heard, after } = started()
    after(10, 'due')
    clock.soon(() => heard.push('arrived'))
    clock.stall(50)
    await clock.advance(0)
    assert.deepEqual(heard, ['due at 50', 'arrived'])
  })
  test('a timer that is cancelled does not ring, not even by another of its moment', async () => {
    const { clock, heard, after } = started()
    after(10, 'early').cancel()
    clock.after(20, () => late.cancel())
    const late = after(20, 'late')
    await clock.advance(30)
    assert.deepEqual(heard, [])
  })
  test('a sleep ends in its time, or by its signal', async () => {
    const { clock } = started()
    const abort = new AbortController()
    const sleeps = [clock.sleep(10), clock.sleep(10, abort.signal)]
    abort.abort(new Error('enough'))
    await assert.rejects(sleeps[1]!, /enough/)
    await clock.advance(10)
    await sleeps[0]
  })
})
