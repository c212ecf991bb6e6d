// What a broker can be made to do beside a producer: each work goes on until it is stopped, and then tells how much it was.

import { spawn } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

import { freePort, javaCommand, prepareKafka } from '../compat/kafka/kafka.ts'
import { startProcess } from '../compat/suite/process.ts'
import { asKafka, dropFromCache, upArguments, type Running } from './brokers.ts'
import { drive, type LoadResult } from './driver.ts'
import type { BrokerBench } from './measure.ts'

export interface Work {
  readonly name: string
  start(place: Place): Promise<() => Promise<string>>
}
export interface Place {
  readonly bench: BrokerBench
  readonly broker: Running
  /** Of both brokers: each has a directory by its name, with its data in `data`. */
  readonly home: string
  readonly seconds: number
}

let topicCount = 0
export const freshTopic = (kind: string): string => `${kind}-${topicCount++}`

const usual = { sizeBytes: 1000, batchBytes: 131_072, partitions: 1 }
/** Bytes a second that compaction and catch-up can be expected to get through at most. */
const fastestMb = 200

export const works: readonly Work[] = [
  { name: 'nothing', start: async () => async () => '' },
  { name: 'compaction', start: compaction },
  { name: 'recovery of another broker', start: recovery },
  ...(['zstd', 'gzip'] as const).map((codec): Work => ({
    name: `10 MB/s compressed anew by ${codec}`,
    async start({ bench, broker, seconds }) {
      const topic = freshTopic('recompressed')
      const load = { ...usual, topic, rate: 10_000, lingerMs: 20, configs: `compression.type=${codec}` }
      const records = Math.round(10_000 * seconds)
      const driven = drive(bench.driver, broker.bootstrap, { ...load, records, mode: 'paced' })
      return async () => {
        const { mbPerSecond } = await driven
        await drive(bench.driver, broker.bootstrap, { topic, mode: 'delete' })
        return `${mbPerSecond.toFixed(1)} MB/s`
      }
    },
  })),
  { name: 'catching up from the device', start: catchingUp },
]

async function compaction({ bench, broker, home, seconds }: Place): Promise<() => Promise<string>> {
  const topic = freshTopic('compacted'),
    records = Math.round(fastestMb * seconds * 1000)
  const written = { ...usual, topic, records, keys: records >> 1, configs: 'segment.bytes=67108864' }
  await drive(bench.driver, broker.bootstrap, { ...written, mode: 'produce' })
  const directory = join(home, broker.name, 'data', `${topic}-0`)
  dropFromCache(directory)
  const before = sizeOf(directory)
  const configs = 'cleanup.policy=compact,min.cleanable.dirty.ratio=0.001'
  await drive(bench.driver, broker.bootstrap, { topic, mode: 'configure', configs })
  return async () => {
    const dropped = before - sizeOf(directory)
    await drive(bench.driver, broker.bootstrap, { topic, mode: 'delete' })
    return `${dropped.toFixed(0)} MB dropped of ${before.toFixed(0)}`
  }
}
/** Of the segments of a log, in MB. */
function sizeOf(directory: string): number {
  const sizes = readdirSync(directory).map(name => (name.endsWith('.log') ? statSync(join(directory, name)).size : 0))
  return sizes.reduce((sum, size) => sum + size, 0) / 1e6
}

/** Of one of the same kind, that is killed and started again, with so much on the device that one start lasts for seconds. */
async function recovery({ bench, broker, home }: Place): Promise<() => Promise<string>> {
  const other = join(home, `other-${broker.name}`)
  let start = recoverable.get(other)
  if (start === undefined) {
    mkdirSync(other)
    start = await startOf(broker.name, other)
    recoverable.set(other, start)
    const records = recoveredMb * Math.min(bench.scale / 0.2, 1) * 1000
    const load = { ...usual, topic: 'much', records, configs: 'segment.bytes=268435456', partitions: 4 }
    const first = start()
    await drive(bench.driver, first.bootstrap, { topic: 'first', mode: 'first' })
    await drive(bench.driver, first.bootstrap, { ...load, mode: 'produce' })
    await first.kill()
  }
  let isStopped = false,
    starts = 0
  const again = async (): Promise<void> => {
    while (!isStopped) {
      // From the first byte, not from where it was synced.
      rmSync(join(other, 'data/recovery-point-offset-checkpoint'), { force: true })
      for (const partition of [0, 1, 2, 3]) dropFromCache(join(other, `data/much-${partition}`))
      starts++
      const current = start()
      while (!isStopped && !current.isReady()) await new Promise(resolve => setTimeout(resolve, 20))
      await current.kill()
    }
  }
  const ended = again()
  await sleep(startedMs[broker.name])
  return async () => {
    isStopped = true
    await ended
    return `${starts} start${starts === 1 ? '' : 's'}`
  }
}
/** By their directories: made once, and recovered again and again. */
const recoverable = new Map<string, () => Started>()
const recoveredMb = 10_000
/** It has begun to recover by then. */
const startedMs = { millrace: 500, kafka: 3_000 }
interface Started {
  readonly bootstrap: string
  isReady(): boolean
  kill(): Promise<void>
}
/** How a broker is started in the directory, again and again. */
async function startOf(kind: Running['name'], home: string): Promise<() => Started> {
  const { program, args, bootstrap, readyText } = await commandOf(kind, home)
  return () => {
    const logFile = join(home, 'broker.log')
    rmSync(logFile, { force: true })
    const broker = startProcess(program, args, { logFile })
    return {
      bootstrap,
      isReady: () => broker.exited() || (readyText !== undefined && readFileSync(logFile, 'utf8').includes(readyText)),
      async kill() {
        if (!broker.exited()) process.kill(broker.pid, 'SIGKILL')
        await broker.stop()
      },
    }
  }
}
async function commandOf(kind: Running['name'], home: string) {
  if (kind === 'kafka') {
    const { file, bootstrap } = await prepareKafka(home)
    const [program, args] = javaCommand('kafka.Kafka', [file], { heap: '1G', server: true })
    // It does not tell, and takes longer than it is looked at.
    return { program, args, bootstrap, readyText: undefined }
  }
  const port = await freePort()
  const args = [...upArguments(home, port), ...asKafka]
  return { program: process.execPath, args, bootstrap: `127.0.0.1:${port}`, readyText: '{"event":"ready"' }
}

async function catchingUp({ bench, broker, home, seconds }: Place): Promise<() => Promise<string>> {
  const topic = freshTopic('old'),
    records = Math.round(fastestMb * seconds * 1000)
  await drive(bench.driver, broker.bootstrap, { ...usual, topic, records, mode: 'produce' })
  dropFromCache(join(home, broker.name, 'data', `${topic}-0`))
  // It stands for one on another machine, and is not to take the processors from the load that is measured.
  const read = ['-b', broker.bootstrap, '-t', topic, '-mode', 'consume', '-n', `${records}`]
  const reader = spawn('nice', ['-n', '10', bench.driver, ...read])
  let told = ''
  reader.stdout.on('data', text => (told += text))
  const exit = new Promise(resolve => reader.on('exit', resolve))
  return async () => {
    reader.kill()
    await exit
    await drive(bench.driver, broker.bootstrap, { topic, mode: 'delete' })
    return told === '' ? 'all the time' : `${(JSON.parse(told) as LoadResult).mbPerSecond.toFixed(0)} MB/s`
  }
}
