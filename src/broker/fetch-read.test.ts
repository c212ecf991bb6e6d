import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import { memoryFiles } from '../base/index.ts'
import type { ClientConnection } from '../connection/index.ts'
import { fetch } from '../protocol/index.ts'
import { batchOf, fetchFrom, produceTo, TestCluster, topic, valuesOf } from './testing.ts'

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
    readonly maxBytes: number
    /** Of each partition. */
    readonly partitionMaxBytes: readonly number[]
    readonly minBytes?: number
  }
  /** Which of them gave something. */
  const given = async ({ maxBytes, partitionMaxBytes, minBytes = 1 }: Case) => {
    const partitions = partitionMaxBytes.map((partitionMaxBytes, partition) => ({
      partition,
      fetchOffset: 0,
      partitionMaxBytes,
    }))
    // No time passes by itself: who waits for more is never answered.
    const draft = { maxWaitMs: 500, minBytes, maxBytes, topics: [{ topic, partitions }] }
    const { responses } = await client.request(fetch, draft, { versionMax: 12 })
    return responses[0]!.partitions.map(({ records }) => records!.length > 0)
  }
  const usual = [2 ** 20, 2 ** 20, 2 ** 20]

  test('gives all that fits', async () => {
    assert.deepEqual(await given({ maxBytes: 2 ** 20, partitionMaxBytes: usual }), [true, true, true])
  })
  test('is full with the first batch that does not fit: nothing is looked for behind it', async () => {
    assert.deepEqual(await given({ maxBytes: 10_000, partitionMaxBytes: usual }), [true, false, false])
  })
  test('goes on behind a batch that only its own partition has no room for', async () => {
    assert.deepEqual(await given({ maxBytes: 2 ** 20, partitionMaxBytes: [4_000, 4_000, 4_000] }), [true, false, true])
  })
  test('does not wait for more when it is full', async () => {
    const limits = { maxBytes: 10_000, minBytes: 9_000 }
    assert.deepEqual(await given({ ...limits, partitionMaxBytes: usual }), [true, false, false])
  })
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
