// What others feel of the broker's own work: a producer that sends at a steady pace while logs are compacted, a broker next
// to it recovers, batches are compressed anew, and a reader catches up from the device; each against the same without.

import { spawn } from 'node:child_process'
import { readdirSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'

import { asKafka, dropFromCache, startMillrace, withDirectory, type Running } from './brokers.ts'
import { drive, type Load, type LoadResult } from './driver.ts'
import { medianLatency, type BrokerBench } from './measure.ts'
import { ratio, type Table } from './report.ts'

const recordsPerSecond = 2_000
/** Searches for logs to be compacted at once, not after a quarter of a minute. */
const eager = ['--override', 'log.cleaner.backoff.ms=100']

/** Something that goes on until it is stopped, and then tells how much it was. */
interface Work {
  readonly name: string
  start(place: Place): Promise<() => Promise<string>>
}
interface Place {
  readonly bench: BrokerBench
  readonly broker: Running
  readonly home: string
  readonly seconds: number
}

export async function benchBackground(bench: BrokerBench): Promise<Table[]> {
  const seconds = Math.max(20 * bench.scale, 4)
  return [
    await measureAll('synced before they are acknowledged', [], bench, seconds),
    await measureAll('acknowledged from the page cache', asKafka, bench, seconds),
  ]
}

async function measureAll(
  durability: string,
  overrides: readonly string[],
  bench: BrokerBench,
  seconds: number,
): Promise<Table> {
  const rows = await withDirectory(async home => {
    const broker = await startMillrace(join(home, 'millrace'), 0, [...overrides, ...eager])
    try {
      return await rowsOf({ bench, broker, home, seconds })
    } finally {
      await broker.stop()
    }
  })
  return {
    title: `${recordsPerSecond} records/s of 1 kB beside the broker's own work, ${durability}`,
    head: ['beside it', 'p50 ms', 'p99', 'p99.9', 'p99 to idle', 'how much'],
    rows,
  }
}
async function rowsOf(place: Place): Promise<(string | number)[][]> {
  const results = works.map((): (LoadResult & { amount: string })[] => [])
  await paced(place)
  for (let round = 0; round < roundsOf(place.bench); round++)
    for (const [i, work] of works.entries()) {
      const stop = await work.start(place)
      const latency = await paced(place)
      results[i]!.push({ ...latency, amount: await stop() })
      console.error(`  ${work.name}: p99 ${latency.p99Ms} ms`)
    }
  const medians = results.map(medianLatency)
  const idle = medians[0]!.p99Ms
  return medians.map(({ p50Ms, p99Ms, p999Ms, amount }, i) => [
    works[i]!.name,
    ...[p50Ms, p99Ms, p999Ms].map(ms => ms.toFixed(2)),
    ratio(p99Ms, idle),
    amount,
  ])
}
const roundsOf = ({ scale }: BrokerBench) => (scale < 0.2 ? 1 : 3)

let topicCount = 0
const freshTopic = (kind: string): string => `${kind}-${topicCount++}`

async function paced({ bench, broker, seconds }: Place): Promise<LoadResult> {
  const topic = freshTopic('paced')
  const load = { topic, mode: 'paced', sizeBytes: 1000, partitions: 1, lingerMs: 0, rate: recordsPerSecond } as const
  return drive(bench.driver, broker.bootstrap, { ...load, records: Math.round(recordsPerSecond * seconds) })
}

const usual = { sizeBytes: 1000, batchBytes: 131_072, partitions: 1 }
/** Bytes a second that compaction and catch-up can be expected to get through at most. */
const fastestMb = 200

const works: readonly Work[] = [
  { name: 'nothing', start: async () => async () => '' },
  {
    name: 'compaction',
    async start({ bench, broker, home, seconds }) {
      const topic = freshTopic('compacted'),
        records = Math.round(fastestMb * seconds * 1000)
      const written = { ...usual, topic, records, keys: records >> 1, configs: 'segment.bytes=67108864' }
      await drive(bench.driver, broker.bootstrap, { ...written, mode: 'produce' })
      dropFromCache(directoryOf(home, topic))
      const before = sizeOf(home, topic)
      const configs = 'cleanup.policy=compact,min.cleanable.dirty.ratio=0.001'
      await drive(bench.driver, broker.bootstrap, { topic, mode: 'configure', configs })
      return async () => {
        const dropped = before - sizeOf(home, topic)
        await drive(bench.driver, broker.bootstrap, { topic, mode: 'delete' })
        return `${dropped.toFixed(0)} MB dropped of ${before.toFixed(0)}`
      }
    },
  },
  {
    name: 'recovery of another broker',
    async start({ bench, home }) {
      const other = join(home, 'other'),
        records = Math.round(2_000_000 * Math.min(bench.scale, 1))
      let running = await startMillrace(other)
      const load = { ...usual, topic: 'much', records, configs: 'segment.bytes=268435456', partitions: 4 }
      await drive(bench.driver, running.bootstrap, { ...load, topic: freshTopic('much'), mode: 'produce' })
      let isStopped = false,
        starts = 0
      const again = async () => {
        while (!isStopped) {
          process.kill(running.pid, 'SIGKILL')
          await running.stop()
          // From the first byte, not from where it was synced.
          rmSync(join(other, 'data/recovery-point-offset-checkpoint'), { force: true })
          rmSync(join(other, 'broker.log'))
          running = await startMillrace(other)
          starts++
        }
      }
      const ended = again()
      return async () => {
        isStopped = true
        await ended
        process.kill(running.pid, 'SIGKILL')
        await running.stop()
        rmSync(other, { recursive: true })
        return `${starts} starts`
      }
    },
  },
  ...(['zstd', 'gzip'] as const).map((codec): Work => ({
    name: `10 MB/s compressed anew by ${codec}`,
    async start({ bench, broker, seconds }) {
      const topic = freshTopic('recompressed')
      const load = { ...usual, topic, rate: 10_000, lingerMs: 20, configs: `compression.type=${codec}` }
      const driven = drive(bench.driver, broker.bootstrap, {
        ...load,
        records: Math.round(10_000 * seconds),
        mode: 'paced',
      })
      return async () => `${(await driven).mbPerSecond.toFixed(1)} MB/s`
    },
  })),
  {
    name: 'catching up from the device',
    async start({ bench, broker, home, seconds }) {
      const topic = freshTopic('old'),
        records = Math.round(fastestMb * seconds * 1000)
      await drive(bench.driver, broker.bootstrap, { ...usual, topic, records, mode: 'produce' })
      dropFromCache(directoryOf(home, topic))
      const load: Load = { topic, records, mode: 'consume' }
      const reader = spawn(bench.driver, ['-b', broker.bootstrap, '-t', topic, '-mode', load.mode, '-n', `${records}`])
      let told = ''
      reader.stdout.on('data', text => (told += text))
      const exit = new Promise(resolve => reader.on('exit', resolve))
      return async () => {
        reader.kill()
        await exit
        await drive(bench.driver, broker.bootstrap, { topic, mode: 'delete' })
        return told === '' ? 'all the time' : `${(JSON.parse(told) as LoadResult).mbPerSecond.toFixed(0)} MB/s`
      }
    },
  },
]
const directoryOf = (home: string, topic: string): string => join(home, `millrace/data/${topic}-0`)
/** Of the segments of a log, in MB. */
function sizeOf(home: string, topic: string): number {
  const directory = directoryOf(home, topic)
  const sizes = readdirSync(directory).map(name => (name.endsWith('.log') ? statSync(join(directory, name)).size : 0))
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6
}
