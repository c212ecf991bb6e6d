import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ManualClock } from '../base/index.ts'
import { Deadlines, Expiring } from './deadlines.ts'

suite('Deadlines', () => {
  class Call extends Expiring {
    readonly #call: () => void
    constructor(call: () => void) {
      super()
      this.#call = call
    }
    expire(): void {
      this.#call()
    }
  }
  const named = (name: string, expired: string[]) => new Call(() => void expired.push(name))

  test('each expires in its time, those of one duration in the order in which they came', async () => {
    const clock = new ManualClock(),
      deadlines = new Deadlines(clock),
      expired: string[] = []
    deadlines.add(named('a', expired), 100)
    deadlines.add(named('short', expired), 30)
    await clock.advance(10)
    deadlines.add(named('b', expired), 100)
    await clock.advance(89)
    assert.deepEqual(expired, ['short'])
    await clock.advance(1)
    assert.deepEqual(expired, ['short', 'a'])
    await clock.advance(10)
    assert.deepEqual(expired, ['short', 'a', 'b'])
  })
  test('one that was removed does not expire, and the rest keep their time', async () => {
    const clock = new ManualClock(),
      deadlines = new Deadlines(clock),
      expired: string[] = []
    const first = named('first', expired)
    deadlines.add(first, 100)
    await clock.advance(50)
    deadlines.add(named('second', expired), 100)
    deadlines.remove(first, 100)
    await clock.advance(99)
    assert.deepEqual(expired, [])
    await clock.advance(1)
    assert.deepEqual(expired, ['second'])
  })
  test('one that is added while another expires waits its whole time', async () => {
    const clock = new ManualClock(),
      deadlines = new Deadlines(clock),
      expired: string[] = []
    deadlines.add(new Call(() => deadlines.add(named('next', expired), 100)), 100)
    await clock.advance(199)
    assert.deepEqual(expired, [])
    await clock.advance(1)
    assert.deepEqual(expired, ['next'])
  })
})
