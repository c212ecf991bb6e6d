import assert from 'node:assert/strict'
import { test } from 'node:test'

import { runSeeds } from './seeds.ts'

test('the same first seed gives the same runs', async () => {
  const seedsOf = (count: number) => runSeeds({ first: 7, count }, seed => Promise.resolve(seed))
  const five = await seedsOf(5)
  assert.equal(five[0], 7)
  assert.equal(new Set(five).size, 5)
  assert.deepEqual(await seedsOf(3), five.slice(0, 3))
})
test('a run that fails ends them, and its error names the seed that repeats it', async () => {
  const passed: number[] = []
  const [, , third] = await runSeeds({ first: 7, count: 3 }, seed => Promise.resolve(seed))
  const fail = (seed: number) => (seed === third ? Promise.reject(new Error('lost')) : Promise.resolve(seed))
  const running = runSeeds({ first: 7, count: 9 }, fail, count => void passed.push(count))
  await assert.rejects(running, { message: `SEED=${third}: lost` })
  assert.deepEqual(passed, [1, 2])
})
