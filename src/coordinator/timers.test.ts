import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../base/index.ts'
import { Timers } from './timers.ts'

test('what is due comes in the order of its deadline, and once', () => {
  const timers = new Timers<string>()
  timers.start('g', 'late', 30, 'late')
  timers.start('g', 'early', 10, 'early')
  timers.start('h', 'early', 20, 'between')
  assert.equal(timers.earliest, 10)
  assert.deepEqual(timers.expired(9), [])
  assert.deepEqual(timers.expired(30), ['early', 'between', 'late'])
  assert.deepEqual(timers.expired(100), [])
  assert.equal(timers.earliest, Infinity)
})
test('a timer that starts again is due at its new time only', () => {
  const timers = new Timers<string>()
  timers.start('g', 'session', 10, 'first')
  timers.start('g', 'session', 20, 'second')
  assert.deepEqual(timers.expired(15), [])
  assert.deepEqual(timers.expired(20), ['second'])
})
test('timers are cancelled by name, or all of a key', () => {
  const timers = new Timers<string>()
  for (const name of ['a', 'b', 'c']) timers.start('g', name, 10, name)
  timers.start('h', 'a', 10, 'other')
  timers.cancel('g', 'b')
  timers.cancel('g', 'unknown')
  timers.cancel('unknown', 'a')
  timers.cancelAll('g')
  assert.deepEqual(timers.expired(10), ['other'])
})
test('deadlines that are postponed keep their order with those that start later', () => {
  const timers = new Timers<string>()
  timers.start('g', 'before', 10, 'before')
  timers.postpone(100)
  timers.start('g', 'after', 105, 'after')
  assert.equal(timers.earliest, 105)
  assert.deepEqual(timers.expired(109), ['after'])
  assert.deepEqual(timers.expired(110), ['before'])
})

const seed = seedFromEnvironment()
test(`timers do as a list would that is searched every time (seed ${seed})`, () => {
  const random = new SeededRandom(seed),
    timers = new Timers<string>()
  let list: { key: string; name: string; at: number }[] = []
  for (let now = 0; now < 3_000; now++) {
    const key = `k${random.below(4)}`,
      name = `n${random.below(6)}`
    const others = list.filter(other => other.key !== key || other.name !== name)
    const choice = random.next()
    if (choice < 0.6) {
      const at = now + random.below(40)
      timers.start(key, name, at, `${key} ${name} ${at}`)
      list = [...others, { key, name, at }]
    } else if (choice < 0.7) {
      timers.cancel(key, name)
      list = others
    } else if (choice < 0.71) {
      timers.cancelAll(key)
      list = list.filter(other => other.key !== key)
    } else if (choice < 0.72) {
      timers.postpone(7)
      list = list.map(timer => ({ ...timer, at: timer.at + 7 }))
    }
    const due = list.filter(({ at }) => at <= now)
    list = list.filter(({ at }) => at > now)
    assert.equal(timers.expired(now).length, due.length, `at ${now}, seed ${seed}`)
    assert(timers.earliest <= Math.min(Infinity, ...list.map(({ at }) => at)), `at ${now}, seed ${seed}`)
  }
})
