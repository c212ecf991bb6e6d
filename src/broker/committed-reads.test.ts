import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import type { ClientConnection } from '../connection/index.ts'
import { controlBatch, listOffsets } from '../protocol/index.ts'
import type { Partition } from './partition.ts'
import { batchOf, fetchFrom, produceTo, startTime, TestCluster, topic, turns, valuesOf } from './testing.ts'

// Clients cannot begin transactions here, so what a coordinator and its producers would write is appended directly.
suite('3.4 Fetch: reading committed', () => {
  let cluster: TestCluster
  let client: ClientConnection
  let partition: Partition
  before(async () => {
    cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    client = await cluster.connect()
    const found = cluster.nodes[0]!.context.partitions.byName(topic).find(0)
    partition = typeof found === 'string' ? assert.fail(found) : found
  })
  after(() => cluster.stop())

  const append = async (batch: Buffer) => {
    const { error } = partition.append(batch, { origin: 'coordinator', acks: -1, now: startTime })
    assert.equal(error, 'NONE')
    await turns(2)
  }
  const inTransaction = (producerId: number, value: string, baseSequence = 0) =>
    append(batchOf([value], { producerId, producerEpoch: 0, baseSequence, transactional: true }))
  const end = (producerId: number, type: 'commit' | 'abort') =>
    append(controlBatch({ type, producerId, producerEpoch: 0, coordinatorEpoch: 0, timestamp: startTime }))
  const committed = { isolationLevel: 1 }
  const latest = async (isolationLevel: number) => {
    const partitions = [{ partitionIndex: 0, timestamp: -1 }]
    const answer = await client.request(listOffsets, {
      replicaId: -1,
      isolationLevel,
      topics: [{ name: topic, partitions }],
    })
    return answer.topics[0]!.partitions[0]!.offset
  }

  test('3.4 Fetch: read_committed stops at the last stable offset, read_uncommitted does not', async () => {
    await produceTo(client, batchOf(['plain']))
    await inTransaction(7, 'open')
    await produceTo(client, batchOf(['behind']))
    const stable = await fetchFrom(client, 0, committed)
    assert.deepEqual(valuesOf(stable.records), ['plain'])
    assert.deepEqual([stable.highWatermark, stable.lastStableOffset], [3, 1])
    assert.deepEqual(valuesOf((await fetchFrom(client, 0)).records), ['plain', 'open', 'behind'])
  })
  test('3.5 ListOffsets: the end is the last stable offset for read_committed', async () => {
    assert.deepEqual([await latest(0), await latest(1)], [3, 1])
  })
  test('3.4 Fetch: the end of a transaction wakes who reads committed, with the marker and the aborted transactions', async () => {
    const waiting = fetchFrom(client, 1, { ...committed, maxWaitMs: 500 })
    await turns()
    await end(7, 'abort')
    const { records, abortedTransactions, lastStableOffset } = await waiting
    assert.equal(lastStableOffset, 4)
    assert.equal(valuesOf(records).length, 3, 'the record, the one behind, and the marker')
    assert.deepEqual(
      abortedTransactions!.map(({ producerId, firstOffset }) => ({ producerId, firstOffset })),
      [{ producerId: 7, firstOffset: 1 }],
    )
  })
  test('3.4 Fetch: aborted transactions are those that overlap what was read, by their first offsets', async () => {
    await inTransaction(9, 'a')
    await inTransaction(8, 'b')
    await end(8, 'abort')
    await end(9, 'abort')
    const of = async (offset: number) =>
      (await fetchFrom(client, offset, committed)).abortedTransactions!.map(({ producerId }) => producerId)
    assert.deepEqual(await of(0), [7, 9, 8])
    assert.deepEqual(await of(4), [9, 8])
    assert.deepEqual(await of(8), [])
  })
  test('3.3 Produce: without a transaction, by a producer that has one open, is INVALID_TXN_STATE', async () => {
    await inTransaction(10, 'open')
    const { error } = await produceTo(client, batchOf(['x'], { producerId: 10, producerEpoch: 0, baseSequence: 1 }))
    assert.equal(error, 'INVALID_TXN_STATE')
    await end(10, 'commit')
  })
})
