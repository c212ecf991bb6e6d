// Starts of a broker that has much to find: a thousand partitions and gigabytes, after a clean stop and after kill -9.

import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

import { freePort, javaCommand, prepareKafka } from '../compat/kafka/kafka.ts'
import { asKafka, checkout, withDirectory } from './brokers.ts'
import { drive, type Load } from './driver.ts'
import type { BrokerBench } from './measure.ts'
import { ratio, type Table } from './report.ts'
import { started, type Started } from './start.ts'

export async function benchStarts(bench: BrokerBench): Promise<Table[]> {
  const { scale } = bench
  const partitions = Math.max(Math.round(1000 * scale), 10),
    gigabytes = 10 * scale
  const load: Load = {
    topic: 'much',
    mode: 'produce',
    records: Math.max(Math.round(gigabytes * 1e6), partitions),
    sizeBytes: 1000,
    batchBytes: 131_072,
  }
  const ours = await withDirectory(async home => {
    const port = await freePort(),
      up = [join(checkout, 'dist/cli/main.js'), 'up', '--port', `${port}`, '--data', join(home, 'data'), ...asKafka]
    return starts(bench, { port, program: process.execPath, args: up }, load, partitions)
  })
  const kafka = await withDirectory(async directory => {
    const home = join(directory, 'kafka')
    mkdirSync(home)
    const { port, file } = await prepareKafka(home)
    const [program, args] = javaCommand('kafka.Kafka', [file], { heap: '1G', server: true })
    return starts(bench, { port, program, args }, load, partitions)
  })
  const row = (name: string, a: Started, b: Started) => [
    name,
    a.ms,
    b.ms,
    ratio(a.ms, b.ms),
    a.residentMb.toFixed(0),
    b.residentMb.toFixed(0),
    ratio(a.residentMb, b.residentMb),
  ]
  return [
    {
      title: `Start to the first acknowledgement, with ${partitions} partitions and ${gigabytes} GB`,
      head: ['start', 'ms', 'Kafka', 'ratio', 'MB', 'Kafka', 'ratio'],
      rows: [
        row('of an empty directory', ours.empty, kafka.empty),
        row('after a clean stop', ours.clean, kafka.clean),
        row('after kill -9', ours.killed, kafka.killed),
      ],
    },
  ]
}

interface Broker {
  readonly port: number
  readonly program: string
  readonly args: readonly string[]
}
async function starts({ driver }: BrokerBench, { port, program, args }: Broker, load: Load, partitions: number) {
  const bootstrap = `127.0.0.1:${port}`
  const fill = async (more: Partial<Load>): Promise<void> => void (await drive(driver, bootstrap, { ...load, ...more }))
  const run = (options?: Parameters<typeof started>[4]) => started(driver, port, program, args, options)
  const empty = await run({ meanwhile: () => fill({ partitions }) })
  const clean = await run({ meanwhile: () => fill({}), signal: 'SIGKILL' })
  const killed = await run()
  return { empty, clean, killed }
}
