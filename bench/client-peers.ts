// The clients in this process that `client` compares, each in the way that its users send and read much.

import * as platformatic from '@platformatic/kafka'
import kafkajs from 'kafkajs'

import { registerCodecs } from '../compat/clients/kafkajs/codecs.ts'
import type { Client, Consumer } from '../src/client/index.ts'

export type Codec = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'
export type Acks = 1 | 'all'
export interface SendLoad {
  readonly topic: string
  readonly records: readonly { readonly key: Buffer; readonly value: Buffer }[]
  readonly count: number
  readonly codec: Codec
  readonly acks: Acks
}
export interface ReadLoad {
  readonly topic: string
  readonly partitions: number
  readonly count: number
}
export interface Sender {
  readonly run: () => Promise<unknown>
  readonly close: () => Promise<unknown>
}
export interface Reader {
  readonly run: () => Promise<unknown>
}
registerCodecs()

export function ourSenders(client: Client, { topic, records, count, codec, acks }: SendLoad): Record<string, Sender> {
  const producer = client.producer({ compression: codec, acks })
  const outgoing = records.map(({ key, value }) => ({ topic, key, value }))
  const close = () => producer.close()
  const send = async () => {
    let last: Promise<unknown> | undefined
    for (let i = 0; i < count; i++) {
      last = producer.send(outgoing[i % outgoing.length]!)
      if (i % 100 === 0) await producer.ready()
    }
    await producer.flush()
    await last
  }
  const sendAll = async () => {
    const sent: Promise<unknown>[] = []
    for (let i = 0; i < count; i += outgoing.length) {
      sent.push(producer.sendAll(outgoing))
      await producer.ready()
    }
    await Promise.all(sent)
  }
  return { send: { run: send, close }, sendAll: { run: sendAll, close } }
}
export async function peerSenders(bootstrap: string, load: SendLoad): Promise<Record<string, Sender>> {
  const { topic, records, count, codec, acks } = load
  const js = new kafkajs.Kafka({ brokers: [bootstrap], clientId: 'kafkajs', logLevel: kafkajs.logLevel.NOTHING })
  const first = js.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner, idempotent: acks === 'all' })
  await first.connect()
  const compression = { none: 0, gzip: 1, snappy: 2, lz4: 3, zstd: 4 }[codec]
  const second = new platformatic.Producer({
    clientId: 'platformatic',
    bootstrapBrokers: [bootstrap],
    idempotent: acks === 'all',
  })
  const wanted = acks === 'all' ? -1 : 1
  const messages = records.map(({ key, value }) => ({ topic, key, value }))
  const calls = count / records.length
  return {
    kafkajs: {
      run: () =>
        fourAtATime(calls, () =>
          first.send({ topic, acks: wanted, compression, messages: records.map(({ key, value }) => ({ key, value })) }),
        ),
      close: () => first.disconnect(),
    },
    platformatic: {
      run: () => fourAtATime(calls, () => second.send({ messages, acks: wanted, compression: codec })),
      close: () => second.close(),
    },
  }
}
/** As many as the others take to keep a broker busy. */
async function fourAtATime(calls: number, send: () => Promise<unknown>): Promise<void> {
  let left = calls
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      while (left-- > 0) await send()
    }),
  )
}

export function ourReaders(client: Client, { topic, partitions, count }: ReadLoad): Record<string, Reader> {
  const reading = async (read: (consumer: Consumer, take: (count: number) => boolean) => Promise<void>) => {
    await using consumer = client.consumer()
    consumer.assign(Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset: 'earliest' })))
    let left = count
    await read(consumer, more => (left -= more) > 0)
  }
  const readers: Record<string, () => Promise<void>> = {
    columns: () =>
      reading(async (consumer, take) => {
        for (let more = true; more;) for (const batch of await consumer.poll()) more = take(batch.count) && more
      }),
    records: () =>
      reading(async (consumer, take) => {
        for (let more = true; more;)
          for (const batch of await consumer.poll())
            for (const { value } of batch) more = take(value === null ? 0 : 1) && more
      }),
    'for await': () =>
      reading(async (consumer, take) => {
        for await (const { value } of consumer) if (!take(value === null ? 0 : 1)) break
      }),
  }
  return Object.fromEntries(Object.entries(readers).map(([name, run]) => [name, { run }]))
}
export function peerReaders(bootstrap: string, { topic, count }: ReadLoad): Record<string, Reader> {
  let groups = 0
  const newGroup = () => `${topic}-${process.pid}-${Date.now()}-${groups++}`
  return {
    kafkajs: {
      async run() {
        const js = new kafkajs.Kafka({ brokers: [bootstrap], clientId: 'kafkajs', logLevel: kafkajs.logLevel.NOTHING })
        const consumer = js.consumer({ groupId: newGroup() })
        await consumer.connect()
        await consumer.subscribe({ topic, fromBeginning: true })
        let left = count
        const { promise, resolve } = Promise.withResolvers<void>()
        await consumer.run({
          autoCommit: false,
          eachBatch: async ({ batch }) => ((left -= batch.messages.length) <= 0 ? resolve() : undefined),
        })
        await promise
        await consumer.disconnect()
      },
    },
    platformatic: {
      async run() {
        const options = { groupId: newGroup(), clientId: 'platformatic', bootstrapBrokers: [bootstrap] }
        const consumer = new platformatic.Consumer(options)
        const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false })
        let left = count
        const { promise, resolve } = Promise.withResolvers<void>()
        stream.on('data', () => (--left === 0 ? resolve() : undefined))
        await promise
        await consumer.close(true)
      },
    },
  }
}
