// One run of the driver against a broker, with what it cost the broker.

import { usage, type Running } from './brokers.ts'
import { drive, type Load, type LoadResult } from './driver.ts'

/** What the sections of the broker's benchmark share. */
export interface BrokerBench {
  readonly driver: string
  readonly scale: number
  readonly rounds: number
}
export interface Measured extends LoadResult {
  readonly cpuSeconds: number
  readonly residentMb: number
}

export async function measure(driver: string, { pid, bootstrap }: Running, load: Load): Promise<Measured> {
  const before = usage(pid)
  const result = await drive(driver, bootstrap, load)
  const after = usage(pid)
  return { ...result, cpuSeconds: after.cpuSeconds - before.cpuSeconds, residentMb: after.residentMb }
}

export function median(results: readonly Measured[]): Measured {
  return results.toSorted((a, b) => a.mbPerSecond - b.mbPerSecond)[Math.floor(results.length / 2)]!
}

/** Where the load is the same every time, and the time that it takes is asked for. */
export function medianLatency<T extends LoadResult>(results: readonly T[]): T {
  return results.toSorted((a, b) => a.p99Ms - b.p99Ms)[Math.floor(results.length / 2)]!
}

export async function warm(driver: string, brokers: readonly Running[]): Promise<void> {
  for (const { bootstrap } of brokers) {
    const load = { topic: 'warm', records: 300_000, sizeBytes: 100, partitions: 1 } as const
    await drive(driver, bootstrap, { ...load, mode: 'produce' })
    await drive(driver, bootstrap, { topic: 'warm', mode: 'consume', records: load.records })
  }
}
