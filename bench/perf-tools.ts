// The tools that measure, on both brokers: `millrace perf`, and Apache's kafka-producer-perf-test and
// kafka-consumer-perf-test, each driving ours and Apache Kafka with the same load. What a tool says is told as it says it:
// a Java process pays for its start, which is why both kinds are here.

import { join } from 'node:path'

import { javaCommand } from '../compat/kafka/kafka.ts'
import { execute } from '../compat/suite/command.ts'
import {
  asKafka,
  buildDist,
  checkout,
  startApacheKafka,
  startMillrace,
  withDirectory,
  type Running,
} from './brokers.ts'
import { printTable, ratio } from './report.ts'

interface Load {
  readonly topic: string
  readonly records: number
  readonly sizeBytes: number
}
interface Rate {
  readonly recordsPerSecond: number
  readonly mbPerSecond: number
  /** Of a producer's records, from send to acknowledgement. */
  readonly p99Ms?: number
}
/** A tool and what it does; consumers read what the tool of the same kind has produced. */
interface Tool {
  readonly name: string
  run(bootstrap: string, load: Load): Promise<Rate>
}

const limitMs = 300_000
async function said([program, args]: readonly [string, readonly string[]]): Promise<string> {
  const { code, stdout, stderr } = await execute([program, args], { waitMs: limitMs })
  if (code !== 0)
    throw new Error(`${program} ${args.slice(-8).join(' ')} failed:\n${stderr.trim() || stdout.toString()}`)
  return stdout.toString()
}
const apache = (tool: string, args: readonly string[]) =>
  said(javaCommand(`org.apache.kafka.tools.${tool}`, args, { heap: '512M', server: true }))

async function ours(
  what: 'produce' | 'consume',
  bootstrap: string,
  { topic, records, sizeBytes }: Load,
): Promise<Rate> {
  const main = join(checkout, 'dist/cli/main.js')
  const size = what === 'produce' ? ['--size', `${sizeBytes}`] : []
  const args = ['perf', what, topic, '--records', `${records}`, ...size, '-b', bootstrap, '--format', 'json']
  const told = JSON.parse(await said([process.execPath, [main, ...args]])) as {
    readonly recordsPerSecond: number
    readonly bytesPerSecond: number
    readonly latencyMs?: { readonly p99: number }
  }
  return {
    recordsPerSecond: told.recordsPerSecond,
    mbPerSecond: told.bytesPerSecond / 1e6,
    ...(told.latencyMs === undefined ? {} : { p99Ms: told.latencyMs.p99 }),
  }
}

const tools: readonly Tool[] = [
  { name: 'millrace perf produce', run: (bootstrap, load) => ours('produce', bootstrap, load) },
  { name: 'millrace perf consume', run: (bootstrap, load) => ours('consume', bootstrap, load) },
  {
    name: 'kafka-producer-perf-test',
    async run(bootstrap, { topic, records, sizeBytes }) {
      // The batches and the pause of `millrace perf`, which suit neither tool less.
      const settings = [`bootstrap.servers=${bootstrap}`, 'batch.size=131072', 'linger.ms=5', 'acks=all']
      const load = ['--num-records', `${records}`, '--record-size', `${sizeBytes}`, '--throughput', '-1']
      const printed = await apache('ProducerPerformance', ['--topic', topic, ...load, '--producer-props', ...settings])
      const [, perSecond, mb, p99] =
        /records sent, ([\d.]+) records\/sec \(([\d.]+) MB\/sec\).* ([\d.]+) ms 99th/.exec(
          printed.trim().split('\n').at(-1)!,
        ) ?? []
      // Its megabytes are of 2 ** 20 bytes.
      return { recordsPerSecond: Number(perSecond), mbPerSecond: Number(mb) * 1.048_576, p99Ms: Number(p99) }
    },
  },
  {
    name: 'kafka-consumer-perf-test',
    async run(bootstrap, { topic, records }) {
      const args = ['--bootstrap-server', bootstrap, '--topic', topic, '--num-records', `${records}`, '--hide-header']
      const cells = (await apache('ConsumerPerformance', args)).trim().split('\n').at(-1)!.split(', ').map(Number)
      // start, end, MB, MB/s, records, records/s, …: the time includes that of joining the group, so the fetch's own is told.
      return { recordsPerSecond: cells[9]!, mbPerSecond: cells[8]! * 1.048_576 }
    },
  },
]
const rounds = 3

export async function benchPerfTools(scale: number): Promise<void> {
  buildDist()
  const load = { records: Math.round(500_000 * scale), sizeBytes: 1000 }
  await withDirectory(async directory => {
    const brokers: Running[] = []
    try {
      brokers.push(await startMillrace(join(directory, 'millrace'), 0, asKafka))
      brokers.push(await startApacheKafka(join(directory, 'kafka')))
      const rates = tools.map(() => brokers.map((): Rate[] => []))
      for (let round = 0; round <= rounds; round++)
        for (const [i, tool] of tools.entries())
          for (const [j, broker] of brokers.entries()) {
            const topic = `${i < 2 ? 'ours' : 'apache'}-${round}`
            const rate = await tool.run(broker.bootstrap, { ...load, topic })
            // The first round warms the brokers up.
            if (round > 0) rates[i]![j]!.push(rate)
            console.error(`  ${tool.name} on ${broker.name}: ${rate.mbPerSecond.toFixed(0)} MB/s`)
          }
      printTable(
        [
          `${load.records} records of 1 kB`,
          'Millrace records/s',
          'Kafka records/s',
          'ratio',
          'MB/s',
          'Kafka MB/s',
          'p99 ms',
          'Kafka p99',
        ],
        tools.map(({ name }, i) => rowOf(name, rates[i]!)),
      )
    } finally {
      for (const broker of brokers) await broker.stop()
    }
  })
}
function rowOf(name: string, [millrace, kafka]: readonly Rate[][]): (string | number)[] {
  const of = (rates: readonly Rate[], what: (rate: Rate) => number) =>
    rates.map(what).toSorted((a, b) => a - b)[rates.length >> 1]!
  const perSecond = [millrace!, kafka!].map(rates => of(rates, ({ recordsPerSecond }) => recordsPerSecond))
  const latency = (rates: readonly Rate[]) =>
    rates[0]!.p99Ms === undefined ? '' : of(rates, ({ p99Ms }) => p99Ms!).toFixed(0)
  return [
    name,
    ...perSecond.map(rate => Math.round(rate)),
    ratio(perSecond[0]!, perSecond[1]!),
    ...[millrace!, kafka!].map(rates => of(rates, ({ mbPerSecond }) => mbPerSecond).toFixed(0)),
    latency(millrace!),
    latency(kafka!),
  ]
}
