// What others feel of a broker's own work: a producer that sends at a steady pace while logs are compacted, a broker next
// to it recovers, batches are compressed anew, and a reader catches up from the device; each against the same without, of
// ours and of Apache Kafka by turns, since part of it is that two processes more want the same cores and the same device.

import { spawnSync } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

import { freshTopic, works, type Place, type Work } from './background-works.ts'
import { asKafka, withPair, type Pair, type Running } from './brokers.ts'
import { drive, type LoadResult } from './driver.ts'
import { medianLatency, type BrokerBench } from './measure.ts'
import { ratio, type Table } from './report.ts'

const recordsPerSecond = 2_000
/** Searches for logs to be compacted at once, not after a quarter of a minute. */
const eager = { 'log.cleaner.backoff.ms': '100' }
const eagerly = ['--override', 'log.cleaner.backoff.ms=100']

export async function benchBackground(bench: BrokerBench): Promise<Table[]> {
  const seconds = Math.max(20 * bench.scale, 4)
  return [
    await withPair(eagerly, { ...eager, 'log.flush.interval.messages': '1' }, pair =>
      measureAll('synced before they are acknowledged (Kafka: log.flush.interval.messages=1)', pair, bench, seconds),
    ),
    await withPair([...asKafka, ...eagerly], eager, pair =>
      measureAll('acknowledged from the page cache', pair, bench, seconds),
    ),
  ]
}

type Result = LoadResult & { readonly amount: string }

async function measureAll(durability: string, pair: Pair, bench: BrokerBench, seconds: number): Promise<Table> {
  const places = [pair.ours, pair.kafka].map((broker): Place => ({ bench, broker, home: pair.home, seconds }))
  const results = works.map((): Record<Running['name'], Result[]> => ({ millrace: [], kafka: [] }))
  for (const place of places) await paced(place)
  for (let round = 0; round < roundsOf(bench); round++)
    for (const [i, work] of works.entries())
      for (const place of round % 2 === 0 ? places : places.toReversed()) {
        const result = await beside(work, place)
        results[i]![place.broker.name].push(result)
        console.error(`  ${work.name}: ${place.broker.name} p99 ${result.p99Ms} ms`)
      }
  const medians = results.map(({ millrace, kafka }) => [medianLatency(millrace), medianLatency(kafka)] as const)
  const [idle, kafkaIdle] = medians[0]!
  const rows = medians.map(([ours, kafka], i) => [
    works[i]!.name,
    ...figures(ours, idle),
    ...figures(kafka, kafkaIdle),
    ratio(ours.p99Ms, kafka.p99Ms),
    ours.amount,
    kafka.amount,
  ])
  const each = ['p99', 'p99.9', 'to idle']
  return {
    title: `${recordsPerSecond} records/s of 1 kB beside the broker's own work, ${durability}`,
    head: ['beside it', 'p50 ms', ...each, 'Kafka p50', ...each, 'p99 ratio', 'how much', 'Kafka'],
    rows,
  }
}
const figures = ({ p50Ms, p99Ms, p999Ms }: LoadResult, idle: LoadResult): string[] => [
  ...[p50Ms, p99Ms, p999Ms].map(ms => ms.toFixed(2)),
  ratio(p99Ms, idle.p99Ms),
]
const roundsOf = ({ scale }: BrokerBench) => (scale < 0.2 ? 1 : scale < 0.5 ? 3 : 5)

async function beside(work: Work, place: Place): Promise<Result> {
  // Files that were deleted before are gone, and what was written is on the device.
  await sleep(deletedAfterMs)
  spawnSync('sync')
  const stop = await work.start(place)
  const latency = await paced(place)
  return { ...latency, amount: await stop() }
}
/** The driver creates topics with a file.delete.delay.ms of a second. */
const deletedAfterMs = 2_000

async function paced({ bench, broker, seconds }: Place): Promise<LoadResult> {
  const topic = freshTopic('paced')
  const load = { topic, mode: 'paced', sizeBytes: 1000, partitions: 1, lingerMs: 0, rate: recordsPerSecond } as const
  return drive(bench.driver, broker.bootstrap, { ...load, records: Math.round(recordsPerSecond * seconds) })
}
