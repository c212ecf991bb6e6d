import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ManualClock } from '../manual-clock.ts'
import { SeededRandom, seedFromEnvironment } from '../random.ts'
import { quantiles } from './histogram.ts'
import { MBeans, type FamilyName } from './mbeans.ts'

const family = (name: string): FamilyName => ({ domain: 'kafka.server', type: 'Test', name, about: 'for this test' })
const started = () => {
  const clock = new ManualClock()
  const beans = new MBeans(clock)
  return { clock, beans, stop: beans.keepTime() }
}
const near = (found: number, expected: number, share: number, what: string) =>
  assert.ok(Math.abs(found - expected) <= Math.abs(expected) * share, `${what}: ${found}, expected about ${expected}`)

test('a meter tells how many there were, and the rate of the last minutes as moving averages', async () => {
  const { clock, beans, stop } = started()
  const meter = beans.meter(family('EventsPerSec'))
  for (let second = 0; second < 900; second++) {
    meter.mark(10)
    await clock.advance(1000)
  }
  assert.equal(meter.count, 9000)
  near(meter.meanRate(clock.monotonic()), 10, 0.01, 'mean')
  near(meter.oneMinuteRate, 10, 0.01, 'one minute')
  near(meter.fifteenMinuteRate, 10, 0.01, 'fifteen minutes')
  await clock.advance(60_000)
  // After a minute of silence, e^-1 of the one-minute rate is left.
  near(meter.oneMinuteRate, 10 / Math.E, 0.02, 'one minute, later')
  assert.ok(meter.fifteenMinuteRate > meter.fiveMinuteRate && meter.fiveMinuteRate > meter.oneMinuteRate)
  stop()
})

test('a meter that was silent for hours rests, and wakes when it is marked', async () => {
  const { clock, beans, stop } = started()
  const meter = beans.meter(family('EventsPerSec'))
  meter.mark()
  for (let tick = 0; tick < 5000; tick++) await clock.advance(5000)
  assert.equal(meter.fifteenMinuteRate, 0)
  const after = clock.after.bind(clock)
  let timers = 0
  clock.after = (ms, run) => (timers++, after(ms, run))
  await clock.advance(3_600_000)
  assert.equal(timers, 0)
  meter.mark(50)
  await clock.advance(5000)
  assert.ok(meter.oneMinuteRate > 0)
  stop()
})

test('percentiles of a histogram are within three hundredths of the true ones, whatever the size of the values', () => {
  const seed = seedFromEnvironment()
  const random = new SeededRandom(seed)
  const { beans, stop } = started()
  for (const max of [10, 1_000, 1_000_000, 2_000_000_000]) {
    const histogram = beans.histogram(family(`To${max}`))
    const values = Array.from({ length: 20_000 }, () => Math.floor(random.below(max)))
    for (const value of values) histogram.update(value)
    values.sort((a, b) => a - b)
    const { percentiles, mean } = histogram.snapshot()
    for (const [at, quantile] of quantiles.entries()) {
      const expected = values[Math.ceil(quantile * values.length) - 1]!
      near(percentiles[at]!, expected, 0.035, `seed ${seed}, ${quantile} of values to ${max}`)
    }
    near(mean, values.reduce((sum, value) => sum + value, 0) / values.length, 0.03, `seed ${seed}, mean`)
  }
  stop()
})

test('a timer keeps thousandths of a millisecond, and what lasts half an hour', () => {
  const { beans, stop } = started()
  const timer = beans.timer(family('TimeMs'))
  timer.update(0.005)
  timer.update(1_800_000)
  const { min, max } = timer.histogram.snapshot()
  near(min, 0.005, 0.001, 'least')
  near(max, 1_800_000, 0.065, 'most')
  assert.equal(timer.meter.count, 2)
  assert.equal(timer.histogram.sum, 1_800_000.005)
  timer.update(Infinity)
  timer.update(-1)
  assert.equal(timer.histogram.count, 4)
  stop()
})

test('what was seen long ago gives way to what is seen now, and the extremes are forgotten', async () => {
  const { clock, beans, stop } = started()
  // What is counted keeps the time going.
  beans.meter(family('EventsPerSec')).mark()
  const histogram = beans.histogram(family('Size'))
  for (let i = 0; i < 1000; i++) histogram.update(1000)
  await clock.advance(10 * 60_000)
  for (let i = 0; i < 1000; i++) histogram.update(10)
  const { percentiles, min } = histogram.snapshot()
  assert.equal(percentiles[quantiles.indexOf(0.99)], 10)
  assert.equal(min, 10)
  await clock.advance(20 * 60_000)
  histogram.update(10)
  assert.equal(histogram.snapshot().max, 10)
  assert.equal(histogram.count, 2001)
  stop()
})

test('weights are scaled before they grow too large, and the percentiles stay', async () => {
  const { clock, beans, stop } = started()
  const histogram = beans.histogram(family('Size')),
    meter = beans.meter(family('EventsPerSec'))
  for (let hour = 0; hour < 10; hour++) {
    meter.mark()
    histogram.update(7)
    await clock.advance(3_600_000)
    histogram.update(7)
    assert.deepEqual([...new Set(histogram.snapshot().percentiles)], [7])
  }
  stop()
})

test('an empty histogram tells zeros', () => {
  const { beans, stop } = started()
  const { percentiles, min, max, mean, stdDev } = beans.histogram(family('Size')).snapshot()
  assert.deepEqual([...percentiles, min, max, mean, stdDev], Array<number>(10).fill(0))
  stop()
})

test('the same family and tags give the same bean; attributes go by the names of JMX', () => {
  const { beans, stop } = started()
  const tags = { topic: 'a' }
  assert.equal(beans.meter(family('InPerSec'), tags), beans.meter(family('InPerSec'), { ...tags }))
  assert.notEqual(beans.meter(family('InPerSec'), { topic: 'b' }), beans.meter(family('InPerSec'), tags))
  beans.timer(family('TimeMs')).update(3)
  beans.gauge(family('Now'), {}, () => 4)
  const attributes = [...beans.families()].map(({ name, beans: [[, first] = assert.fail('no bean')] }) => [
    name,
    Object.keys(beans.attributesOf(first)).join(' '),
  ])
  const rates = 'Count MeanRate OneMinuteRate FiveMinuteRate FifteenMinuteRate'
  const percentiles = [50, 75, 95, 98, 99, 999].map(percent => `${percent}thPercentile`).join(' ')
  assert.deepEqual(attributes, [
    ['InPerSec', rates],
    ['TimeMs', `${rates} Min Max Mean StdDev ${percentiles}`],
    ['Now', 'Value'],
  ])
  assert.throws(() => beans.meter(family('Now')), /is a gauge, not a meter/)
  stop()
})

test('gauges by the thousand are made when they are read, and what is removed is gone', () => {
  const { beans, stop } = started()
  let count = 2
  beans.gauges(family('Size'), function* () {
    for (let i = 0; i < count; i++) yield { tags: { partition: String(i) }, value: i }
  })
  const [sizes] = beans.families()
  assert.equal([...sizes!.readings()].length, 2)
  count = 1000
  assert.equal([...sizes!.readings()].length, 1000)
  beans.counter(family('Closed'), { reason: 'x' }).add(2)
  const values = () => [...beans.families()].find(({ name }) => name === 'Closed')!.readings()
  assert.deepEqual([...values()], [{ tags: { reason: 'x' }, value: 2 }])
  beans.remove(family('Closed'), { reason: 'x' })
  assert.deepEqual([...values()], [])
  stop()
})
