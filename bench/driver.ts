// The Go program in driver/, built once, and one run of it.

import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'

import { cached } from '../compat/suite/cache.ts'
import { prepare } from '../compat/suite/missing.ts'

const source = join(import.meta.dirname, 'driver')

export interface Load {
  readonly topic: string
  readonly mode:
    | 'first'
    | 'produce'
    | 'paced'
    | 'consume'
    | 'latency'
    | 'connections'
    | 'requests'
    | 'configure'
    | 'delete'
  readonly records?: number
  readonly sizeBytes?: number
  readonly batchBytes?: number
  readonly codec?: string
  readonly acks?: 'all' | '1' | '0'
  readonly partitions?: number
  /** Of the topic, `name=value,…`: when it is created with `partitions`, or by mode `configure`. */
  readonly configs?: string
  /** Mode `produce`: so many different keys. */
  readonly keys?: number
  readonly lingerMs?: number
  /** Modes `latency` and `paced`: records a second. */
  readonly rate?: number
  /** Modes `connections` and `requests`: how many. */
  readonly clients?: number
}
export interface LoadResult {
  readonly records: number
  readonly seconds: number
  readonly mbPerSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
  readonly p999Ms: number
  /** Of the driver, in the modes `connections` and `requests`: what it leaves of the machine is the broker's. */
  readonly driverCpuSeconds: number
  /** Mode `first`: when the record was acknowledged, in ms since 1970. */
  readonly at: number
}

export function buildDriver(): string {
  const inputs = ['main.go', 'requests_linux.go', 'go.mod', 'go.sum'].map(name => join(source, name))
  const directory = cached('bench-driver', inputs, into => {
    prepare('go', ['build', '-o', join(into, 'driver'), '.'], source)
  })
  return join(directory, 'driver')
}

export async function drive(driver: string, bootstrap: string, load: Load): Promise<LoadResult> {
  const { topic, mode, records, sizeBytes, batchBytes, codec, acks, partitions, configs, keys, lingerMs } = load
  const flags = {
    b: bootstrap,
    t: topic,
    mode,
    n: records,
    size: sizeBytes,
    batch: batchBytes,
    codec,
    acks,
    partitions,
    config: configs,
    keys,
    linger: lingerMs,
    rate: load.rate,
    clients: load.clients,
  }
  const args = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [`-${flag}`, `${value}`]))
  const { stdout } = await promisify(execFile)(driver, args, { maxBuffer: 2 ** 20 })
  return JSON.parse(stdout) as LoadResult
}
