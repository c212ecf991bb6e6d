// memory: what is resident of both brokers at the start, after loads that follow on each other, and after a rest.

import { setTimeout as sleep } from 'node:timers/promises'

import { asKafka, buildDist, usage, withPair, type Running } from './brokers.ts'
import { buildDriver, drive, type Load } from './driver.ts'
import { printTable, ratio } from './report.ts'

interface Step {
  readonly name: string
  /** Written to a topic of its own, and read again where it was produced. */
  readonly load?: Omit<Load, 'topic'> & { readonly records: number }
  readonly restMs?: number
}
/** Ours gives up in the second minute what it did not need in the first. */
const restMs = 125_000
const usual = { sizeBytes: 1000, batchBytes: 131_072, partitions: 1, mode: 'produce' } as const
const steps = (scale: number): readonly Step[] => {
  const records = Math.ceil(500_000 * scale)
  // oxfmt-ignore
  return [
    { name: 'at the start' },
    { name: '1 kB, 128 kB batches',        load: { ...usual, records } },
    { name: '1 kB, 16 kB batches',         load: { ...usual, records, batchBytes: 16_384 } },
    { name: '1 kB, 128 kB, 50 partitions', load: { ...usual, records, partitions: 50 } },
    { name: '1 kB, 128 kB, lz4',           load: { ...usual, records, codec: 'lz4' } },
    { name: '1,000 connections',           load: { ...usual, records: Math.ceil(100_000 * scale), sizeBytes: 100, mode: 'connections', clients: 1000 } },
    { name: '1,000 partitions more',       load: { ...usual, records: 20_000, sizeBytes: 100, partitions: 1000 } },
    { name: `${restMs / 1000} s of rest`,  restMs },
  ]
}

export async function benchMemory(scale: number): Promise<void> {
  buildDist()
  const driver = buildDriver()
  await withPair(asKafka, {}, async ({ ours, kafka }) => {
    const after = async (step: Step, topic: string, broker: Running): Promise<number> => {
      const { load } = step
      if (load !== undefined) await drive(driver, broker.bootstrap, { ...load, topic })
      if (load?.mode === 'produce')
        await drive(driver, broker.bootstrap, { topic, mode: 'consume', records: load.records })
      return usage(broker.pid).residentMb
    }
    const rows: (string | number)[][] = []
    for (const [index, step] of steps(scale).entries()) {
      await sleep(step.restMs ?? 0)
      const topic = `memory-${index}`,
        here = await after(step, topic, ours),
        there = await after(step, topic, kafka)
      rows.push([step.name, here.toFixed(0), there.toFixed(0), ratio(here, there)])
    }
    printTable(['resident after', 'Millrace MB', 'Kafka MB', 'ratio'], rows)
  })
}
