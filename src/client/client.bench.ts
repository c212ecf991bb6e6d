// node src/client/client.bench.ts HOST:PORT [records]: CPU and wall time a record to send and to read 100 B and 1 KiB, beside
// kafkajs and @platformatic/kafka in the same process, on whatever broker is there. The least of three rounds that take turns.
import { createClient, type Consumer, type OutgoingRecord } from './index.ts'

const [bootstrap = 'localhost:9092', count = '200000'] = process.argv.slice(2)
const recordCount = Number(count)
const inOneCall = 1_000
const rounds = 3
const compression = 'none'

const client = createClient({ bootstrap, clientId: 'bench' })
const { Kafka, Partitioners, logLevel } = await import('kafkajs')
const kafkajs = new Kafka({ brokers: [bootstrap], clientId: 'kafkajs', logLevel: logLevel.NOTHING })
const platformatic = await import('@platformatic/kafka')

type Work = () => Promise<unknown>
async function compare(what: string, works: Record<string, Work>): Promise<void> {
  const least = new Map<string, { cpu: number; wall: number }>()
  for (let round = 0; round < rounds; round++)
    for (const [name, work] of Object.entries(works)) {
      const from = performance.now(),
        used = process.cpuUsage()
      await work()
      const { user, system } = process.cpuUsage(used)
      const cpu = ((user + system) * 1_000) / recordCount,
        wall = ((performance.now() - from) * 1e6) / recordCount
      const before = least.get(name) ?? { cpu: Infinity, wall: Infinity }
      least.set(name, { cpu: Math.min(before.cpu, cpu), wall: Math.min(before.wall, wall) })
    }
  for (const [name, { cpu, wall }] of least)
    console.log(
      `${what.padEnd(16)} ${name.padEnd(24)} ${cpu.toFixed(0).padStart(6)} ns CPU ${wall.toFixed(0).padStart(7)} ns`,
    )
}

for (const size of [100, 1024]) {
  const topic = `bench-${size}-${process.pid}`
  await client.admin.topics.create([{ name: topic, partitions: 4 }])
  const value = Buffer.alloc(size, 'a record of the benchmark, ')
  const keys = Array.from({ length: 1_000 }, (_, i) => Buffer.from(`key-${i}`))
  const calls = recordCount / inOneCall
  const records: OutgoingRecord[] = keys.map(key => ({ topic, key, value }))

  await using ours = client.producer({ compression, acks: 1 })
  const theirs = kafkajs.producer({ createPartitioner: Partitioners.DefaultPartitioner })
  await theirs.connect()
  const third = new platformatic.Producer({ clientId: 'platformatic', bootstrapBrokers: [bootstrap] })
  const messages = keys.map(key => ({ topic, key, value }))
  await compare(`send ${size} B`, {
    async 'millrace, sendAll'() {
      const sent: Promise<unknown>[] = []
      for (let call = 0; call < calls; call++) {
        sent.push(ours.sendAll(records))
        await ours.ready()
      }
      await Promise.all(sent)
    },
    async 'millrace, send'() {
      let last: Promise<unknown> | undefined
      for (let i = 0; i < recordCount; i++) {
        last = ours.send(records[i % inOneCall]!)
        if (i % 100 === 0) await ours.ready()
      }
      await ours.flush()
      await last
    },
    'kafkajs, send': () =>
      fourAtATime(calls, () => theirs.send({ topic, acks: 1, messages: keys.map(key => ({ key, value })) })),
    'platformatic, send': () => fourAtATime(calls, () => third.send({ messages, acks: 1 })),
  })
  await theirs.disconnect()
  await third.close()

  await compare(`read ${size} B`, {
    'millrace, columns': () =>
      reading(topic, async (consumer, take) => {
        for (let more = true; more;) for (const batch of await consumer.poll()) more = take(batch.count) && more
      }),
    'millrace, records': () =>
      reading(topic, async (consumer, take) => {
        for (let more = true; more;)
          for (const batch of await consumer.poll())
            for (const { value } of batch) more = take(value === null ? 0 : 1) && more
      }),
    'millrace, for await': () =>
      reading(topic, async (consumer, take) => {
        for await (const { value } of consumer) if (!take(value === null ? 0 : 1)) break
      }),
    'kafkajs, eachBatch': async () => {
      const consumer = kafkajs.consumer({ groupId: `${topic}-${Math.random()}` })
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      let left = recordCount
      const { promise, resolve } = Promise.withResolvers<void>()
      await consumer.run({
        autoCommit: false,
        eachBatch: async ({ batch }) => ((left -= batch.messages.length) <= 0 ? resolve() : undefined),
      })
      await promise
      await consumer.disconnect()
    },
    'platformatic, stream': async () => {
      const groupId = `${topic}-${Math.random()}`
      const consumer = new platformatic.Consumer({ groupId, clientId: 'platformatic', bootstrapBrokers: [bootstrap] })
      const stream = await consumer.consume({ topics: [topic], mode: 'earliest', autocommit: false })
      let left = recordCount
      const { promise, resolve } = Promise.withResolvers<void>()
      stream.on('data', () => (--left === 0 ? resolve() : undefined))
      await promise
      await consumer.close(true)
    },
  })
}
await client.close()
process.exit()

/** As many as the others take to keep a broker busy. */
async function fourAtATime(calls: number, send: () => Promise<unknown>): Promise<void> {
  let left = calls
  await Promise.all(
    [1, 2, 3, 4].map(async () => {
      while (left-- > 0) await send()
    }),
  )
}
async function reading(
  topic: string,
  read: (consumer: Consumer, take: (count: number) => boolean) => Promise<void>,
): Promise<void> {
  await using consumer = client.consumer()
  consumer.assign([0, 1, 2, 3].map(partition => ({ topic, partition, offset: 'earliest' })))
  let left = recordCount
  await read(consumer, count => (left -= count) > 0)
}
