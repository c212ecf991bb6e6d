// groups: what the coordinators are asked for, of ours and of Apache Kafka in one run: how long a group of fifty takes to share
// anew, commits and transactions a second, and a start with a million commits to replay.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { freePort, javaCommand, prepareKafka } from '../compat/kafka/kafka.ts'
import {
  asKafka,
  buildDist,
  checkout,
  startApacheKafka,
  startMillrace,
  usage,
  withDirectory,
  type Running,
} from './brokers.ts'
import { buildGroupsDriver, driveGroups, type GroupsLoad } from './groups-driver.ts'
import { printTable, ratio } from './report.ts'

/** Clients of both protocols send heartbeats so often: else it is the heartbeats that are measured. */
const heartbeatMs = 100
const oftenAsked = {
  'group.consumer.heartbeat.interval.ms': `${heartbeatMs}`,
  'group.consumer.min.heartbeat.interval.ms': `${heartbeatMs}`,
}
const overrides = (properties: Readonly<Record<string, string>>) =>
  Object.entries(properties).flatMap(([name, value]) => ['--override', `${name}=${value}`])

export async function benchGroups(scale: number): Promise<void> {
  buildDist()
  const driver = buildGroupsDriver()
  await withDirectory(async home => {
    const ours = await startMillrace(join(home, 'millrace'), 0, [...asKafka, ...overrides(oftenAsked)])
    try {
      const kafka = await startApacheKafka(join(home, 'kafka'), oftenAsked)
      try {
        await compare(driver, [ours, kafka], scale)
      } finally {
        await kafka.stop()
      }
    } finally {
      await ours.stop()
    }
  })
  await benchReplay(driver, scale)
}

async function compare(driver: string, brokers: readonly [Running, Running], scale: number): Promise<void> {
  const seconds = Math.max(Math.round(20 * scale), 2),
    rounds = Math.max(Math.round(20 * scale), 3)
  const both = async (load: GroupsLoad) => {
    const measured = []
    for (const { bootstrap, pid } of brokers) {
      const before = usage(pid).cpuSeconds
      const result = await driveGroups(driver, bootstrap, load)
      measured.push({ ...result, cpuSeconds: usage(pid).cpuSeconds - before })
    }
    return measured as [(typeof measured)[0], (typeof measured)[0]]
  }
  // The first thing that a JVM is asked is the slowest.
  await both({ mode: 'commits', seconds: 3 })
  await both({ mode: 'transactions', seconds: 3 })

  const shared: string[][] = []
  for (const protocol of ['eager', 'cooperative', 'consumer'] as const) {
    const [ours, kafka] = await both({ mode: 'rebalance', protocol, members: 50, rounds, heartbeatMs })
    const times = [ours.p50Ms, kafka.p50Ms, ours.p99Ms, kafka.p99Ms].map(ms => ms.toFixed(0))
    shared.push([protocol, ...times.slice(0, 2), ratio(ours.p50Ms, kafka.p50Ms), ...times.slice(2)])
  }
  printTable(['one more joins fifty', 'median ms', 'Kafka', 'ratio', 'p99 ms', 'Kafka'], shared)
  console.log()

  const done: string[][] = []
  for (const mode of ['commits', 'transactions'] as const) {
    const [ours, kafka] = await both({ mode, seconds, clients: 20 })
    const [rate, rateOfKafka] = [ours, kafka].map(({ count, seconds }) => count / seconds) as [number, number]
    done.push([
      mode,
      rate.toFixed(0),
      rateOfKafka.toFixed(0),
      ratio(rate, rateOfKafka),
      ...[ours.p50Ms, kafka.p50Ms, ours.p99Ms, kafka.p99Ms].map(ms => ms.toFixed(1)),
      ...[ours, kafka].map(({ count, cpuSeconds }) => ((cpuSeconds / count) * 1e6).toFixed(0)),
    ])
  }
  printTable(
    ['by 20 clients', 'a second', 'Kafka', 'ratio', 'p50 ms', 'Kafka', 'p99 ms', 'Kafka', 'CPU µs each', 'Kafka'],
    done,
  )
  console.log()
}

// A start with much to replay

const groups = 100,
  partitions = 1000
/** The smallest that there are, and few logs: what is written to is not compacted, and the rest is to be. */
const smallSegments = {
  'offsets.topic.num.partitions': '10',
  'offsets.topic.segment.bytes': `${2 ** 20}`,
  'log.cleaner.backoff.ms': '1000',
}
const compactionMsMax = 60_000

interface Startable {
  readonly program: string
  readonly args: readonly string[]
  readonly bootstrap: string
  /** Where its logs lie. */
  readonly data: string
}

async function benchReplay(driver: string, scale: number): Promise<void> {
  const rounds = Math.max(Math.round(10 * scale), 2)
  const rows = await withDirectory(async home => {
    const ours = await replay(driver, rounds, await ourBroker(join(home, 'millrace')))
    const kafka = await replay(driver, rounds, await kafkaBroker(join(home, 'kafka')))
    return [
      ['first group answered, ms', ours.whole.firstMs, kafka.whole.firstMs],
      ['all groups answered, ms', ours.whole.allMs, kafka.whole.allMs],
      ['the same, compacted: first, ms', ours.compacted.firstMs, kafka.compacted.firstMs],
      ['the same, compacted: all, ms', ours.compacted.allMs, kafka.compacted.allMs],
      ['MB of __consumer_offsets, as written', ours.writtenMb, kafka.writtenMb],
      ['MB of __consumer_offsets, compacted', ours.compactedMb, kafka.compactedMb],
    ] as const
  })
  const commits = (groups * partitions * rounds).toLocaleString('en')
  printTable(
    [
      `start, ${commits} commits of ${(groups * partitions).toLocaleString('en')} offsets`,
      'Millrace',
      'Kafka',
      'ratio',
    ],
    rows.map(([name, ours, kafka]) => [name, ours.toFixed(0), kafka.toFixed(0), ratio(ours, kafka)]),
  )
}
async function ourBroker(home: string): Promise<Startable> {
  const port = await freePort(),
    data = join(home, 'data')
  const args = [join(checkout, 'dist/cli/main.js'), 'up', '--port', `${port}`, '--data', data]
  return {
    program: process.execPath,
    args: [...args, ...asKafka, ...overrides(smallSegments)],
    bootstrap: `127.0.0.1:${port}`,
    data,
  }
}
async function kafkaBroker(home: string): Promise<Startable> {
  mkdirSync(home)
  const { bootstrap, file } = await prepareKafka(home, smallSegments)
  const [program, args] = javaCommand('kafka.Kafka', [file], { heap: '1G', server: true })
  return { program, args, bootstrap, data: join(home, 'data') }
}

async function replay(driver: string, rounds: number, broker: Startable) {
  const fetch: GroupsLoad = { mode: 'fetch', groups, partitions }
  let writtenMb = 0,
    compactedMb = 0
  await during(broker, async () => {
    await driveGroups(driver, broker.bootstrap, { mode: 'fill', groups, partitions, rounds })
    writtenMb = offsetsMb(broker.data)
  })
  const whole = await during(broker, async from => {
    const answered = await driveGroups(driver, broker.bootstrap, fetch)
    compactedMb = await settledMb(broker.data)
    return sinceStart(answered, from)
  })
  const compacted = await during(broker, async from =>
    sinceStart(await driveGroups(driver, broker.bootstrap, fetch), from),
  )
  return { whole, compacted, writtenMb, compactedMb }
}
function sinceStart({ firstAt, lastAt }: { firstAt: number; lastAt: number }, from: number) {
  return { firstMs: firstAt - from, allMs: lastAt - from }
}
/** Starts the broker, does something with it, and stops it as a service is stopped. */
async function during<T>({ program, args }: Startable, run: (from: number) => Promise<T>): Promise<T> {
  const from = Date.now()
  const broker = spawn(program, args, { stdio: 'ignore' })
  const exit = once(broker, 'exit')
  try {
    return await run(from)
  } finally {
    broker.kill('SIGTERM')
    await exit
  }
}
/** Sizes of the segments; indexes are of the sizes that they are made with. */
function offsetsMb(data: string): number {
  const logs = readdirSync(data)
    .filter(name => /^__consumer_offsets-\d+$/.test(name))
    .flatMap(name => readdirSync(join(data, name)).map(file => join(data, name, file)))
  return logs.filter(file => file.endsWith('.log')).reduce((sum, file) => sum + sizeOf(file), 0) / 1e6
}
function sizeOf(file: string): number {
  try {
    return statSync(file).size
  } catch {
    return 0 // compacted away meanwhile
  }
}
/** When nothing has become smaller for ten seconds. */
async function settledMb(data: string): Promise<number> {
  let size = offsetsMb(data),
    since = Date.now()
  const until = since + compactionMsMax
  while (Date.now() - since < 10_000 && Date.now() < until) {
    await sleep(500)
    const now = offsetsMb(data)
    if (now < size) since = Date.now()
    size = now
  }
  return size
}
