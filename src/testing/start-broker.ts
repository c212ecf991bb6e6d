// startBroker: a whole broker for a test, on a port of its own, ready when the promise resolves.
//
//   const broker = await startBroker({ topics: { orders: { partitions: 3 } } })
//   … any Kafka client, at broker.bootstrap …
//   await broker.reset()     between tests: only the seeded topics are left, and they are empty
//   await broker.stop()

import { silentLogger, systemClock, type Clock, type Logger } from '../base/index.ts'
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
  stop(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export async function startBroker(options: TestBrokerOptions = {}): Promise<TestBroker> {
  const { port = 0, data, topics = {}, properties = {}, logger = silentLogger, clock = systemClock } = options
  const faults = new Faults(clock)
  const platform = await startPlatform({
    dataPath: data,
    port,
    properties: new Map(Object.entries(properties)),
    logger,
    clock,
    intercept: faults.intercept,
  })
  const { bootstrap } = platform
  const stop = () => platform.stop()
  try {
    await withClient(bootstrap, client => seed(client, topics))
  } catch (error) {
    await stop()
    throw error
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
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

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
