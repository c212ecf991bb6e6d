// The two brokers that are compared: ours as users get it (from dist), and Apache Kafka with its default settings.

import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { startKafka } from '../compat/kafka/kafka.ts'
import { prepare } from '../compat/suite/missing.ts'
import { startProcess } from '../compat/suite/process.ts'

export const checkout = join(import.meta.dirname, '..')
const startMsMax = 60_000

export interface Running {
  readonly name: 'millrace' | 'kafka'
  readonly pid: number
  readonly bootstrap: string
  stop(): Promise<void>
}

export function buildDist(): void {
  prepare('npm', ['run', '--silent', 'build'], checkout)
}

/** Durability as Apache Kafka's own default: from the page cache. */
export const asKafka = ['--override', 'log.flush.on.ack=false']

export async function startMillrace(home: string, port = 0, more: readonly string[] = []): Promise<Running> {
  mkdirSync(home, { recursive: true })
  const broker = startProcess(process.execPath, [...upArguments(home, port), ...more], {
    logFile: join(home, 'broker.log'),
  })
  const deadline = Date.now() + startMsMax
  for (;;) {
    const ready = /^\{"event":"ready".*\}$/m.exec(readFileSync(join(home, 'broker.log'), 'utf8'))
    if (ready) {
      const { bootstrap } = JSON.parse(ready[0]) as { bootstrap: string }
      return { name: 'millrace', pid: broker.pid, bootstrap, stop: broker.stop }
    }
    if (broker.exited() || Date.now() > deadline) throw new Error(`Millrace did not start:\n${broker.logTail()}`)
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}

/** Of Node, for a broker that says in JSON when it is ready. */
export function upArguments(home: string, port: number): string[] {
  const main = join(checkout, 'dist/cli/main.js')
  return [main, 'up', '--port', `${port}`, '--data', join(home, 'data'), '--format', 'json']
}

export async function startApacheKafka(home: string, properties: KafkaProperties = {}): Promise<Running> {
  mkdirSync(home, { recursive: true })
  const { pid, bootstrap, stop } = await startKafka(home, properties)
  return { name: 'kafka', pid, bootstrap, stop }
}

export interface Pair {
  readonly ours: Running
  readonly kafka: Running
  /** Each broker has a directory in it by its name, with its data in `data`. */
  readonly home: string
}
export type KafkaProperties = Readonly<Record<string, string>>

/** Runs with one of each, ours with more arguments, Kafka with other properties. */
export async function withPair<T>(
  more: readonly string[],
  properties: KafkaProperties,
  run: (pair: Pair) => Promise<T>,
): Promise<T> {
  return withDirectory(async home => {
    const ours = await startMillrace(join(home, 'millrace'), 0, more)
    try {
      const kafka = await startApacheKafka(join(home, 'kafka'), properties)
      try {
        return await run({ ours, kafka, home })
      } finally {
        await kafka.stop()
      }
    } finally {
      await ours.stop()
    }
  })
}

/** Has the kernel keep nothing of a directory's files in memory: they are read from the device. */
export function dropFromCache(directory: string): void {
  const files = readdirSync(directory).map(name => join(directory, name))
  spawnSync('sync', ['-d', ...files])
  for (const file of files) spawnSync('dd', [`if=${file}`, 'iflag=nocache', 'count=0', 'status=none'])
}

/** Runs with a directory that is gone afterwards. */
export async function withDirectory<T>(run: (directory: string) => Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'millrace-bench-'))
  try {
    return await run(directory)
  } finally {
    rmSync(directory, { recursive: true, force: true })
  }
}

/** CPU seconds that a process has used so far, and its resident memory, in MB. Linux only. */
export function usage(pid: number): { cpuSeconds: number; residentMb: number } {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const resident = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
  return { cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100, residentMb: Number(resident ?? 0) / 1024 }
}
