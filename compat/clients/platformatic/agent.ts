// @platformatic/kafka: it speaks only recent versions of the protocol. Its consumer is always a member of a group.

import { readFileSync } from 'node:fs'

import {
  Admin,
  ConfigResourceTypes,
  Consumer,
  FetchIsolationLevels,
  IncrementalAlterConfigOperationTypes,
  Producer,
  type ConfigResourceTypeValue,
  type Message,
  type MessagesStream,
} from '@platformatic/kafka'

import type { ConsumeOptions, Operations, ProduceOptions, TransactOptions } from '../../suite/operations.ts'
import { pack, serve, unpack, type PipedMessage } from '../node-agent.ts'
import { codeOf, memberMethods } from './member.ts'
import { securityMethods } from './security.ts'

const manifest = new URL('../package.json', import.meta.resolve('@platformatic/kafka'))
const { version } = JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }
const bootstrapBrokers = [process.argv[2] ?? '']
const base = { clientId: 'interop-platformatic', bootstrapBrokers, retries: 3, retryDelay: 50 }
const admin = new Admin(base)
const producers = new Map<boolean, Producer>()
const { SET, DELETE } = IncrementalAlterConfigOperationTypes

async function configsOf(resourceType: ConfigResourceTypeValue, resourceName: string) {
  const [described] = await admin.describeConfigs({ resources: [{ resourceType, resourceName }] })
  return Object.fromEntries(described!.configs.map(({ name, value }) => [name, value ?? null]))
}

async function offsetOf(topic: string, partition: number, timestamp: number): Promise<number> {
  const partitions = [{ partitionIndex: partition, timestamp: BigInt(timestamp) }]
  const [listed] = await admin.listOffsets({ topics: [{ name: topic, partitions }] })
  return Number(listed!.partitions[0]!.offset)
}
const [latest, earliest, maxTimestamp] = [-1, -2, -3]

const operations: Partial<Operations> = {
  async createTopic({ topic, partitions = 1, replicationFactor = 1, configs = {} }) {
    const entries = Object.entries(configs).map(([name, value]) => ({ name, value }))
    await admin.createTopics({ topics: [topic], partitions, replicas: replicationFactor, configs: entries })
  },
  deleteTopic: ({ topic }) => admin.deleteTopics({ topics: [topic] }),
  listTopics: () => admin.listTopics(),
  async describeTopic({ topic }) {
    const { topics } = await admin.metadata({ topics: [topic], forceUpdate: true })
    return { partitions: topics.get(topic)!.partitions.map(({ leader, isr }, id) => ({ id, leader, isr })) }
  },
  createPartitions: ({ topic, count }) => admin.createPartitions({ topics: [{ name: topic, count }] }),
  topicConfigs: ({ topic }) => configsOf(ConfigResourceTypes.TOPIC, topic),
  brokerConfigs: ({ broker }) => configsOf(ConfigResourceTypes.BROKER, String(broker)),
  async alterTopicConfigs({ topic, set = {}, remove = [] }) {
    const sets = Object.entries(set).map(([name, value]) => ({ name, value, configOperation: SET }))
    const deletes = remove.map(name => ({ name, configOperation: DELETE }))
    const resource = { resourceType: ConfigResourceTypes.TOPIC, resourceName: topic, configs: [...sets, ...deletes] }
    await admin.incrementalAlterConfigs({ resources: [resource] })
  },
  async describeCluster() {
    const { id, controllerId, brokers } = await admin.metadata({ topics: [], forceUpdate: true })
    const nodes = [...brokers].map(([id, { host, port }]) => ({ id, host, port }))
    return { clusterId: id, controller: controllerId, brokers: nodes }
  },
  async deleteRecords({ topic, partition, offset }) {
    await admin.deleteRecords({ topics: [{ name: topic, partitions: [{ partition, offset: BigInt(offset) }] }] })
  },
  offsetForTime: ({ topic, partition, timestampMs }) => offsetOf(topic, partition, timestampMs),
  maxTimestampOffset: ({ topic, partition }) => offsetOf(topic, partition, maxTimestamp),
  async endOffsets({ topic, partition }) {
    return { earliest: await offsetOf(topic, partition, earliest), latest: await offsetOf(topic, partition, latest) }
  },
  async logDirSize({ topic }) {
    const brokers = await admin.describeLogDirs({ topics: [{ name: topic, partitions: [0] }] })
    const topics = brokers.flatMap(({ results }) => results.flatMap(({ topics }) => topics))
    return topics
      .flatMap(({ partitions }) => partitions)
      .reduce((sum, { partitionSize }) => sum + Number(partitionSize), 0)
  },
  listGroups: async () => [...(await admin.listGroups()).keys()],
  async describeGroup({ group }) {
    const { state, members } = (await admin.describeGroups({ groups: [group] })).get(group)!
    return { state, members: members.size }
  },
  deleteGroup: ({ group }) => admin.deleteGroups({ groups: [group] }),
  async groupOffsets({ group, topic }) {
    const [fetched] = await admin.listConsumerGroupOffsets({ groups: [group] })
    const partitions = fetched!.topics.find(({ name }) => name === topic)?.partitions ?? []
    return partitions.map(({ partitionIndex, committedOffset, metadata }) => ({
      partition: partitionIndex,
      offset: Number(committedOffset),
      metadata: metadata ?? null,
    }))
  },
  commitOffset: ({ group, topic, partition, offset }) =>
    admin.alterConsumerGroupOffsets({
      groupId: group,
      topics: [{ name: topic, partitionOffsets: [{ partition, offset: BigInt(offset) }] }],
    }),
  async deleteGroupOffsets({ group, topic }) {
    await admin.deleteConsumerGroupOffsets({ groupId: group, topics: [{ name: topic, partitionIndexes: [0] }] })
  },
  produce,
  transact,
  endTransaction,
  consume: consume as Operations['consume'],
  tail,
  tailNext: async () => {
    const { value } = (await tailed!.next()) as { value: Message }
    return { value: String(value.value), receivedMs: Date.now() }
  },
}

async function produce({
  topic,
  messages,
  acks = 'all',
  idempotent = false,
  codec = 'none',
}: ProduceOptions): Promise<void> {
  const producer = producers.get(idempotent) ?? new Producer({ ...base, idempotent, autocreateTopics: true })
  producers.set(idempotent, producer)
  await producer.send({
    acks: acks === 'all' ? -1 : Number(acks),
    compression: codec,
    messages: asSent(topic, messages),
  })
}
function asSent(topic: string, messages: ProduceOptions['messages']) {
  return (messages as unknown as PipedMessage[])
    .map(unpack)
    .map(({ key, value, headers = [], timestampMs, partition }) => ({
      topic,
      // It knows null only as undefined.
      ...(key === null ? {} : { key }),
      ...(value === null ? {} : { value }),
      headers: new Map(headers.map(([name, content]) => [Buffer.from(name), content])),
      ...(timestampMs === undefined ? {} : { timestamp: BigInt(timestampMs) }),
      ...(partition === undefined ? {} : { partition }),
    }))
}

const transactional = new Map<string, Producer>()
const open = new Map<string, Awaited<ReturnType<Producer['beginTransaction']>>>()

async function transact({
  id,
  producer = id,
  timeoutMs = 30_000,
  topic,
  messages,
  end,
}: TransactOptions): Promise<void> {
  const options = { ...base, transactionalId: id, transactionTimeout: timeoutMs, idempotent: true }
  const made = transactional.get(producer) ?? new Producer(options)
  transactional.set(producer, made)
  const transaction = await made.beginTransaction()
  open.set(producer, transaction)
  await transaction.send({ messages: asSent(topic, messages) })
  if (end !== 'later') await endTransaction({ producer, end })
}
async function endTransaction({ producer, end }: { producer: string; end: 'commit' | 'abort' }): Promise<void> {
  await open.get(producer)![end]()
}

let groups = 0
function reader(): Consumer {
  const groupId = `platformatic-reader-${process.pid}-${Date.now()}-${++groups}`
  return new Consumer({ ...base, groupId, autocommit: false, heartbeatInterval: 500, sessionTimeout: 10_000 })
}

async function consume({ topic, partition = 0, from, count, waitMs = 8_000, ...more }: ConsumeOptions) {
  const { maxBytes, reset, committed = false } = more
  const consumer = reader()
  const read: Message[] = []
  const start =
    typeof from === 'number' ? from : await offsetOf(topic, partition, from === 'latest' ? latest : earliest)
  // Read from one partition only: the others begin at their ends.
  const { partitions } = await operations.describeTopic!({ topic })
  const offsets = await Promise.all(
    partitions.map(async ({ id }) => ({
      topic,
      partition: id,
      offset: BigInt(id === partition ? start : await offsetOf(topic, id, latest)),
    })),
  )
  const stream = await consumer.consume({
    topics: [topic],
    mode: 'manual',
    offsets,
    maxWaitTime: 100,
    isolationLevel: committed ? FetchIsolationLevels.READ_COMMITTED : FetchIsolationLevels.READ_UNCOMMITTED,
    ...(reset === undefined ? {} : { fallbackMode: reset }),
    ...(maxBytes === undefined ? {} : { maxBytes, maxBytesPerPartition: maxBytes }),
  })
  const limit = setTimeout(() => void stream.close(), waitMs)
  for await (const message of stream) {
    if (message.partition === partition) read.push(message)
    if (read.length === count) break
  }
  clearTimeout(limit)
  await consumer.close(true)
  return read.map(shown)
}

function shown({ key, value, headers, timestamp, partition, offset }: Message): object {
  return {
    key: pack(key),
    value: pack(value),
    headers: [...headers].map(([name, content]) => [String(name), pack(content)]),
    timestampMs: Number(timestamp),
    partition,
    offset: Number(offset),
  }
}

let tailed: AsyncIterator<Message> | undefined

async function tail({ topic, waitMs }: { readonly topic: string; readonly waitMs: number }): Promise<void> {
  const end = await offsetOf(topic, 0, latest)
  const offsets = [{ topic, partition: 0, offset: BigInt(end - 1) }]
  const stream: MessagesStream<Buffer, Buffer, Buffer, Buffer> = await reader().consume({
    topics: [topic],
    mode: 'manual',
    offsets,
    maxWaitTime: waitMs,
  })
  tailed = stream[Symbol.asyncIterator]()
  // The record before the tail: now the next fetch waits for the tail.
  await tailed.next()
}

serve(version, { ...operations, ...securityMethods, ...memberMethods(base) }, codeOf)
