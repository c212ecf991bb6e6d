// startBroker: a whole broker for a test, on a port of its own, ready when the promise resolves.
//
//   const broker = await startBroker({ topics: { orders: { partitions: 3 } } })
//   … any Kafka client, at broker.bootstrap …
//   await broker.reset()     between tests: only the seeded topics are left, and they are empty
//   const other = await broker.fork()   a second broker that begins with all that the first has now
//   await broker.stop()

import {
  diskFiles,
  memoryFiles,
  silentLogger,
  systemClock,
  type Clock,
  type Files,
  type Logger,
} from '../base/index.ts'
import { createClient, type Client } from '../client/index.ts'
import { startPlatform } from '../platform/index.ts'
import { Faults } from './faults.ts'

export interface SeededTopic {
  readonly partitions?: number
  readonly configs?: Readonly<Record<string, string>>
  /** Produced at the start, and again after each reset. */
  readonly records?: readonly SeededRecord[]
}
export interface SeededRecord {
  readonly key?: string | Buffer | null
  readonly value: string | Buffer | null
  readonly partition?: number
  readonly headers?: Readonly<Record<string, string | Buffer | null>>
  /** Ms since 1970. */
  readonly timestamp?: number
}
export interface TestBrokerOptions {
  /** 0, the default, picks a free one. */
  readonly port?: number
  /** Where it keeps its logs; without it, in memory. */
  readonly data?: string
  readonly topics?: Readonly<Record<string, SeededTopic>>
  /** Of the broker, by Kafka's names: { 'num.partitions': '3' }. */
  readonly properties?: Readonly<Record<string, string>>
  readonly logger?: Logger
  /**
   * The time that the broker goes by, for retention, sessions, and what waits. A ManualClock lets days of it pass at once;
   * begin it at the time of day of your clients, for records far in the future are refused, and advance it for whoever
   * waits for records that do not come.
   */
  readonly clock?: Clock
}
export interface TestBroker {
  /** 'host:port', what clients call the bootstrap servers. */
  readonly bootstrap: string
  readonly faults: Faults
  /** Deletes all groups (their members are made to leave) and topics, makes the seeded ones anew, clears the faults. */
  reset(): Promise<void>
  /**
   * Another broker on a port of its own, with all topics, records and offsets that this one has now; what happens to one
   * is not seen by the other. Takes milliseconds: closed segments are shared.
   */
  fork(options?: Pick<TestBrokerOptions, 'port' | 'logger' | 'clock'>): Promise<TestBroker>
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function startBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const { data, topics = {} } = options
  const place = data === undefined ? { files: memoryFiles(), path: '/millrace' } : { files: diskFiles, path: data }
  const broker = await startIn(place, options)
  try {
    await withClient(broker.bootstrap, client => seed(client, topics))
  } catch (error) {
    await broker.stop()
    throw error
  }
  return broker
}

interface Place {
  readonly files: Files
  readonly path: string
  /** Gone with the broker: it was made by a fork. */
  readonly isTemporary?: boolean
}

async function startIn({ files, path, isTemporary = false }: Place, options: TestBrokerOptions): Promise<TestBroker> {
  const { port = 0, topics = {}, properties = {}, logger = silentLogger, clock = systemClock } = options
  const faults = new Faults(clock)
  const platform = await startPlatform({
    dataPath: path,
    files,
    port,
    properties: new Map(Object.entries(properties)),
    logger,
    clock,
    intercept: faults.intercept,
  })
  const { bootstrap } = platform
  const stop = async () => {
    await platform.stop()
    if (isTemporary) await files.removeAsync(path)
  }
  return {
    bootstrap,
    faults,
    async reset() {
      faults.clear()
      await withClient(bootstrap, async client => {
        const groups = await client.admin.groups.list()
        for (const { groupId } of groups) await client.admin.groups.removeMembers(groupId)
        await client.admin.groups.delete(groups.map(({ groupId }) => groupId))
        const existing = await client.admin.topics.list()
        if (existing.length > 0) await client.admin.topics.delete(existing.map(({ name }) => name))
        await seed(client, topics)
      })
    },
    async fork(changes = {}) {
      const forked = { files, path: `${path}.fork-${forks++}`, isTemporary: true }
      platform.snapshot(forked.path)
      return startIn(forked, { ...options, port: 0, ...changes })
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
let forks = 0

async function withClient(bootstrap: string, run: (client: Client) => Promise<void>): Promise<void> {
  const client = createClient({ bootstrap, clientId: 'millrace-testing' })
  try {
    await run(client)
  } finally {
    await client.close()
  }
}

/** Topics of an earlier run on the same data stay as they are. */
async function seed(client: Client, topics: Readonly<Record<string, SeededTopic>>): Promise<void> {
  const existing = new Set((await client.admin.topics.list()).map(({ name }) => name))
  const missing = Object.entries(topics).filter(([name]) => !existing.has(name))
  if (missing.length === 0) return
  await client.admin.topics.create(
    missing.map(([name, { partitions = 1, configs = {} }]) => ({ name, partitions, configs })),
  )
  await using producer = client.producer()
  const records = missing.flatMap(([topic, { records = [] }]) => records.map(record => ({ topic, ...record })))
  if (records.length > 0) await producer.sendAll(records)
}
