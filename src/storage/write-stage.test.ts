import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { ManualClock } from '../base/index.ts'
import { appendsMax, WriteStage, type StagedLog } from './write-stage.ts'

class Log implements StagedLog {
  readonly #told: string[]
  readonly #name: string
  constructor(name: string, told: string[]) {
    this.#name = name
    this.#told = told
  }
  writeStaged(): void {
    this.#told.push(`${this.#name} is written`)
  }
  settle(): void {
    this.#told.push(`${this.#name} is told`)
  }
}
const inOneTurn = ['a is written', 'b is written', 'a is told', 'b is told']

suite('WriteStage', () => {
  test('all logs are written once, and then told, at the end of the turn', async () => {
    const clock = new ManualClock(),
      stage = new WriteStage(clock, 'flush'),
      told: string[] = [],
      [a, b] = [new Log('a', told), new Log('b', told)]
    for (const log of [a, b, a, b]) stage.add(log)
    await Promise.resolve()
    assert.deepEqual(told, [])
    await clock.settled()
    assert.deepEqual(told, inOneTurn)
  })
  test('where very much is appended in one turn, the first does not wait for the end of it', async () => {
    const clock = new ManualClock(),
      stage = new WriteStage(clock, 'flush'),
      told: string[] = [],
      [a, b] = [new Log('a', told), new Log('b', told)]
    for (let i = 1; i < appendsMax; i++) stage.add(i === 2 ? b : a)
    await Promise.resolve()
    assert.deepEqual(told, [])
    stage.add(a)
    assert.deepEqual(told, [], 'not within the append')
    await Promise.resolve()
    assert.deepEqual(told.splice(0), inOneTurn)
    stage.add(a)
    await clock.settled()
    assert.deepEqual(told, ['a is written', 'a is told'])
  })
  test('where all is synced, it does: fewer syncs are worth more', async () => {
    const clock = new ManualClock(),
      stage = new WriteStage(clock, 'fsync'),
      told: string[] = [],
      log = new Log('a', told)
    for (let i = 0; i < 2 * appendsMax; i++) stage.add(log)
    await Promise.resolve()
    assert.deepEqual(told, [])
    await clock.settled()
    assert.deepEqual(told, ['a is written', 'a is told'])
  })
})
