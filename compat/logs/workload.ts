// Topics of every kind that a log can be, filled through a broker, ours or Apache Kafka's; and what consumers find in them.

import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

import { SeededRandom } from '../../src/base/index.ts'
import { createClient, type Client } from '../../src/client/index.ts'
import { eventually } from '../suite/case.ts'

export const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
// Timestamps are of long ago.
const smallSegments = { 'internal.segment.bytes': '20000', 'index.interval.bytes': '500', 'retention.ms': '-1' }
const compacted = { ...smallSegments, 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.01' }

/** Each of one partition, by name, with its configs. */
export const topics = {
  codecs: smallSegments,
  transactions: smallSegments,
  compacted,
  'compacted-twice': { ...compacted, 'delete.retention.ms': '0' },
  'compacted-transactions': compacted,
  'compacted-and-deleted': { ...compacted, 'cleanup.policy': 'compact,delete', 'retention.bytes': '60000' },
  'append-time': { ...smallSegments, 'message.timestamp.type': 'LogAppendTime' },
  'to-zstd': { ...smallSegments, 'compression.type': 'zstd' },
  'to-gzip': { ...smallSegments, 'compression.type': 'gzip' },
  'to-none': { ...smallSegments, 'compression.type': 'uncompressed' },
  'cut-at-the-start': smallSegments,
  extremes: { ...smallSegments, 'internal.segment.bytes': '2500000', 'max.message.bytes': '3000000' },
} satisfies Readonly<Record<string, Readonly<Record<string, string>>>>
export type TopicName = keyof typeof topics
export const topicNames = Object.keys(topics) as readonly TopicName[]
export const cleanedTopics = topicNames.filter(name => name.startsWith('compacted'))

const start = 1_700_000_000_000

/** Fills all topics; returns when those that are compacted have been, in the broker's directory. */
export async function fill(bootstrap: string, data: string, seed: number): Promise<void> {
  await using client = createClient({ bootstrap })
  const random = new SeededRandom(seed)
  await client.admin.topics.create(topicNames.map(name => ({ name, partitions: 1, configs: topics[name] })))
  for (const name of ['codecs', 'append-time', 'to-zstd', 'to-gzip', 'to-none', 'cut-at-the-start'] as const)
    await fillByAllCodecs(client, name, random)
  for (const name of ['transactions', 'compacted-transactions'] as const) await fillByTransactions(client, name, random)
  for (const name of ['compacted', 'compacted-twice', 'compacted-and-deleted'] as const)
    await fillWithKeys(client, name, random)
  await fillWithExtremes(client)
  await commitOffsets(client)
  await client.admin.records.deleteBefore([{ topic: 'cut-at-the-start', partition: 0, offset: 777 }])
  await untilCleaned(client, data)
  // Tombstones of the first cleaning go with the second.
  await fillWithKeys(client, 'compacted-twice', random)
  await untilCleaned(client, data)
  // From now on nothing goes: what is read is compared, and must stay what it is.
  for (const name of cleanedTopics)
    await client.admin.configs.alter({ type: 'topic', name }, [
      { name: 'min.compaction.lag.ms', operation: 'set', value: `${Number.MAX_SAFE_INTEGER}` },
      { name: 'retention.bytes', operation: 'set', value: '-1' },
    ])
}

function record(topic: TopicName, i: number, random: SeededRandom) {
  const headers = random.chance(0.3) ? [['header', 'value'] as const, ['empty', null] as const] : []
  const value = random.chance(0.02) ? null : `${i} ${'v'.repeat(random.below(120))}`
  return { topic, partition: 0, key: `key ${random.below(40)}`, value, headers, timestamp: start + i * 1000 }
}
async function fillByAllCodecs(client: Client, topic: TopicName, random: SeededRandom): Promise<void> {
  let i = 0
  for (const compression of codecs) {
    await using producer = client.producer({ compression, batchSizeBytes: 2000, lingerMs: 0 })
    const end = i + 400
    while (i < end) {
      // Timestamps go back now and then.
      const records = Array.from({ length: 1 + random.below(12) }, () => record(topic, i++ - random.below(3), random))
      await producer.sendAll(records)
    }
  }
}
async function fillByTransactions(client: Client, topic: TopicName, random: SeededRandom): Promise<void> {
  const some = (compression: (typeof codecs)[number], name: string) =>
    client.producer({ compression, transactionalId: `${topic} ${name}`, lingerMs: 0 })
  await using one = some('lz4', 'one')
  await using other = some('none', 'other')
  await using plain = client.producer({ lingerMs: 0 })
  for (let i = 0; i < 30; i++) {
    await Promise.all([one.begin(), other.begin()])
    for (let j = 0; j < 10; j++)
      await Promise.all([one, other, plain].map(producer => producer.send(record(topic, i * 1000 + j, random))))
    await Promise.all([i % 3 === 0 ? one.abort() : one.commit(), i % 4 === 1 ? other.abort() : other.commit()])
  }
  if (topic !== 'transactions') return
  // Left open: nothing behind it is read by consumers of committed records.
  const open = client.producer({ transactionalId: 'left open', transactionTimeoutMs: 900_000 })
  await open.begin()
  await open.send(record(topic, 99_000, random))
  await plain.send(record(topic, 99_001, random))
}
async function fillWithKeys(client: Client, topic: TopicName, random: SeededRandom): Promise<void> {
  for (const compression of codecs) {
    await using producer = client.producer({ compression, batchSizeBytes: 2000, lingerMs: 0 })
    for (let i = 0; i < 60; i++)
      await producer.sendAll(
        Array.from({ length: 1 + random.below(20) }, () => {
          const key = `${compression === 'none' ? 'early' : 'key'} ${random.below(60)}`
          const value = random.chance(0.2) ? null : `${i} ${'w'.repeat(random.below(100))}`
          return { topic, partition: 0, key, value, timestamp: start + i * 1000 }
        }),
      )
  }
}
async function fillWithExtremes(client: Client): Promise<void> {
  await using producer = client.producer({ requestSizeMaxBytes: 2_900_000, batchSizeBytes: 2_000_000, lingerMs: 0 })
  const place = { topic: 'extremes', partition: 0 }
  await producer.sendAll([
    { ...place, key: '', value: '', timestamp: start },
    { ...place, key: null, value: null, timestamp: 0 },
    { ...place, key: null, value: '', headers: [['', '']], timestamp: start + 1 },
    ...Array.from({ length: 3 }, () => ({ ...place, value: '', timestamp: start })),
  ])
  await producer.send({ ...place, key: 'k'.repeat(10_000), value: Buffer.alloc(1_000_000, 'large '), timestamp: start })
  const headers = Array.from({ length: 500 }, (_, i) => [`h${i}`, 'é'.repeat(i)] as const)
  await producer.send({ ...place, value: 'many headers', headers, timestamp: start + 5000 })
  await producer.sendAll(Array.from({ length: 20_000 }, (_, i) => ({ ...place, value: `${i}`, timestamp: start + i })))
}
async function commitOffsets(client: Client): Promise<void> {
  for (const groupProtocol of ['classic', 'consumer'] as const) {
    await using consumer = client.consumer({
      groupId: `${groupProtocol} group`,
      groupProtocol,
      offsetReset: 'earliest',
    })
    consumer.subscribe('codecs')
    await eventually('something is read', async () => (await consumer.poll({ maxWaitMs: 100 })).length > 0)
    await consumer.commit()
  }
}

/** Up to where the log is clean, as the broker noted it, there is nothing left to clean. */
async function untilCleaned(client: Client, data: string): Promise<void> {
  // The active segment is never cleaned: what comes last rolls it.
  for (const topic of cleanedTopics) {
    await using producer = client.producer({ lingerMs: 0 })
    for (let i = 0; i < 5; i++)
      await producer.send({ topic, partition: 0, key: 'last', value: 'l'.repeat(15_000), timestamp: start + 60_000 })
    const [end] = await client.admin.records.offsets([{ topic, partition: 0 }], 'latest')
    const cleaned = () => checkpoint(data, 'cleaner-offset-checkpoint').get(`${topic} 0`) ?? 0
    await eventually(`${topic} is compacted`, () => cleaned() > end!.offset - 10, 60_000)
  }
}
export function checkpoint(data: string, name: string): Map<string, number> {
  const path = join(data, name)
  if (!existsSync(path)) return new Map()
  const [, , ...lines] = readFileSync(path, 'utf8').trimEnd().split('\n')
  return new Map(lines.map(line => [line.replace(/ \d+$/, ''), Number(line.slice(line.lastIndexOf(' ')))]))
}

export interface Found {
  readonly count: number
  readonly first: number
  readonly end: number
  /** Of all offsets, timestamps, keys, values and headers. */
  readonly hash: string
}
/** What is read of each topic, of all records and of those that are committed. */
export async function read(bootstrap: string): Promise<Map<string, Found>> {
  await using client = createClient({ bootstrap })
  const found = new Map<string, Found>()
  for (const topic of topicNames)
    for (const isolation of ['read_uncommitted', 'read_committed'] as const) {
      await using consumer = client.consumer({ isolation })
      const hash = createHash('sha256')
      let count = 0
      consumer.assign([{ topic, partition: 0, offset: 'earliest' }])
      while (!consumer.atEnd())
        for (const batch of await consumer.poll({ maxWaitMs: 100 }))
          for (const { offset, timestamp, key, value, headers } of batch) {
            hash.update(JSON.stringify([offset, timestamp, key, value, headers].map(text)))
            count++
          }
      const place = [{ topic, partition: 0 }]
      const [[first], [end]] = await Promise.all([
        consumer.offsets(place, 'earliest'),
        consumer.offsets(place, 'latest'),
      ])
      found.set(`${topic}, ${isolation}`, {
        count,
        first: first!.offset,
        end: end!.offset,
        hash: hash.digest('hex').slice(0, 16),
      })
    }
  return found
}
const text = (part: unknown): unknown =>
  part instanceof Uint8Array
    ? Buffer.from(part).toString('base64')
    : Array.isArray(part)
      ? part.map(text)
      : part !== null && typeof part === 'object'
        ? Object.entries(part).map(([key, value]) => [key, text(value)])
        : (part ?? null)
