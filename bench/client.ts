// client: what a record costs its client, to send and to read, on our broker and on Apache Kafka: ours beside kafkajs and
// @platformatic/kafka in one process, and librdkafka as kcat. CPU time of the client alone, the least of the rounds, in which
// the clients take turns.

import { join } from 'node:path'

import { Missing, prepare } from '../compat/suite/missing.ts'
import { createClient, type Client } from '../src/client/index.ts'
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
  type SendLoad,
  type Sender,
} from './client-peers.ts'
import { printTable } from './report.ts'

/** The first warms the code up, and does not count. */
const rounds = 4
const partitions = 4
const sizes = [100, 1_000]
const codecs: readonly Codec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']
const acksOfCases: readonly Acks[] = [1, 'all']
const distinct = 1_000
/** At any scale: with fewer, a run is little but the opening of connections. */
const countMin = { 100: 40_000, 1_000: 10_000 }
/** A client that takes longer for a run is left out of the case: it is stuck. */
const runMsMax = 20_000

/** What `--only` may name. Of brokers, or of codecs, those that are not named are left out, if any is. */
export const clientParts = ['millrace', 'kafka', ...codecs]

export async function benchClient(scale: number, only: readonly string[]): Promise<void> {
  buildDist()
  prepare('kcat', ['-V'])
  const named = <T extends string>(all: readonly T[]) => {
    const some = all.filter(one => only.includes(one))
    return some.length > 0 ? some : all
  }
  await withDirectory(async directory => {
    const where = { scale, directory, codecs: named(codecs) }
    const brokers = named(['millrace', 'kafka'])
    if (brokers.includes('millrace'))
      await measureOn(await startMillrace(join(directory, 'millrace'), 0, asKafka), where)
    if (!brokers.includes('kafka')) return
    try {
      // Else each reader in a group waits three seconds for others.
      const kafka = await startApacheKafka(join(directory, 'kafka'), { 'group.initial.rebalance.delay.ms': '0' })
      await measureOn(kafka, where)
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      console.log(`not on Apache Kafka: ${error.message}`)
    }
  })
}

interface Where {
  readonly scale: number
  readonly directory: string
  readonly codecs: readonly Codec[]
}
const peers = ['kafkajs', 'platformatic']
async function measureOn(broker: Running, { scale, directory, codecs }: Where): Promise<void> {
  const { bootstrap } = broker
  const sent: string[][] = [],
    read: string[][] = []
  await using client = createClient({ bootstrap, clientId: 'bench' })
  try {
    for (const sizeBytes of sizes)
      for (const codec of codecs) {
        const topic = `bench-${sizeBytes}-${codec}`
        const records = samples(sizeBytes)
        const isSmall = sizeBytes === 100
        const wanted = Math.max(scale * (isSmall ? 200_000 : 50_000), countMin[isSmall ? 100 : 1_000])
        const count = Math.round(wanted / distinct) * distinct
        const toRead = `${topic}-to-read`
        await client.admin.topics.create([
          { name: topic, partitions },
          { name: toRead, partitions },
        ])
        for (const acks of acksOfCases) {
          const load = { topic, records, count, codec, acks }
          const senders = { ...ourSenders(client, load), ...(await peerSenders(bootstrap, load)) }
          const costs = await compare(senders, count)
          costs['kcat'] = least(() => kcatSender(bootstrap, directory, load), count)
          sent.push([`${sizeBytes} B, ${codec}, acks ${acks}`, ...shown(costs, [...peers, 'kcat'])])
          for (const { close } of Object.values(senders)) await withinLimit(close())
        }
        await fill(client, { topic: toRead, records, count, codec, acks: 1 })
        const load = { topic: toRead, partitions, count }
        const costs = await compare({ ...ourReaders(client, load), ...peerReaders(bootstrap, load) }, count)
        costs['kcat'] = least(() => kcatReader(bootstrap, load), count)
        read.push([`${sizeBytes} B, ${codec}`, ...shown(costs, [...peers, 'kcat'])])
        await client.admin.topics.delete([topic, toRead])
      }
  } finally {
    await broker.stop()
    const ratios = ['JS / least', 'JS / most', 'most / kcat']
    console.log(
      `\nOn ${broker.name === 'kafka' ? 'Apache Kafka' : 'Millrace'}: ns of CPU for each record that is sent\n`,
    )
    printTable(['sent', 'send', 'sendAll', ...peers, 'kcat', ...ratios], sent)
    console.log(`\n... that is read\n`)
    printTable(['read', 'columns', 'records', 'for await', ...peers, 'kcat', ...ratios], read)
  }
}
async function fill(client: Client, load: SendLoad): Promise<void> {
  const { sendAll } = ourSenders(client, load)
  await sendAll!.run()
  await sendAll!.close()
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

/** By client, in ns; NaN for one that has failed. */
type Costs = Record<string, number>
async function compare(works: Readonly<Record<string, Sender | Reader>>, count: number): Promise<Costs> {
  const costs: Costs = Object.fromEntries(Object.keys(works).map(name => [name, Infinity]))
  const inOrder = Object.entries(works)
  for (let round = 0; round < rounds; round++)
    // Garbage is collected in the time of who comes next: nobody should always follow the same one.
    for (const [name, { run }] of round % 2 === 0 ? inOrder : inOrder.toReversed()) {
      if (Number.isNaN(costs[name])) continue
      const used = process.cpuUsage()
      const failure = await withinLimit(run())
      const { user, system } = process.cpuUsage(used)
      if (failure !== undefined) {
        console.error(`${name} is left out: ${failure}`)
        costs[name] = NaN
      } else if (round > 0) costs[name] = Math.min(costs[name]!, ((user + system) * 1_000) / count)
    }
  return costs
}
/** What went wrong, if it has, or that it takes too long. */
async function withinLimit(work: Promise<unknown>): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>()
  const timer = setTimeout(resolve, runMsMax, `not done within ${runMsMax} ms`)
  try {
    return await Promise.race([work.then(() => undefined, String), promise])
  } finally {
    clearTimeout(timer)
  }
}
/** Of a program that tells its CPU seconds. */
function least(run: () => number, count: number): number {
  return Math.min(...Array.from({ length: rounds - 1 }, () => (run() * 1e9) / count))
}
/** Costs, the fastest of JavaScript's by our least and by our most, and our most by librdkafka. */
function shown(costs: Costs, others: readonly string[]): string[] {
  const ours = Object.keys(costs).flatMap(name => (others.includes(name) ? [] : [costs[name]!]))
  const fastest = Math.min(...peers.map(peer => costs[peer]!).filter(Number.isFinite))
  return [
    ...Object.values(costs).map(cost => (Number.isFinite(cost) ? cost.toFixed(0) : '-')),
    (fastest / Math.min(...ours)).toFixed(1),
    (fastest / Math.max(...ours)).toFixed(1),
    (Math.max(...ours) / costs['kcat']!).toFixed(2),
  ]
}
