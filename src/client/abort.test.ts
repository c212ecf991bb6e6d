import assert from 'node:assert/strict'
import { test } from 'node:test'

import { abortable } from './abort.ts'

test('what is waited for settles as it does, with a signal or without', async () => {
  const { signal } = new AbortController()
  assert.equal(await abortable(Promise.resolve(1), signal), 1)
  assert.equal(await abortable(Promise.resolve(2), undefined), 2)
  await assert.rejects(abortable(Promise.reject(new Error('no')), signal), /no/)
})
test('an abort ends the waiting, before it or in it, and a later failure is not unhandled', async () => {
  const stop = new AbortController()
  const { promise, reject } = Promise.withResolvers<void>()
  const waiting = abortable(promise, stop.signal)
  stop.abort(new Error('enough'))
  await assert.rejects(waiting, /enough/)
  await assert.rejects(abortable(promise, stop.signal), /enough/)
  reject(new Error('late'))
  await new Promise(resolve => setImmediate(resolve))
})
