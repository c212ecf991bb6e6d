// client: what a record costs its client, to send and to read, on our broker and on Apache Kafka: ours beside kafkajs and
// @platformatic/kafka in one process, and librdkafka as kcat. CPU time of the client alone, the least of the rounds, in which
// the clients take turns.

import { join } from 'node:path'

import { Missing, prepare } from '../compat/suite/missing.ts'
import { createClient } from '../src/client/index.ts'
import { buildDist, startApacheKafka, startMillrace, withDirectory, asKafka, type Running } from './brokers.ts'
import { kcatReader, kcatSender } from './client-kcat.ts'
import {
  ourReaders,
  ourSenders,
  peerReaders,
  peerSenders,
  type Acks,
  type Codec,
  type Reader,
  type Sender,
} from './client-peers.ts'
import { printTable } from './report.ts'

const rounds = 3
const partitions = 4
const sizes = [100, 1_000]
const codecs: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const acksOfCases: readonly Acks[] = [1, 'all']
const distinct = 1_000

export async function benchClient(scale: number): Promise<void> {
  buildDist()
  prepare('kcat', ['-V'])
  await withDirectory(async directory => {
    await measureOn(await startMillrace(join(directory, 'millrace'), 0, asKafka), { scale, directory })
    try {
      await measureOn(await startApacheKafka(join(directory, 'kafka')), { scale, directory })
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      console.log(`not on Apache Kafka: ${error.message}`)
    }
  })
}

interface Where {
  readonly scale: number
  readonly directory: string
}
async function measureOn(broker: Running, { scale, directory }: Where): Promise<void> {
  const { bootstrap } = broker
  const sent: (string | number)[][] = [],
    read: (string | number)[][] = []
  await using client = createClient({ bootstrap, clientId: 'bench' })
  try {
    for (const sizeBytes of sizes)
      for (const codec of codecs) {
        const topic = `bench-${sizeBytes}-${codec}`
        const records = samples(sizeBytes)
        const count = Math.max(2, Math.round((scale * (sizeBytes < 500 ? 200_000 : 50_000)) / distinct)) * distinct
        await client.admin.topics.create([{ name: topic, partitions }])
        for (const acks of acksOfCases) {
          const load = { topic, records, count, codec, acks }
          const senders = { ...ourSenders(client, load), ...(await peerSenders(bootstrap, load)) }
          const costs = await compare(senders, count)
          costs['kcat'] = await least(() => kcatSender(bootstrap, directory, load), count)
          sent.push([`${sizeBytes} B, ${codec}, acks ${acks}`, ...shown(costs, 'sendAll', ['kafkajs', 'platformatic'])])
          for (const { close } of Object.values(senders)) await close()
        }
        const load = { topic, partitions, count }
        const costs = await compare({ ...ourReaders(client, load), ...peerReaders(bootstrap, load) }, count)
        costs['kcat'] = await least(() => kcatReader(bootstrap, load), count)
        read.push([`${sizeBytes} B, ${codec}`, ...shown(costs, 'records', ['kafkajs', 'platformatic'])])
        await client.admin.topics.delete([topic])
      }
  } finally {
    await broker.stop()
  }
  const peers = ['kafkajs', 'platformatic', 'kcat', 'JS / ours', 'ours / kcat']
  console.log(`\nOn ${broker.name === 'kafka' ? 'Apache Kafka' : 'Millrace'}: ns of CPU for each record that is sent\n`)
  printTable(['sent', 'send', 'sendAll', ...peers], sent)
  console.log(`\n... that is read\n`)
  printTable(['read', 'columns', 'records', 'for await', ...peers], read)
}

/** Text that compresses about as well as JSON from life does, with keys. */
function samples(sizeBytes: number): readonly { key: Buffer; value: Buffer }[] {
  let state = 1
  const next = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0)
  return Array.from({ length: distinct }, (_, i) => {
    let text = `{"id":${next()},"at":"2026-11-${10 + (i % 20)}T10:00:00Z"`
    while (text.length < sizeBytes) text += `,"field${next() % 8}":${next() % 100_000},"name":"n${next() % 50}"`
    return { key: Buffer.from(`key-${i}`), value: Buffer.from(text.slice(0, sizeBytes)) }
  })
}

type Costs = Record<string, number>
async function compare(works: Readonly<Record<string, Sender | Reader>>, count: number): Promise<Costs> {
  const costs: Costs = {}
  for (let round = 0; round < rounds; round++)
    for (const [name, { run }] of Object.entries(works)) {
      const used = process.cpuUsage()
      await run()
      const { user, system } = process.cpuUsage(used)
      costs[name] = Math.min(costs[name] ?? Infinity, ((user + system) * 1_000) / count)
    }
  return costs
}
/** Of a program that tells its CPU seconds. */
async function least(run: () => number, count: number): Promise<number> {
  return Math.min(...Array.from({ length: rounds }, () => (run() * 1e9) / count))
}
function shown(costs: Costs, ours: string, peers: readonly string[]): string[] {
  const fastest = Math.min(...peers.map(peer => costs[peer]!))
  return [
    ...Object.values(costs).map(cost => cost.toFixed(0)),
    (fastest / costs[ours]!).toFixed(1),
    (costs[ours]! / costs['kcat']!).toFixed(2),
  ]
}
