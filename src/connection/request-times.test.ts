import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock } from '../base/index.ts'
import { fetch, metadata, produce, type AnyApi } from '../protocol/index.ts'
import { busyShare, RequestStopwatch, type RequestTimes, type RequestTimesTaker } from './request-times.ts'
import type { ServerRequest } from './service.ts'

const request = (api: AnyApi) => ({ api, apiVersion: 9 }) as unknown as ServerRequest
const sent = { throttleMs: 0, isSent: true }

class Taker implements RequestTimesTaker {
  isBusy = false
  readonly sizes: number[] = []
  readonly times: RequestTimes[] = []
  /** For how many each stands. */
  readonly requests: number[] = []
  answered(_: unknown, sizeBytes: number): void {
    this.sizes.push(sizeBytes)
  }
  timed(
    { queueMs, localMs, remoteMs, throttleMs, responseQueueMs, responseSendMs, totalMs }: RequestTimes,
    requests: number,
  ): void {
    this.times.push({ queueMs, localMs, remoteMs, throttleMs, responseQueueMs, responseSendMs, totalMs })
    this.requests.push(requests)
  }
}
class CountingClock extends ManualClock {
  readings = 0
  override monotonic(): number {
    this.readings++
    return super.monotonic()
  }
}
const started = () => {
  const clock = new CountingClock()
  const takers = new Map([produce, fetch, metadata].map(api => [api as AnyApi, new Taker()]))
  const stopwatch = new RequestStopwatch(clock, { takerOf: ({ api }) => takers.get(api)! })
  return { clock, stopwatch, of: (api: AnyApi) => takers.get(api)! }
}

test('each phase of a request that waits is timed, and the phases add up', async () => {
  const { clock, stopwatch, of } = started()
  stopwatch.received()
  stopwatch.started(request(produce), 100)
  await clock.advance(2)
  stopwatch.parked()
  await clock.advance(3)
  stopwatch.answered({}, { throttleMs: 7, isSent: true })
  stopwatch.writes()
  await clock.advance(5)
  stopwatch.written()
  const expected = {
    queueMs: 0,
    localMs: 2,
    remoteMs: 3,
    throttleMs: 7,
    responseQueueMs: 0,
    responseSendMs: 5,
    totalMs: 10,
  }
  assert.deepEqual(of(produce).times, [expected])
  assert.deepEqual(of(produce).sizes, [100])
})

test('one that has arrived behind another waits in the queue for as long as that is worked on', async () => {
  const { clock, stopwatch, of } = started()
  stopwatch.received()
  stopwatch.started(request(fetch), 1)
  stopwatch.parked()
  await clock.advance(10)
  stopwatch.received()
  await clock.advance(20)
  stopwatch.answered({}, sent)
  stopwatch.started(request(produce), 1)
  stopwatch.answered({}, sent)
  stopwatch.writes()
  await clock.advance(1)
  stopwatch.written()
  const [first, second] = [of(fetch).times[0]!, of(produce).times[0]!]
  assert.deepEqual([first.remoteMs, first.totalMs], [30, 31])
  assert.deepEqual([second.queueMs, second.responseSendMs, second.totalMs], [20, 1, 21])
})

test('answers of requests that arrived together leave together: what was answered first waits for the write', async () => {
  const { clock, stopwatch, of } = started()
  stopwatch.received()
  for (const api of [metadata, produce]) {
    stopwatch.started(request(api), 1)
    await clock.advance(4)
    stopwatch.answered({}, sent)
  }
  stopwatch.writes()
  stopwatch.written()
  assert.equal(of(metadata).times[0]!.responseQueueMs, 4)
  assert.equal(of(produce).times[0]!.responseQueueMs, 0)
  assert.equal(of(produce).times[0]!.queueMs, 4)
})

test('one without an answer is done when it is decided', () => {
  const { stopwatch, of } = started()
  stopwatch.received()
  stopwatch.started(request(produce), 1)
  stopwatch.answered({}, { throttleMs: 0, isSent: false })
  assert.equal(of(produce).times.length, 1)
})

test('an answer to what nobody has begun is left out', () => {
  const { stopwatch } = started()
  stopwatch.received()
  stopwatch.answered({}, sent)
  stopwatch.writes()
  stopwatch.written()
})

test('of a busy kind one in sixteen is timed, and stands for all; all are counted', () => {
  const { clock, stopwatch, of } = started()
  of(produce).isBusy = true
  const exchange = (api: AnyApi) => {
    stopwatch.received()
    stopwatch.started(request(api), 1)
    stopwatch.parked()
    stopwatch.answered({}, sent)
    stopwatch.writes()
    stopwatch.written()
  }
  for (let i = 0; i < 100 * busyShare + 1; i++) exchange(produce)
  assert.equal(of(produce).sizes.length, 100 * busyShare + 1)
  // The first arrival of a connection is of nobody knows what.
  assert.deepEqual(of(produce).requests, Array<number>(101).fill(busyShare))
  clock.readings = 0
  for (let i = 0; i < busyShare - 1; i++) exchange(produce)
  assert.equal(clock.readings, 0)
  exchange(metadata)
  assert.deepEqual(of(metadata).requests, [1])
})
