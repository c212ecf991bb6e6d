import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Turns } from './turns.ts'

test('so many operations run at a time, the others after them in their order, whatever becomes of each', async () => {
  const turns = new Turns(2),
    begun: number[] = [],
    ends: PromiseWithResolvers<void>[] = []
  const results = [0, 1, 2, 3, 4].map(i =>
    turns.run(() => {
      begun.push(i)
      return (ends[i] = Promise.withResolvers()).promise
    }),
  )
  const settle = async (i: number, error?: Error) => {
    if (error) ends[i]!.reject(error)
    else ends[i]!.resolve()
    await Promise.allSettled([results[i]])
    await new Promise(setImmediate)
  }
  assert.deepEqual(begun, [0, 1])
  await settle(1, new Error('failed'))
  assert.deepEqual(begun, [0, 1, 2])
  await settle(2)
  await settle(0)
  assert.deepEqual(begun, [0, 1, 2, 3, 4])
  await assert.rejects(results[1]!, /failed/)
  await settle(3)
  await settle(4)
  await turns.run(async () => void begun.push(5))
  assert.equal(begun.at(-1), 5)
})
