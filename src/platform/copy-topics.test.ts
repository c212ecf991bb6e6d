import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import {
  memoryFiles,
  MBeans,
  SeededRandom,
  silentLogger,
  systemClock,
  type Files,
  type Sockets,
} from '../base/index.ts'
import { startBrokerNode, type BrokerNode } from '../broker/index.ts'
import { Cluster, clusterOptions, createClient, type Client } from '../client/index.ts'
import { memorySockets } from '../connection/index.ts'
import { brokerConfigOf, memoryMetadataLog, Metadata } from '../metadata/index.ts'
import { batches, buildBatch, batchSizeBytes, fetch, setBaseOffset, setLeaderEpoch } from '../protocol/index.ts'
import type { CompressionCodec, RecordDraft } from '../protocol/index.ts'
import { startPlatform, type CopySource, type Platform } from './index.ts'

const sourceAt = '127.0.0.1:9092'

/** A broker to copy from, with its insides, and platforms that copy. */
class World {
  readonly sockets: Sockets
  readonly files: Files = memoryFiles()
  readonly node: BrokerNode
  readonly source: Client
  constructor(node: BrokerNode, sockets: Sockets) {
    this.sockets = sockets
    this.node = node
    this.source = createClient({ bootstrap: sourceAt, sockets })
  }
  static async start(): Promise<World> {
    const sockets = memorySockets({ clock: systemClock })
    return new World(await startSource(sockets), sockets)
  }
  up(copy?: Partial<CopySource> & { readonly topics: readonly string[] }, brokers = 1): Promise<Platform> {
    return startPlatform({
      dataPath: '/data',
      port: 9192,
      brokers,
      properties: new Map([['default.replication.factor', String(brokers)]]),
      logger: silentLogger,
      sockets: this.sockets,
      files: this.files,
      ...(copy === undefined ? {} : { copy: { client: { bootstrap: sourceAt, sockets: this.sockets }, ...copy } }),
    })
  }
  clientOf({ bootstrap }: Platform): Client {
    return createClient({ bootstrap, sockets: this.sockets })
  }
  /** As a leader gets it from its follower: at any offsets, with any bytes. */
  append(topic: string, batch: Buffer): void {
    const partition = this.node.context.partitions.byName(topic).find(0)
    assert.ok(typeof partition === 'object')
    const outcome = partition.log.append(batch, { leaderEpoch: 0, origin: 'replication', now: systemClock.now() })
    assert.equal(outcome.error, 'NONE')
  }
  /** Whole batches from `offset` on, their leader epochs aside. */
  async batchesOf(bootstrap: string, topic: string, offset = 0, partition = 0): Promise<Buffer[]> {
    const cluster = new Cluster(clusterOptions({ bootstrap, sockets: this.sockets }))
    await cluster.refresh([topic])
    const answer = await cluster.ask(cluster.leaderOf(topic, partition)!, 'main', fetch, {
      maxWaitMs: 0,
      minBytes: 0,
      topics: [
        {
          topicId: cluster.view.topics.get(topic)!.id,
          partitions: [{ partition, fetchOffset: offset, partitionMaxBytes: 1e6 }],
        },
      ],
      forgottenTopicsData: [],
    })
    await cluster.close()
    const data = answer.responses[0]!.partitions[0]!
    assert.equal(data.errorCode, 0)
    const bytes = Buffer.from(data.records!)
    for (const at of batches(bytes)) setLeaderEpoch(bytes, at, 0)
    return [...batches(bytes)].map(at => bytes.subarray(at, at + batchSizeBytes(bytes, at)))
  }
  async [Symbol.asyncDispose](): Promise<void> {
    await this.source.close()
    await this.node.stop()
  }
}
async function startSource(sockets: Sockets): Promise<BrokerNode> {
  const { config } = brokerConfigOf({ overrides: new Map() })
  const random = new SeededRandom(1)
  const metadata = await Metadata.open({ log: memoryMetadataLog(), random, config })
  return startBrokerNode({
    nodeId: 7,
    config,
    metadata,
    path: '/source',
    durability: 'flush',
    listeners: [{ name: 'PLAINTEXT', securityProtocol: 'PLAINTEXT', host: '127.0.0.1', port: 9092 }],
    files: memoryFiles(),
    sockets,
    clock: systemClock,
    random,
    logger: silentLogger,
    metrics: new MBeans(systemClock),
  })
}
function batchAt(offset: number, records: readonly RecordDraft[], codec: CompressionCodec = 'none'): Buffer {
  const batch = buildBatch(records, { codec })
  setBaseOffset(batch, 0, offset)
  return batch
}
const ends = async (client: Client, topic: string) => {
  const at = async (spec: 'earliest' | 'latest') =>
    (await client.admin.records.offsets([{ topic, partition: 0 }], spec, { isolation: 'read_committed' }))[0]!.offset
  return [await at('earliest'), await at('latest')]
}
const refusal = (started: Promise<Platform>) =>
  started.then(
    () => assert.fail('it started'),
    (error: Error) => error.message,
  )

suite('copyTopics', () => {
  test('topics come with their partitions, their own configs, and their batches byte for byte in every codec', async () => {
    await using world = await World.start()
    const { source } = world
    const configs = { 'cleanup.policy': 'compact', 'min.insync.replicas': '1' }
    await source.admin.topics.create([{ name: 'orders', partitions: 3, configs }, { name: 'other' }])
    for (const compression of ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const) {
      await using producer = source.producer({ compression, lingerMs: 0 })
      const headers = { h: compression }
      for (let partition = 0; partition < 3; partition++)
        await producer.sendAll([
          {
            topic: 'orders',
            partition,
            key: 'k',
            value: `${compression} ${'x'.repeat(200)}`,
            headers,
            timestamp: 1000,
          },
          { topic: 'orders', partition, key: 'gone', value: null, timestamp: 2000 },
        ])
    }
    const told: number[][] = []
    const platform = await world.up({ topics: ['orders'], onProgress: (done, total) => told.push([done, total]) })
    const client = world.clientOf(platform)
    const { copied, kept } = platform.copy!
    assert.deepEqual(
      [copied.map(({ topic, partitions, records }) => [topic, partitions, records]), kept],
      [[['orders', 3, 30]], []],
    )
    assert.deepEqual(told.at(-1), [30, 30])
    for (let partition = 0; partition < 3; partition++)
      assert.deepEqual(
        await world.batchesOf(platform.bootstrap, 'orders', 0, partition),
        await world.batchesOf(sourceAt, 'orders', 0, partition),
      )
    const set = (await client.admin.configs.describe({ type: 'topic', name: 'orders' })).filter(
      ({ source }) => source === 'topic',
    )
    assert.deepEqual(Object.fromEntries(set.map(({ name, value }) => [name, value])), configs)
    assert.deepEqual(
      (await client.admin.topics.list()).map(({ name }) => name),
      ['orders'],
    )
    await client.close()
    await platform.stop()
  })

  test('a log that starts late, within a batch, and has gaps keeps its offsets; local records go behind', async () => {
    await using world = await World.start()
    const { source } = world
    await source.admin.topics.create([{ name: 't' }])
    const record = (value: string) => ({ timestamp: 1, key: null, value })
    world.append('t', batchAt(100, [record('a'), record('b'), record('c')], 'lz4'))
    world.append('t', batchAt(200, [record('d')]))
    await source.admin.records.deleteBefore([{ topic: 't', partition: 0, offset: 101 }])
    const platform = await world.up({ topics: ['t'] })
    const client = world.clientOf(platform)
    assert.deepEqual(await ends(client, 't'), [101, 201])
    assert.deepEqual(await world.batchesOf(platform.bootstrap, 't', 101), await world.batchesOf(sourceAt, 't', 101))
    const { offset } = await client.producer().send({ topic: 't', value: 'local' })
    assert.equal(offset, 201)
    await client.close()
    await platform.stop()
  })

  test('of a source whose log is empty, or ends with offsets without records, start and end are the same here', async () => {
    await using world = await World.start()
    const { source } = world
    await source.admin.topics.create([{ name: 'empty' }, { name: 'deleted' }])
    world.append('deleted', batchAt(40, [{ timestamp: 1, key: null, value: 'a' }]))
    await source.admin.records.deleteBefore([{ topic: 'deleted', partition: 0, offset: 'latest' }])
    const platform = await world.up({ topics: ['empty', 'deleted'] })
    const client = world.clientOf(platform)
    assert.deepEqual(
      [await ends(client, 'empty'), await ends(client, 'deleted')],
      [
        [0, 0],
        [41, 41],
      ],
    )
    await client.close()
    await platform.stop()
  })

  test('with a time, each log starts at its first record of that time or later', async () => {
    await using world = await World.start()
    await world.source.admin.topics.create([{ name: 't' }, { name: 'old' }])
    await using producer = world.source.producer()
    for (const timestamp of [1000, 2000, 3000]) await producer.send({ topic: 't', value: 'v', timestamp })
    await producer.send({ topic: 'old', value: 'v', timestamp: 1000 })
    const platform = await world.up({ topics: ['t', 'old'], since: 1500 })
    const client = world.clientOf(platform)
    assert.deepEqual(
      [await ends(client, 't'), await ends(client, 'old')],
      [
        [1, 3],
        [1, 1],
      ],
    )
    await client.close()
    await platform.stop()
  })

  test('committed and aborted transactions are what they were; of an open one nothing comes', async () => {
    await using world = await World.start()
    const { source } = world
    await source.admin.topics.create([{ name: 't' }])
    const transactional = (transactionalId: string) => source.producer({ transactionalId, lingerMs: 0 })
    await using first = transactional('first')
    await using second = transactional('second')
    const send = (producer: typeof first, value: string) => producer.send({ topic: 't', value })
    await first.begin()
    await send(first, 'committed')
    await first.commit()
    await first.begin()
    await send(first, 'aborted')
    await first.abort()
    // Ends while another, begun after it, is open: its marker lies behind the last stable offset.
    await first.begin()
    await send(first, 'late')
    await second.begin()
    await send(second, 'open')
    await first.commit()
    const platform = await world.up({ topics: ['t'] })
    const client = world.clientOf(platform)
    const consumer = client.consumer({ groupId: 'g', offsetReset: 'earliest', isolation: 'read_committed' })
    consumer.subscribe('t')
    const values: string[] = []
    for await (const { value } of consumer) {
      values.push(`${value}`)
      if (values.length === 2) break
    }
    assert.deepEqual(values, ['committed', 'late'])
    const [, end] = await ends(client, 't')
    await using idempotent = client.producer({ idempotent: true })
    assert.equal((await idempotent.send({ topic: 't', value: 'local' })).offset, end)
    await client.close()
    await platform.stop()
    await second.abort()
  })

  test('producers here get ids that no copied record bears', async () => {
    await using world = await World.start()
    await world.source.admin.topics.create([{ name: 't' }])
    const batch = buildBatch([{ timestamp: 1, key: null, value: 'a' }], {
      producerId: 5000,
      producerEpoch: 0,
      baseSequence: 0,
    })
    world.append('t', batch)
    const platform = await world.up({ topics: ['t'] })
    const client = world.clientOf(platform)
    await client.producer({ idempotent: true }).send({ topic: 't', value: 'local' })
    const producers = await client.admin.transactions.producers({ topic: 't', partition: 0 })
    assert.deepEqual(
      producers.map(({ producerId }) => producerId).toSorted((a, b) => a - b),
      [5000, 5001],
    )
    await client.close()
    await platform.stop()
  })

  test('a topic that is here already is left as it is, at the next start too', async () => {
    await using world = await World.start()
    await world.source.admin.topics.create([{ name: 't' }])
    await world.source.producer().send({ topic: 't', value: 'first' })
    const platform = await world.up({ topics: ['t'] })
    await platform.stop()
    await world.source.producer().send({ topic: 't', value: 'second' })
    const again = await world.up({ topics: ['t'] })
    assert.deepEqual(again.copy, { copied: [], kept: ['t'], warnings: [] })
    const client = world.clientOf(again)
    assert.deepEqual(await ends(client, 't'), [0, 1])
    await client.close()
    await again.stop()
  })

  test('with several brokers, followers get what their leaders have copied', async () => {
    await using world = await World.start()
    await world.source.admin.topics.create([{ name: 't', partitions: 2 }])
    await using producer = world.source.producer()
    for (const partition of [0, 1]) await producer.send({ topic: 't', partition, value: 'v' })
    await world.source.admin.records.deleteBefore([{ topic: 't', partition: 0, offset: 1 }])
    const platform = await world.up({ topics: ['t'] }, 2)
    const client = world.clientOf(platform)
    const local = client.producer({ acks: 'all' })
    assert.deepEqual(
      await Promise.all(
        [0, 1].map(async partition => (await local.send({ topic: 't', partition, value: 'v' })).offset),
      ),
      [1, 1],
    )
    await client.close()
    await platform.stop()
  })

  test('a copy that is interrupted leaves nothing, and can be begun again', async () => {
    await using world = await World.start()
    await world.source.admin.topics.create([{ name: 't' }])
    await world.source.producer().send({ topic: 't', value: 'v' })
    const ending = new AbortController()
    ending.abort()
    const says = await refusal(world.up({ topics: ['t'], signal: ending.signal }))
    assert.equal(says, 'the copy was interrupted: nothing is kept of it')
    const platform = await world.up({ topics: ['t'] })
    assert.equal(platform.copy!.copied[0]!.records, 1)
    await platform.stop()
  })

  test('a start after a copy that died halfway deletes what there is of it, and says so', async () => {
    await using world = await World.start()
    const before = await world.up()
    const client = world.clientOf(before)
    await client.admin.topics.create([{ name: 'half' }, { name: 'mine' }])
    await client.close()
    await before.stop()
    world.files.replaceFile('/data/copy-in-progress', JSON.stringify({ topics: ['half', 'never-made'] }))
    const platform = await world.up()
    assert.deepEqual(platform.warnings, ["topic 'half' was not copied to its end, and is deleted"])
    const later = world.clientOf(platform)
    assert.deepEqual(
      (await later.admin.topics.list()).map(({ name }) => name),
      ['mine'],
    )
    await later.close()
    await platform.stop()
    const again = await world.up()
    assert.deepEqual(again.warnings, [])
    await again.stop()
  })

  test('a source that nobody can reach is told within seconds', async () => {
    await using world = await World.start()
    const client = { bootstrap: '127.0.0.1:1', sockets: world.sockets, retryTimeoutMs: 200 }
    assert.match(
      await refusal(world.up({ topics: ['t'], client })),
      /^topics cannot be copied from 127\.0\.0\.1:1: None of the brokers can be reached .*nobody listens.*NO_BROKER_AVAILABLE/,
    )
  })

  // oxfmt-ignore
  const refused: readonly [what: string, copy: Parameters<World['up']>[0] & {}, says: RegExp][] = [
    ['topics that it lacks are named', { topics: ['t', 'nowhere', 'never'] }, /^the cluster at 127\.0\.0\.1:9092 has no topic 'nowhere', 'never'$/],
    ['what a cluster keeps for itself is not copied', { topics: ['__consumer_offsets'] }, /'__consumer_offsets': what a cluster keeps for itself cannot be copied/],
    ['a name that no topic can have is refused', { topics: ['a b'] }, /INVALID_TOPIC_EXCEPTION/],
  ]
  for (const [what, copy, says] of refused)
    test(`of a source, ${what}`, async () => {
      await using world = await World.start()
      await world.source.admin.topics.create([{ name: 't' }])
      await world.source.consumer({ groupId: 'g' }).commit([{ topic: 't', partition: 0, offset: 0 }])
      assert.match(await refusal(world.up(copy)), says)
    })
})
