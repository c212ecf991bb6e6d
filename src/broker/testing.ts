// What the tests of this module share: whole brokers in memory, with a clock that is advanced by hand, and requests as
// short as a test wants to read them.

import {
  ManualClock,
  memoryFiles,
  MBeans,
  SeededRandom,
  silentLogger,
  systemClock,
  type Files,
  type Logger,
  type Socket,
  type Sockets,
} from '../base/index.ts'
import { ClientConnection, memorySockets, type SaslClientMechanism } from '../connection/index.ts'
import { brokerConfigOf, memoryMetadataLog, Metadata, type MetadataLog } from '../metadata/index.ts'
import {
  batches,
  buildBatch,
  errorName,
  fetch,
  produce,
  RecordIndex,
  type BatchOptions,
  type DecodedResponseOf,
  type RecordDraft,
} from '../protocol/index.ts'
import { startBrokerNode, type BrokerNode } from './broker-node.ts'
import type { ListenerAddress } from './listeners.ts'
import type { Intercept } from './service.ts'

/** Lets everything that is under way in memory come to rest. */
export async function turns(count = 12): Promise<void> {
  for (let i = 0; i < count; i++) await new Promise<void>(resolve => systemClock.soon(resolve))
}

export interface TestClusterOptions {
  readonly brokers?: number
  readonly properties?: Readonly<Record<string, string>>
  readonly files?: Files
  readonly metadataLog?: MetadataLog
  readonly logger?: Logger
  readonly intercept?: Intercept
  /** Of each broker; without it one listener, PLAINTEXT. */
  readonly listeners?: readonly Pick<ListenerAddress, 'name' | 'securityProtocol'>[]
}

export class TestCluster {
  readonly clock = new ManualClock()
  readonly files: Files
  readonly nodes: BrokerNode[] = []
  readonly metadata: Metadata
  readonly #sockets: Sockets
  readonly #connections: ClientConnection[] = []
  readonly #start: (index: number) => Promise<BrokerNode>

  static async start(options: TestClusterOptions = {}): Promise<TestCluster> {
    const properties = new Map(Object.entries({ 'offsets.topic.num.partitions': '2', ...options.properties }))
    const { config } = brokerConfigOf({ overrides: properties })
    const random = new SeededRandom(1)
    const { listeners = [{ name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT' }], metadataLog = memoryMetadataLog() } =
      options
    const metadata = await Metadata.open({ log: metadataLog, random, config })
    const cluster = new TestCluster(metadata, options, index =>
      startBrokerNode({
        nodeId: index + 1,
        config,
        metadata,
        path: `/data/${index + 1}`,
        durability: 'flush',
        listeners: listeners.map((listener, at) => ({ ...listener, host: '127.0.0.1', port: 9092 + index + at * 100 })),
        files: cluster.files,
        sockets: cluster.#sockets,
        clock: cluster.clock,
        random,
        logger: options.logger ?? silentLogger,
        metrics: new MBeans(cluster.clock),
        intercept: options.intercept,
      }),
    )
    for (let index = 0; index < (options.brokers ?? 1); index++) cluster.nodes.push(await cluster.#start(index))
    return cluster
  }
  private constructor(metadata: Metadata, options: TestClusterOptions, start: (index: number) => Promise<BrokerNode>) {
    this.metadata = metadata
    this.files = options.files ?? memoryFiles()
    this.#sockets = memorySockets({ clock: this.clock })
    this.#start = start
  }

  async connect(
    nodeId = 1,
    clientId = 'test',
    { listener, sasl }: { readonly listener?: string; readonly sasl?: SaslClientMechanism } = {},
  ): Promise<ClientConnection> {
    const { addresses } = this.nodes.find(node => node.nodeId === nodeId)!
    const { host, port } = addresses.find(({ name }) => name === listener) ?? addresses[0]!
    const connection = await ClientConnection.connect({
      sockets: this.#sockets,
      clock: this.clock,
      clientId,
      host,
      port,
      sasl,
    })
    this.#connections.push(connection)
    return connection
  }
  /** A connection of bytes, to the first broker. */
  openSocket(listener?: string): Promise<Socket> {
    const { addresses } = this.nodes[0]!
    const { host, port } = addresses.find(({ name }) => name === listener) ?? addresses[0]!
    return this.#sockets.connect({ host, port })
  }
  /** Gives the topic's id. */
  async createTopic(
    name: string,
    options: {
      readonly partitions?: number
      readonly replicationFactor?: number
      readonly replicas?: readonly (readonly number[])[]
      readonly configs?: Readonly<Record<string, string>>
    } = {},
  ): Promise<string> {
    const { partitions = 1, replicationFactor = 1, replicas, configs = {} } = options
    const [created] = await this.metadata.createTopics([
      {
        name,
        numPartitions: replicas ? -1 : partitions,
        replicationFactor: replicas ? -1 : replicationFactor,
        assignments: (replicas ?? []).map((brokerIds, partitionIndex) => ({ partitionIndex, brokerIds })),
        configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
      },
    ])
    if (created!.error !== 'NONE') throw new Error(`${name}: ${created!.error}, ${created!.message}`)
    return created!.topicId
  }
  async stopNode(nodeId: number): Promise<void> {
    const index = this.nodes.findIndex(node => node.nodeId === nodeId)
    const [node] = this.nodes.splice(index, 1)
    await node!.stop()
  }
  async startNode(nodeId: number): Promise<BrokerNode> {
    const node = await this.#start(nodeId - 1)
    this.nodes.push(node)
    return node
  }
  async stop(): Promise<void> {
    for (const connection of this.#connections) await connection.close()
    for (const node of this.nodes.splice(0)) await node.stop()
    await this.metadata.close()
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }
}

/** Where a request goes, if a test does not care. */
export const topic = 'orders'

/** When test clocks start. */
export const { startTime } = ManualClock

/** A batch of records: their values, or as much of each as matters. */
export function batchOf(records: readonly (string | Partial<RecordDraft>)[], options: BatchOptions = {}): Buffer {
  return buildBatch(
    records.map(record => ({ timestamp: startTime, ...(typeof record === 'string' ? { value: record } : record) })),
    options,
  )
}
/** The values of what was fetched, from an offset on. */
export function valuesOf(records: Uint8Array | null, from = 0): string[] {
  const bytes = records as Buffer,
    index = new RecordIndex(),
    values: string[] = []
  for (const at of batches(bytes)) {
    index.read(bytes, at)
    for (let i = 0; i < index.count; i++) if (index.offset(i) >= from) values.push(String(index.value(i)))
  }
  return values
}

export interface ProduceOptions {
  readonly topic?: string
  readonly partition?: number
  readonly acks?: number
  readonly timeoutMs?: number
  readonly version?: number
}
type ProduceAnswer = DecodedResponseOf<typeof produce>['responses'][number]['partitionResponses'][number]
/** Produces one batch, and gives the partition's answer with its error by name. */
export async function produceTo(
  connection: ClientConnection,
  records: Buffer | null,
  options: ProduceOptions = {},
): Promise<ProduceAnswer & { readonly error: string }> {
  const { topic: name = topic, partition = 0, acks = -1, timeoutMs = 1000, version = 12 } = options
  const answer = await connection.request(
    produce,
    { acks, timeoutMs, topicData: [{ name, partitionData: [{ index: partition, records }] }] },
    { versionMax: version },
  )
  const response = answer.responses[0]!.partitionResponses[0]!
  return { ...response, error: errorName(response.errorCode) }
}

export interface FetchOptions {
  readonly topic?: string
  readonly partition?: number
  readonly maxWaitMs?: number
  readonly minBytes?: number
  readonly maxBytes?: number
  readonly partitionMaxBytes?: number
  readonly isolationLevel?: number
  readonly currentLeaderEpoch?: number
  readonly lastFetchedEpoch?: number
  readonly version?: number
}
type FetchAnswer = DecodedResponseOf<typeof fetch>['responses'][number]['partitions'][number]
/** Fetches one partition by name, and gives its answer with its error by name. */
export async function fetchFrom(
  connection: ClientConnection,
  fetchOffset: number,
  options: FetchOptions = {},
): Promise<FetchAnswer & { readonly error: string }> {
  const { topic: name = topic, partition = 0, maxWaitMs = 0, minBytes = 1, maxBytes = 1 << 20, version = 12 } = options
  const { partitionMaxBytes = 1 << 20, isolationLevel = 0, currentLeaderEpoch = -1, lastFetchedEpoch = -1 } = options
  const partitions = [{ partition, fetchOffset, partitionMaxBytes, currentLeaderEpoch, lastFetchedEpoch }]
  const answer = await connection.request(
    fetch,
    { maxWaitMs, minBytes, maxBytes, isolationLevel, topics: [{ topic: name, partitions }] },
    { versionMax: version },
  )
  const response = answer.responses[0]!.partitions[0]!
  return { ...response, error: errorName(response.errorCode) }
}
