// broker: everything that a broker is asked for, of ours and of Apache Kafka in one run, section by section, and a report of
// it in results/. In full it takes an hour or two; `--scale 0.1` makes every case shorter, `--only codecs,start` picks sections.

import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { cpus, release, totalmem } from 'node:os'
import { join } from 'node:path'

import { kafkaVersion } from '../compat/kafka/kafka.ts'
import { benchBackground } from './background.ts'
import { benchStarts } from './broker-starts.ts'
import {
  asKafka,
  buildDist,
  checkout,
  dropFromCache,
  withPair,
  type KafkaProperties,
  type Pair,
  type Running,
} from './brokers.ts'
import { buildDriver, drive, type Load } from './driver.ts'
import { measure, median, medianLatency, warm, type BrokerBench, type Measured } from './measure.ts'
import { ratio, tableText, type Table } from './report.ts'

type Section = (bench: BrokerBench, pair: Pair) => Promise<Table[]>

const sections: Readonly<Record<string, Section>> = {
  batches: (bench, pair) => loads('Sizes of records and batches', batchCases, bench, pair),
  partitions: (bench, pair) => loads('Partitions (1 kB records, 128 kB batches)', partitionCases, bench, pair),
  codecs: (bench, pair) => loads('Codecs (1 kB records, 128 kB batches)', codecCases, bench, pair),
  acks: (bench, pair) => loads('acks=1 (1 kB records)', acksCases, bench, pair),
  latency: latencies,
  'catch-up': catchUp,
  together: allAtOnce,
  connections,
}
/** Acknowledged from the page cache, as Kafka does by itself. */
const cachedSections = Object.keys(sections)
/** Both sync before they acknowledge. */
const durableSections: Readonly<Record<string, Section>> = {
  durable: (bench, pair) =>
    loads('Synced before they are acknowledged (Kafka: log.flush.interval.messages=1)', durableCases, bench, pair),
}
export const sectionNames = [...cachedSections, ...Object.keys(durableSections), 'background', 'start']

export async function benchBroker(scale: number, only: readonly string[] = sectionNames): Promise<void> {
  buildDist()
  const bench: BrokerBench = { driver: buildDriver(), scale, rounds: scale < 0.5 ? 1 : 3 }
  const report = new Report(scale)
  const runWith = async (
    chosen: Readonly<Record<string, Section>>,
    ours: readonly string[],
    kafka: KafkaProperties,
  ) => {
    const names = Object.keys(chosen).filter(name => only.includes(name))
    if (names.length === 0) return
    await withPair(ours, kafka, async pair => {
      await warm(bench.driver, [pair.ours, pair.kafka])
      for (const name of names) report.add(await chosen[name]!(bench, pair))
    })
  }
  await runWith(sections, asKafka, {})
  await runWith(durableSections, [], { 'log.flush.interval.messages': '1' })
  if (only.includes('background')) report.add(await benchBackground(bench))
  if (only.includes('start')) report.add(await benchStarts(bench))
  console.log(`\nwritten to ${report.path}`)
}
// Produce and fetch

interface Case extends Pick<Load, 'codec' | 'acks'> {
  readonly name: string
  readonly sizeBytes: number
  readonly batchBytes: number
  readonly partitions?: number
  readonly megabytes: number
}
const batchCases: readonly Case[] = [100, 1_000, 10_000].flatMap(sizeBytes =>
  [16_384, 131_072, 1_000_000].map(batchBytes => ({
    name: `${sizeBytes < 1000 ? `${sizeBytes} B` : `${sizeBytes / 1000} kB`}, ${batchName(batchBytes)} batches`,
    sizeBytes,
    batchBytes,
    megabytes: sizeBytes === 100 ? 100 : 500,
  })),
)
function batchName(bytes: number): string {
  return bytes < 1e6 ? `${Math.round(bytes / 1024)} kB` : '1 MB'
}
const usual = { sizeBytes: 1000, batchBytes: 131_072, megabytes: 500 }
const partitionCases: readonly Case[] = [1, 50, 1000].map(partitions => ({
  ...usual,
  partitions,
  name: `${partitions} partition${partitions === 1 ? '' : 's'}`,
}))
const codecCases: readonly Case[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'].map(codec => ({
  ...usual,
  codec,
  name: codec,
}))
const acksCases: readonly Case[] = [16_384, 131_072].map(batchBytes => ({
  ...usual,
  batchBytes,
  acks: '1',
  name: `${batchName(batchBytes)} batches`,
}))
const durableCases: readonly Case[] = [16_384, 131_072].map(batchBytes => ({
  ...usual,
  batchBytes,
  megabytes: 200,
  name: `${batchName(batchBytes)} batches`,
}))

/** Each case so often, the two brokers taking turns: produced, then read. */
async function loads(title: string, cases: readonly Case[], bench: BrokerBench, pair: Pair): Promise<Table[]> {
  const produced: (string | number)[][] = [],
    fetched: (string | number)[][] = []
  for (const { name, megabytes, partitions = 1, ...load } of cases) {
    const records = Math.max(Math.round((megabytes * 1e6 * bench.scale) / load.sizeBytes), 1000)
    const results = { produce: sidesOf<Measured[]>(() => []), fetch: sidesOf<Measured[]>(() => []) }
    for (let round = 0; round < bench.rounds; round++)
      for (const broker of [pair.ours, pair.kafka]) {
        const topic = freshTopic()
        const write = { ...load, topic, records, partitions, mode: 'produce' } as const
        results.produce[broker.name].push(await measure(bench.driver, broker, write))
        results.fetch[broker.name].push(await measure(bench.driver, broker, { topic, records, mode: 'consume' }))
        await drive(bench.driver, broker.bootstrap, { topic, mode: 'delete' })
      }
    const gigabytes = (records * load.sizeBytes) / 1e9
    produced.push([name, ...compared(results.produce, gigabytes), ...percentiles(results.produce)])
    fetched.push([name, ...compared(results.fetch, gigabytes)])
    progress(`${title}: ${name}`)
  }
  return [
    { title: `${title}: produce`, head: ['produce', ...comparedHead, ...percentilesHead], rows: produced },
    { title: `${title}: fetch`, head: ['fetch', ...comparedHead], rows: fetched },
  ]
}

type Sides<T> = Record<Running['name'], T>
const sidesOf = <T>(make: () => T): Sides<T> => ({ millrace: make(), kafka: make() })

const comparedHead = ['MB/s', 'Kafka', 'ratio', 'CPU s/GB', 'Kafka', 'ratio', 'MB', 'Kafka']
function compared({ millrace, kafka }: Sides<Measured[]>, gigabytes: number): (string | number)[] {
  const [a, b] = [median(millrace), median(kafka)]
  return [
    a.mbPerSecond.toFixed(0),
    b.mbPerSecond.toFixed(0),
    ratio(a.mbPerSecond, b.mbPerSecond),
    (a.cpuSeconds / gigabytes).toFixed(1),
    (b.cpuSeconds / gigabytes).toFixed(1),
    ratio(a.cpuSeconds, b.cpuSeconds),
    a.residentMb.toFixed(0),
    b.residentMb.toFixed(0),
  ]
}
const percentilesHead = ['p50 ms', 'p99', 'p99.9', 'Kafka p50', 'p99', 'p99.9', 'p99 ratio']
function percentiles({ millrace, kafka }: Sides<Measured[]>, of = median): string[] {
  const [a, b] = [of(millrace), of(kafka)]
  const each = [a, b].flatMap(({ p50Ms, p99Ms, p999Ms }) => [p50Ms, p99Ms, p999Ms].map(ms => ms.toFixed(2)))
  return [...each, ratio(a.p99Ms, b.p99Ms)]
}
let topicCount = 0
const freshTopic = (): string => `bench-${topicCount++}`
const progress = (what: string): void => console.error(`  ${what}`)

// From producer to consumer

async function latencies(bench: BrokerBench, pair: Pair): Promise<Table[]> {
  const rows: (string | number)[][] = []
  for (const rate of [1_000, 20_000]) {
    const results = sidesOf<Measured[]>(() => [])
    for (let round = 0; round < Math.max(bench.rounds, 3); round++)
      for (const broker of round % 2 === 0 ? [pair.ours, pair.kafka] : [pair.kafka, pair.ours]) {
        // What the cases before have left to be written would be measured with whoever comes first.
        spawnSync('sync')
        const load = {
          topic: freshTopic(),
          partitions: 1,
          rate,
          records: Math.round(rate * Math.max(10 * bench.scale, 1)),
        }
        results[broker.name].push(await measure(bench.driver, broker, { ...load, mode: 'latency', sizeBytes: 1000 }))
      }
    rows.push([`${rate} records/s`, ...percentiles(results, medianLatency)])
    progress(`latency: ${rate}`)
  }
  return [{ title: 'From producer to consumer, 1 kB records', head: ['tail', ...percentilesHead], rows }]
}

// Reading what is no longer in memory

async function catchUp(bench: BrokerBench, pair: Pair): Promise<Table[]> {
  const records = Math.max(Math.round(2_000_000 * bench.scale), 5_000)
  const results = sidesOf<Measured[]>(() => [])
  for (const broker of [pair.ours, pair.kafka]) {
    const topic = await onDisk(bench, pair, broker, records)
    results[broker.name].push(await measure(bench.driver, broker, { topic, records, mode: 'consume' }))
    await drive(bench.driver, broker.bootstrap, { topic, mode: 'delete' })
  }
  const rows = [['1 kB records', ...compared(results, records / 1e6)]]
  return [{ title: 'Catch-up: a topic that is on disk and not in memory', head: ['fetch', ...comparedHead], rows }]
}
/** A topic whose records are on the device, and of which the kernel keeps nothing. */
async function onDisk({ driver }: BrokerBench, { home }: Pair, broker: Running, records: number): Promise<string> {
  const topic = freshTopic()
  const load = { topic, records, sizeBytes: 1000, batchBytes: 131_072, partitions: 1 }
  await drive(driver, broker.bootstrap, { ...load, mode: 'produce' })
  dropFromCache(join(home, broker.name, 'data', `${topic}-0`))
  return topic
}

// All at once

async function allAtOnce(bench: BrokerBench, pair: Pair): Promise<Table[]> {
  const rows: (string | number)[][] = []
  for (const broker of [pair.ours, pair.kafka]) {
    const { driver } = bench,
      records = Math.max(Math.round(1_000_000 * bench.scale), 5_000)
    const old = await onDisk(bench, pair, broker, records)
    const produce: Load = { topic: freshTopic(), records, mode: 'produce', sizeBytes: 1000, partitions: 10 }
    const tail: Load = {
      topic: freshTopic(),
      records: 3_000,
      rate: 1_000,
      mode: 'latency',
      sizeBytes: 1000,
      partitions: 1,
    }
    const [written, seen, read] = await Promise.all([
      measure(driver, broker, produce),
      drive(driver, broker.bootstrap, tail),
      drive(driver, broker.bootstrap, { topic: old, records, mode: 'consume' }),
    ])
    rows.push([
      broker.name,
      ...[written, read].map(({ mbPerSecond }) => mbPerSecond.toFixed(0)),
      ...[written.p50Ms, written.p99Ms, written.p999Ms, seen.p50Ms, seen.p99Ms, seen.p999Ms].map(ms => ms.toFixed(2)),
      written.residentMb.toFixed(0),
    ])
    progress(`together: ${broker.name}`)
  }
  const ms = (what: string) => [`${what} p50 ms`, 'p99', 'p99.9']
  const head = ['all at once', 'produce MB/s', 'catch-up MB/s', ...ms('produce'), ...ms('tail'), 'MB']
  return [{ title: 'Produce, tail (1,000 records/s) and catch-up from disk at once', head, rows }]
}

// Connections that wait for each acknowledgement

async function connections(bench: BrokerBench, pair: Pair): Promise<Table[]> {
  const waiting = 'each waiting for every acknowledgement of its 100 B records'
  return [
    await connected(`Connections, ${waiting}`, 'connections', bench, pair),
    await connected(`Bare connections of one thread, ${waiting}`, 'requests', bench, pair),
  ]
}
/** The CPU time of the brokers has the accepting of the connections in it, that of the driver has not. */
async function connected(
  title: string,
  mode: 'connections' | 'requests',
  bench: BrokerBench,
  pair: Pair,
): Promise<Table> {
  const rows: (string | number)[][] = []
  for (const clients of [1, 100, 1000]) {
    const records = Math.max(Math.round((clients === 1 ? 20_000 : 200_000) * bench.scale), clients * 2)
    const results = sidesOf<Measured[]>(() => [])
    for (const broker of [pair.ours, pair.kafka]) {
      const load = { topic: freshTopic(), partitions: 10, records, clients, sizeBytes: 100 }
      results[broker.name].push(await measure(bench.driver, broker, { ...load, mode }))
    }
    const [a, b] = [median(results.millrace), median(results.kafka)]
    const perSecond = ({ records, seconds }: Measured) => records / seconds
    const microseconds = (cpuSeconds: number) => ((cpuSeconds * 1e6) / a.records).toFixed(1)
    rows.push([
      `${clients}`,
      perSecond(a).toFixed(0),
      perSecond(b).toFixed(0),
      ratio(perSecond(a), perSecond(b)),
      ...[a, b].flatMap(each => [microseconds(each.cpuSeconds), microseconds(each.driverCpuSeconds)]),
      ...percentiles(results),
      a.residentMb.toFixed(0),
      b.residentMb.toFixed(0),
    ])
    progress(`${mode}: ${clients}`)
  }
  const costs = ['CPU µs each', 'driver', 'Kafka', 'driver']
  return {
    title,
    head: [mode, 'records/s', 'Kafka', 'ratio', ...costs, ...percentilesHead, 'MB', 'Kafka'],
    rows,
  }
}

// The report

/** Written anew after each section, so that a run that is broken off leaves what it has. */
class Report {
  readonly path: string
  #text: string
  constructor(scale: number) {
    const date = new Date().toISOString().slice(0, 10)
    const directory = join(checkout, 'bench/results')
    mkdirSync(directory, { recursive: true })
    this.path = join(directory, `broker-${date}${scale === 1 ? '' : `-scale-${scale}`}.md`)
    const firstLine = (program: string, ...args: string[]) => {
      const { stdout, stderr } = spawnSync(program, args, { encoding: 'utf8', cwd: checkout })
      return `${stdout}${stderr}`.split('\n')[0]!
    }
    const machine = `${cpus()[0]?.model ?? 'unknown processor'}, ${cpus().length} cores, ${(totalmem() / 2 ** 30).toFixed(0)} GiB, Linux ${release()}`
    this.#text = [
      `# The broker beside Apache Kafka ${kafkaVersion}, ${date}`,
      '',
      `Millrace at ${firstLine('git', 'rev-parse', '--short', 'HEAD')}, Node ${process.version}; ${firstLine('java', '-version')}; ${machine}.`,
      `Load: franz-go, on the same machine. \`npm run bench -- broker --scale ${scale}\`.`,
      'Read the ratios: both brokers take turns in one run. Aims: throughput 1.5 and more, CPU and p99 0.5 and less.',
      '',
    ].join('\n')
  }
  add(tables: readonly Table[]): void {
    for (const { title, head, rows } of tables) {
      const text = `\n## ${title}\n\n${tableText(head, rows)}\n`
      console.log(text)
      this.#text += text
    }
    writeFileSync(this.path, this.#text)
  }
}
