import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import { memoryFiles } from '../base/index.ts'
import type { ClientConnection } from '../connection/index.ts'
import { fetch, setBaseOffset } from '../protocol/index.ts'
import { batchOf, fetchFrom, produceTo, TestCluster, topic, turns, valuesOf } from './testing.ts'

suite('A fetch of several partitions', () => {
  let cluster: TestCluster
  let client: ClientConnection
  before(async () => {
    cluster = await TestCluster.start()
    client = await cluster.connect()
    await cluster.createTopic(topic, { partitions: 3 })
    for (const [partition, size] of [3_000, 20_000, 1_000].entries())
      await produceTo(client, batchOf(['x'.repeat(size)]), { partition })
  })
  after(() => cluster.stop())

  interface Case {
    readonly topic?: string
    readonly maxBytes: number
    /** Of each partition. */
    readonly partitionMaxBytes: readonly number[]
    readonly minBytes?: number
  }
  /** Which of them gave something. */
  const given = async ({ topic: name = topic, maxBytes, partitionMaxBytes, minBytes = 1 }: Case) => {
    const partitions = partitionMaxBytes.map((partitionMaxBytes, partition) => ({
      partition,
      fetchOffset: 0,
      partitionMaxBytes,
    }))
    // No time passes by itself: who waits for more is never answered.
    const draft = { maxWaitMs: 500, minBytes, maxBytes, topics: [{ topic: name, partitions }] }
    const { responses } = await client.request(fetch, draft, { versionMax: 12 })
    return responses[0]!.partitions.map(({ records }) => records!.length > 0)
  }
  const usual = [2 ** 20, 2 ** 20, 2 ** 20]

  test('gives all that fits', async () => {
    assert.deepEqual(await given({ maxBytes: 2 ** 20, partitionMaxBytes: usual }), [true, true, true])
  })
  test('goes on behind a first batch that does not fit', async () => {
    assert.deepEqual(await given({ maxBytes: 10_000, partitionMaxBytes: usual }), [true, false, true])
  })
  test('goes on behind a batch that only its own partition has no room for', async () => {
    assert.deepEqual(await given({ maxBytes: 2 ** 20, partitionMaxBytes: [4_000, 4_000, 4_000] }), [true, false, true])
  })
  test('is full where a partition gave something and was cut short: nothing is looked for behind it', async () => {
    const pairs = 'pairs'
    await cluster.createTopic(pairs, { partitions: 3 })
    const sizes = [
      [3_000, 3_000],
      [3_000, 20_000],
      [1_000, 1_000],
    ]
    for (const [partition, ofPartition] of sizes.entries())
      for (const size of ofPartition) await produceTo(client, batchOf(['x'.repeat(size)]), { topic: pairs, partition })
    const limited = (maxBytes: number, ofEach: number) =>
      given({ topic: pairs, maxBytes, partitionMaxBytes: [ofEach, ofEach, ofEach] })
    assert.deepEqual(await limited(20_000, 2 ** 20), [true, true, false])
    // By its own limit alone.
    assert.deepEqual(await limited(20_000, 5_000), [true, true, true])
  })
  test('does not wait for more when it is full', async () => {
    const limits = { maxBytes: 10_000, minBytes: 9_000 }
    assert.deepEqual(await given({ ...limits, partitionMaxBytes: usual }), [true, false, true])
  })
})

test('A fetch at a gap that leads to the end of what may be read waits, as one at that end does', async () => {
  await using cluster = await TestCluster.start()
  await cluster.createTopic(topic)
  const client = await cluster.connect()
  await produceTo(client, batchOf(['a']))
  const partition = cluster.nodes[0]!.context.partitions.byName(topic).find(0)
  assert.ok(typeof partition !== 'string')
  const open = batchOf(['b'], { producerId: 7, producerEpoch: 0, baseSequence: 0, transactional: true })
  setBaseOffset(open, 0, 5)
  const now = cluster.clock.now()
  const asReplicated = { leaderEpoch: partition.leaderEpoch, origin: 'replication', now } as const
  assert.equal(partition.log.append(open, asReplicated).error, 'NONE')
  await produceTo(client, batchOf(['c']))
  assert.deepEqual([partition.highWatermark, partition.fetchEnd('lastStableOffset')], [7, 5])

  let isAnswered = false
  const fetching = fetchFrom(client, 1, { maxWaitMs: 500, isolationLevel: 1 })
  void fetching.then(() => (isAnswered = true))
  await turns()
  assert.equal(isAnswered, false)
  await cluster.clock.advance(500)
  const { error, records } = await fetching
  assert.deepEqual([error, records!.length], ['NONE', 0])
  assert.deepEqual(valuesOf((await fetchFrom(client, 1)).records), ['b', 'c'], 'whoever may read on goes over it')
})

test('A fetch of what lies on a slow device has it read in the background', async () => {
  const files = memoryFiles()
  let readsInBackground = 0
  const readUncached = files.readUncached.bind(files)
  files.readUncached = (...read) => {
    readsInBackground++
    return readUncached(...read)
  }
  await using cluster = await TestCluster.start({ files })
  const client = await cluster.connect()
  await cluster.createTopic(topic)
  const values = ['a', 'b', 'c', 'd'].map(name => name.repeat(70_000))
  for (const value of values) await produceTo(client, batchOf([value]))
  files.fail = (operation, path) => {
    if (operation === 'read' && path.endsWith('.log')) cluster.clock.stall(5)
  }
  const fetched = async (offset: number) =>
    valuesOf((await fetchFrom(client, offset, { partitionMaxBytes: 100_000 })).records)
  assert.deepEqual(await fetched(0), [values[0]])
  assert.deepEqual(await fetched(1), [values[1]])
  assert.equal(readsInBackground, 0, 'nothing is known of the device')
  assert.deepEqual(await fetched(2), [values[2]])
  assert.ok(readsInBackground > 0)
})
