import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SendOrder } from './send-order.ts'

const unwanted = (): never => assert.fail('nobody asked for it')

test('send order: what waits for nothing is done at once', () => {
  const order = new SendOrder()
  const done: number[] = []
  order.run(undefined, () => done.push(1), unwanted)
  assert.deepEqual([done, order.settled], [[1], undefined])
})

test('send order: what comes later waits behind what waits, and a failure holds nobody up', async () => {
  const order = new SendOrder()
  const done: unknown[] = []
  const first = Promise.withResolvers<void>(),
    second = Promise.withResolvers<void>()
  order.run(
    first.promise,
    () => done.push('first'),
    error => done.push(error),
  )
  order.run(second.promise, unwanted, error => done.push(error))
  order.run(undefined, () => done.push('third'), unwanted)
  order.run(
    undefined,
    () => {
      throw 'fourth failed'
    },
    error => done.push(error),
  )
  second.reject('second failed')
  first.resolve()
  await order.settled
  assert.deepEqual(done, ['first', 'second failed', 'third', 'fourth failed'])
  await Promise.resolve()
  assert.equal(order.settled, undefined)
})
