// kafkajs: a group consumer is its only consumer, so plain reading is a group of one that seeks.

import { createRequire } from 'node:module'

import kafkajs, { type Consumer, type KafkaMessage, type Producer, type Transaction } from 'kafkajs'

import type {
  ConsumeOptions,
  JoinOptions,
  Operations,
  ProduceOptions,
  TransactOptions,
} from '../../suite/operations.ts'
import { pack, serve, tell, unpack, type PipedMessage } from '../node-agent.ts'
import { registerCodecs } from './codecs.ts'
import { securityMethods } from './security.ts'

const { CompressionTypes, ConfigResourceTypes, Kafka, logLevel } = kafkajs
const { version } = createRequire(import.meta.url)('kafkajs/package.json') as { version: string }
const compression = {
  none: CompressionTypes.None,
  gzip: CompressionTypes.GZIP,
  snappy: CompressionTypes.Snappy,
  lz4: CompressionTypes.LZ4,
  zstd: CompressionTypes.ZSTD,
}
registerCodecs()
const kafka = new Kafka({
  clientId: 'interop-kafkajs',
  brokers: [process.argv[2] ?? ''],
  logLevel: logLevel.NOTHING,
  retry: { initialRetryTime: 50, retries: 6 },
})
const admin = kafka.admin()
await admin.connect()
const producers = new Map<boolean, Producer>()

async function producer(idempotent: boolean): Promise<Producer> {
  const known = producers.get(idempotent)
  if (known) return known
  const made = kafka.producer({
    idempotent,
    allowAutoTopicCreation: true,
    ...(idempotent ? { maxInFlightRequests: 1 } : {}),
  })
  producers.set(idempotent, made)
  await made.connect()
  return made
}

let groups = 0
const ownGroup = () => `kafkajs-reader-${process.pid}-${Date.now()}-${++groups}`
const reading = (groupId: string, maxWaitTimeInMs: number, committed = false) =>
  kafka.consumer({
    groupId,
    maxWaitTimeInMs,
    heartbeatInterval: 500,
    readUncommitted: !committed,
    retry: { retries: 3, initialRetryTime: 50 },
  })

async function configsOf(type: number, name: string): Promise<Record<string, string | null>> {
  const { resources } = await admin.describeConfigs({ includeSynonyms: false, resources: [{ type, name }] })
  return Object.fromEntries(resources[0]!.configEntries.map(({ configName, configValue }) => [configName, configValue]))
}

const adminMethods: Partial<Operations> = {
  async createTopic({ topic, partitions = 1, replicationFactor = 1, configs = {} }) {
    const configEntries = Object.entries(configs).map(([name, value]) => ({ name, value }))
    const made = await admin.createTopics({
      topics: [{ topic, numPartitions: partitions, replicationFactor, configEntries }],
    })
    // kafkajs swallows this error, and answers false.
    if (!made) throw Object.assign(new Error('the topic exists'), { code: 36 })
  },
  deleteTopic: ({ topic }) => admin.deleteTopics({ topics: [topic] }),
  listTopics: () => admin.listTopics(),
  async describeTopic({ topic }) {
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] })
    const partitions = topics[0]!.partitions.map(({ partitionId, leader, isr }) => ({ id: partitionId, leader, isr }))
    return { partitions }
  },
  async createPartitions({ topic, count }) {
    await admin.createPartitions({ topicPartitions: [{ topic, count }] })
  },
  topicConfigs: ({ topic }) => configsOf(ConfigResourceTypes.TOPIC, topic),
  brokerConfigs: ({ broker }) => configsOf(ConfigResourceTypes.BROKER, String(broker)),
  async alterTopicConfigs({ topic, set = {} }) {
    const configEntries = Object.entries(set).map(([name, value]) => ({ name, value }))
    const resources = [{ type: ConfigResourceTypes.TOPIC, name: topic, configEntries }]
    await admin.alterConfigs({ validateOnly: false, resources })
  },
  async describeCluster() {
    const { brokers, controller, clusterId } = await admin.describeCluster()
    const nodes = brokers.map(({ nodeId, host, port }) => ({ id: nodeId, host, port }))
    return { clusterId, controller: controller ?? -1, brokers: nodes }
  },
  async deleteRecords({ topic, partition, offset }) {
    // It looks for the leader in what it knows already, and must be made to know the topic.
    await admin.fetchTopicOffsets(topic)
    await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] })
  },
  async offsetForTime({ topic, partition, timestampMs }) {
    const offsets = await admin.fetchTopicOffsetsByTimestamp(topic, timestampMs)
    return Number(offsets.find(one => one.partition === partition)?.offset)
  },
  async endOffsets({ topic, partition }) {
    const { low, high } = (await admin.fetchTopicOffsets(topic)).find(one => one.partition === partition)!
    return { earliest: Number(low), latest: Number(high) }
  },
  listGroups: async () => (await admin.listGroups()).groups.map(({ groupId }) => groupId),
  async describeGroup({ group }) {
    const { groups } = await admin.describeGroups([group])
    return { state: groups[0]!.state, members: groups[0]!.members.length }
  },
  async deleteGroup({ group }) {
    await admin.deleteGroups([group])
  },
  async groupOffsets({ group, topic }) {
    const [of] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
    return of!.partitions.map(({ partition, offset, metadata }) => ({ partition, offset: Number(offset), metadata }))
  },
}

const asSent = (messages: ProduceOptions['messages']) =>
  (messages as unknown as PipedMessage[]).map(unpack).map(({ key, value, headers = [], timestampMs, partition }) => ({
    key,
    value,
    headers: Object.fromEntries(headers),
    ...(timestampMs === undefined ? {} : { timestamp: String(timestampMs) }),
    ...(partition === undefined ? {} : { partition }),
  }))

async function produce({
  topic,
  messages,
  acks = 'all',
  idempotent = false,
  codec = 'none',
}: ProduceOptions): Promise<void> {
  await (
    await producer(idempotent)
  ).send({
    topic,
    acks: acks === 'all' ? -1 : Number(acks),
    compression: compression[codec],
    messages: asSent(messages),
  })
}

const transactional = new Map<string, Promise<Producer>>()
const open = new Map<string, Transaction>()

async function transact({ id, producer = id, timeoutMs = 30_000, ...of }: TransactOptions): Promise<void> {
  const { topic, messages, offset, end } = of
  let made = transactional.get(producer)
  if (made === undefined) {
    const options = { transactionalId: id, transactionTimeout: timeoutMs, idempotent: true, maxInFlightRequests: 1 }
    const begun = kafka.producer(options)
    transactional.set(producer, (made = begun.connect().then(() => begun)))
  }
  const transaction = await (await made).transaction()
  open.set(producer, transaction)
  await transaction.send({ topic, messages: asSent(messages) })
  if (offset !== undefined) {
    const partitions = [{ partition: offset.partition, offset: String(offset.offset) }]
    await transaction.sendOffsets({ consumerGroupId: offset.group, topics: [{ topic, partitions }] })
  }
  if (end !== 'later') await endTransaction({ producer, end })
}
async function endTransaction({ producer, end }: { producer: string; end: 'commit' | 'abort' }): Promise<void> {
  await open.get(producer)![end]()
}

async function consume({
  topic,
  partition = 0,
  from,
  count,
  waitMs = 8_000,
  committed = false,
}: ConsumeOptions): Promise<object[]> {
  const consumer = reading(ownGroup(), 100, committed)
  const read: object[] = []
  const done = Promise.withResolvers<void>()
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition: where, message }) => {
      if (where !== partition || read.length === count) return
      read.push(packed(message, where))
      if (read.length === count) done.resolve()
    },
  })
  if (typeof from === 'number') consumer.seek({ topic, partition, offset: String(from) })
  const limit = setTimeout(done.resolve, waitMs)
  await done.promise
  clearTimeout(limit)
  await consumer.disconnect()
  return read
}

function packed({ key, value, headers = {}, timestamp, offset }: KafkaMessage, partition: number): object {
  return {
    key: pack(key),
    value: pack(value),
    headers: Object.entries(headers).map(([name, content]) => [name, pack(Buffer.from(content as Buffer))]),
    timestampMs: Number(timestamp),
    partition,
    offset: Number(offset),
  }
}

const tailed: { value: string; receivedMs: number }[] = []
let tailWaits: ((record: { value: string; receivedMs: number }) => void) | undefined

async function tail({ topic, waitMs }: { topic: string; waitMs: number }): Promise<void> {
  const consumer = reading(ownGroup(), waitMs)
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: false })
  const fetching = new Promise<void>(resolve => consumer.on(consumer.events.FETCH_START, () => resolve()))
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ message }) => {
      const record = { value: String(message.value), receivedMs: Date.now() }
      if (tailWaits) tailWaits(record)
      else tailed.push(record)
    },
  })
  await fetching
}

function tailNext(): Promise<{ value: string; receivedMs: number }> {
  const next = tailed.shift()
  return next ? Promise.resolve(next) : new Promise(resolve => (tailWaits = resolve))
}

let member: Consumer | undefined
const positions = new Map<string, { topic: string; partition: number; offset: string }>()

async function join({ group, topic, sessionTimeoutMs = 10_000, reset = 'earliest' }: JoinOptions): Promise<void> {
  const timeouts = { sessionTimeout: sessionTimeoutMs, rebalanceTimeout: 10_000, heartbeatInterval: 300 }
  member = kafka.consumer({ groupId: group, maxWaitTimeInMs: 200, ...timeouts })
  member.on(member.events.GROUP_JOIN, ({ payload }) =>
    tell('assigned', { partitions: payload.memberAssignment[topic] ?? [] }),
  )
  member.on(member.events.REBALANCING, () => tell('revoked'))
  member.on(member.events.CRASH, ({ payload }) =>
    tell('failed', { message: payload.error.message, code: codeOf(payload.error) }),
  )
  await member.connect()
  await member.subscribe({ topic, fromBeginning: reset === 'earliest' })
  await member.run({
    autoCommit: false,
    eachMessage: async ({ topic, partition, message: { offset } }) => {
      positions.set(`${topic}-${partition}`, { topic, partition, offset: String(Number(offset) + 1) })
      tell('record', { partition, offset: Number(offset) })
    },
  })
}

const memberMethods = {
  join,
  commit: async ({ metadata }: { metadata: string }) =>
    member?.commitOffsets([...positions.values()].map(position => ({ ...position, metadata }))),
  leave: async () => member?.disconnect(),
}

/** Its errors are wrapped: in that of the last retry, or in lists of errors by topic, group or partition. */
function codeOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  const { code, errorCode, cause, error: inner, errors, groups, partitions } = error as Record<string, unknown>
  if (typeof code === 'number') return code
  if (typeof errorCode === 'number' && errorCode > 0) return errorCode
  const inside = [cause, inner, ...[errors, groups, partitions].filter(Array.isArray).flat()]
  return inside.map(codeOf).find(found => found !== undefined)
}

serve(
  version,
  { ...adminMethods, produce, transact, endTransaction, consume, tail, tailNext, ...securityMethods, ...memberMethods },
  codeOf,
)
