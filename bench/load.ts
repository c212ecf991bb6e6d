// produce and fetch: the same load on both brokers, one after the other in one run, case by case, so that a machine that
// slows down slows down both. Ratios are ours to Kafka's.

import { join } from 'node:path'

import { asKafka, buildDist, startApacheKafka, startMillrace, withDirectory, type Running } from './brokers.ts'
import { buildDriver, drive, type Load } from './driver.ts'
import { measure, median, warm, type Measured } from './measure.ts'
import { printTable } from './report.ts'

interface Case extends Omit<Load, 'topic' | 'mode'> {
  readonly name: string
  readonly records: number
  readonly sizeBytes: number
}
// oxfmt-ignore
const cases: readonly Case[] = [
  { name: '100 B, 16 kB batches',        records: 1_000_000, sizeBytes: 100,  batchBytes: 16_384,  partitions: 1 },
  { name: '100 B, 128 kB batches',       records: 1_000_000, sizeBytes: 100,  batchBytes: 131_072, partitions: 1 },
  { name: '1 kB, 16 kB batches',         records: 300_000,   sizeBytes: 1000, batchBytes: 16_384,  partitions: 1 },
  { name: '1 kB, 128 kB batches',        records: 500_000,   sizeBytes: 1000, batchBytes: 131_072, partitions: 1 },
  { name: '1 kB, 128 kB, 50 partitions', records: 500_000,   sizeBytes: 1000, batchBytes: 131_072, partitions: 50 },
  { name: '1 kB, 128 kB, lz4',           records: 500_000,   sizeBytes: 1000, batchBytes: 131_072, partitions: 1, codec: 'lz4' },
  { name: '1 kB, 128 kB, acks=1',        records: 500_000,   sizeBytes: 1000, batchBytes: 131_072, partitions: 1, acks: '1' },
]
/** Each case so often, the two brokers taking turns; the median is told. */
const rounds = 3

export async function benchLoad(mode: 'produce' | 'fetch', scale: number): Promise<void> {
  buildDist()
  const driver = buildDriver()
  await withDirectory(async directory => {
    const ours = await startMillrace(join(directory, 'millrace'), 0, asKafka)
    try {
      const kafka = await startApacheKafka(join(directory, 'kafka'))
      try {
        await warm(driver, [ours, kafka])
        const rows: (string | number)[][] = []
        for (const one of cases) rows.push(await compare(driver, one, mode, scale, [ours, kafka]))
        printTable(
          [
            `${mode} (franz-go)`,
            'Millrace MB/s',
            'Kafka MB/s',
            'ratio',
            // A fetch has no latency of its own: it is answered when there is something.
            ...(mode === 'produce' ? ['p99 ms', 'Kafka p99'] : []),
            'CPU s/GB',
            'Kafka CPU s/GB',
            'MB',
            'Kafka MB',
          ],
          rows,
        )
      } finally {
        await kafka.stop()
      }
    } finally {
      await ours.stop()
    }
  })
}

async function compare(
  driver: string,
  { name, ...load }: Case,
  mode: 'produce' | 'fetch',
  scale: number,
  brokers: readonly [Running, Running],
): Promise<(string | number)[]> {
  const records = Math.round(load.records * scale)
  const measured: Record<Running['name'], Measured[]> = { millrace: [], kafka: [] }
  for (let round = 0; round < rounds; round++) {
    for (const broker of brokers) {
      const topic = `${mode}-${name.replaceAll(/[^a-zA-Z0-9]+/g, '-')}-${round}`
      const produced = { ...load, topic, records, mode: 'produce' } as const
      measured[broker.name].push(
        mode === 'produce'
          ? await measure(driver, broker, produced)
          : (await drive(driver, broker.bootstrap, produced),
            await measure(driver, broker, { topic, records, mode: 'consume' })),
      )
    }
  }
  const [ours, kafka] = [median(measured.millrace), median(measured.kafka)]
  const gigabytes = (records * load.sizeBytes) / 1e9
  return [
    name,
    ours.mbPerSecond.toFixed(0),
    kafka.mbPerSecond.toFixed(0),
    (ours.mbPerSecond / kafka.mbPerSecond).toFixed(2),
    ...(mode === 'produce' ? [ours.p99Ms.toFixed(1), kafka.p99Ms.toFixed(1)] : []),
    (ours.cpuSeconds / gigabytes).toFixed(1),
    (kafka.cpuSeconds / gigabytes).toFixed(1),
    ours.residentMb.toFixed(0),
    kafka.residentMb.toFixed(0),
  ]
}
