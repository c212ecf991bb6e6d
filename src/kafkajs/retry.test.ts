import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock, SeededRandom } from '../base/index.ts'
import { KafkaJSError, KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } from './errors.ts'
import { patienceMs, retrying, retrySettings } from './retry.ts'

const settings = retrySettings({ initialRetryTime: 100, factor: 0, retries: 3 })
async function attempts(
  error: Error,
  mayRetry?: (error: Error) => boolean,
): Promise<{ times: number[]; thrown: Error }> {
  const clock = new ManualClock()
  const from = clock.monotonic()
  const times: number[] = []
  const attempt = async () => {
    times.push(clock.monotonic() - from)
    throw error
  }
  const outcome = retrying({ clock, random: new SeededRandom(1) }, settings, attempt, mayRetry).catch(
    (thrown: Error) => thrown,
  )
  await clock.advance(10_000)
  return { times, thrown: (await outcome) as Error }
}

test('kafkajs: what may pass is tried again after ever longer pauses, and then said to have been tried too often', async () => {
  const error = new KafkaJSError('busy')
  const { times, thrown } = await attempts(error)
  assert.deepEqual(times, [0, 100, 300, 700])
  assert(thrown instanceof KafkaJSNumberOfRetriesExceeded)
  assert.deepEqual([thrown.cause, thrown.retryCount, thrown.message], [error, 3, 'busy'])
})
for (const error of [new KafkaJSNonRetriableError('never'), new TypeError('a bug')])
  test(`kafkajs: ${error.name} is not tried again`, async () => {
    const { times, thrown } = await attempts(error)
    assert.deepEqual(times, [0])
    assert(thrown instanceof KafkaJSNonRetriableError)
    assert.equal(thrown.message, error.message)
  })
test('kafkajs: where it is said what is tried again, all else is thrown as it is', async () => {
  const error = new KafkaJSError('busy')
  const { times, thrown } = await attempts(error, () => false)
  assert.deepEqual([times, thrown], [[0], error])
})
test('kafkajs: patience is the sum of all pauses, however many', () => {
  assert.equal(patienceMs(settings), 700)
  assert.equal(patienceMs(retrySettings({ initialRetryTime: 100, maxRetryTime: 200, retries: 4 })), 700)
  assert(patienceMs(retrySettings({ retries: Number.MAX_SAFE_INTEGER })) > 2 ** 31)
})
