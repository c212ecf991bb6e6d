import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import type { ClientConnection } from '../../connection/index.ts'
import { batchLastOffset, errorName, fetch } from '../../protocol/index.ts'
import { batchOf, fetchFrom, produceTo, TestCluster, topic, turns, valuesOf, type FetchOptions } from '../testing.ts'

suite('3.4 Fetch', () => {
  let cluster: TestCluster
  let reader: ClientConnection
  let writer: ClientConnection
  before(async () => {
    cluster = await TestCluster.start()
    reader = await cluster.connect()
    writer = await cluster.connect()
    await cluster.createTopic(topic, { partitions: 2 })
    await produceTo(writer, batchOf(['a', 'b', 'c']))
    await produceTo(writer, batchOf(['d', 'e', 'f']))
  })
  after(() => cluster.stop())

  /** A fetch that is expected to park: whether it was answered is asked later. */
  const parked = (offset: number, options: FetchOptions, client = reader) => {
    const state = { isAnswered: false, answer: fetchFrom(client, offset, { maxWaitMs: 500, ...options }) }
    state.answer.then(
      () => (state.isAnswered = true),
      () => {},
    )
    return state
  }

  test('3.4 Fetch: whole batches from the one that holds the offset', async () => {
    const { records, highWatermark } = await fetchFrom(reader, 4)
    assert.equal(highWatermark, 6)
    assert.deepEqual(valuesOf(records), ['d', 'e', 'f'])
    assert.deepEqual(valuesOf(records, 4), ['e', 'f'])
  })
  test('3.4 Fetch: what is there is answered at once', async () => {
    assert.deepEqual(valuesOf((await fetchFrom(reader, 0, { maxWaitMs: 500 })).records), ['a', 'b', 'c', 'd', 'e', 'f'])
  })
  test('3.4 Fetch: at the end of the log the record set is empty, not null', async () => {
    const { records, error } = await fetchFrom(reader, 6)
    assert.equal(error, 'NONE')
    assert.equal(records?.length, 0)
  })
  test('3.4 Fetch: outside the log is OFFSET_OUT_OF_RANGE, with where the log is', async () => {
    const { error, highWatermark, logStartOffset, records } = await fetchFrom(reader, 7, { maxWaitMs: 500 })
    assert.deepEqual(
      { error, highWatermark, logStartOffset },
      { error: 'OFFSET_OUT_OF_RANGE', highWatermark: 6, logStartOffset: 0 },
    )
    assert.equal(records?.length, 0)
  })
  test('3.4 Fetch: the first batch comes even if it is larger than all limits, and only the first', async () => {
    for (const limits of [{ maxBytes: 1 }, { partitionMaxBytes: 1 }])
      assert.deepEqual(valuesOf((await fetchFrom(reader, 0, limits)).records), ['a', 'b', 'c'])
    await produceTo(writer, batchOf(['z']), { partition: 1 })
    const partitions = [0, 1].map(partition => ({ partition, fetchOffset: 0, partitionMaxBytes: 1 }))
    const { responses } = await reader.request(
      fetch,
      { maxWaitMs: 0, minBytes: 1, maxBytes: 1, topics: [{ topic, partitions }] },
      { versionMax: 12 },
    )
    const sizes = responses[0]!.partitions.map(({ records }) => records!.length > 0)
    assert.deepEqual(sizes, [true, false])
  })
  test('3.4 Fetch: aborted transactions are null when reading uncommitted, a list when reading committed', async () => {
    assert.equal((await fetchFrom(reader, 0)).abortedTransactions, null)
    const { abortedTransactions, lastStableOffset } = await fetchFrom(reader, 0, { isolationLevel: 1 })
    assert.deepEqual(abortedTransactions, [])
    assert.equal(lastStableOffset, 6)
  })

  test('3.4 Fetch: an older leader epoch is FENCED_LEADER_EPOCH, a newer one UNKNOWN_LEADER_EPOCH, -1 is not checked', async () => {
    const { leaderEpoch } = cluster.metadata.image.topics.get(topic)!.partitions[0]!
    assert.equal((await fetchFrom(reader, 0, { currentLeaderEpoch: leaderEpoch })).error, 'NONE')
    assert.equal((await fetchFrom(reader, 0, { currentLeaderEpoch: leaderEpoch + 1 })).error, 'UNKNOWN_LEADER_EPOCH')
    assert.equal((await fetchFrom(reader, 0, { currentLeaderEpoch: -1 })).error, 'NONE')
  })
  test('3.4 Fetch: whoever read an epoch that ended elsewhere is told where (v12)', async () => {
    assert.equal((await fetchFrom(reader, 3, { lastFetchedEpoch: 0 })).divergingEpoch.epoch, -1)
    const { divergingEpoch, records, error } = await fetchFrom(reader, 9, { lastFetchedEpoch: 0, maxWaitMs: 500 })
    assert.equal(error, 'NONE')
    assert.deepEqual([divergingEpoch.epoch, divergingEpoch.endOffset, records!.length], [0, 6, 0])
  })

  test('3.4 Fetch: about no partitions it is answered at once', async () => {
    const { responses } = await reader.request(fetch, { maxWaitMs: 500, minBytes: 1, maxBytes: 1, topics: [] })
    assert.deepEqual(responses, [])
  })
  test('3.4 Fetch: fetch.max.bytes bounds the answer, whatever the client allows', async () => {
    await using small = await TestCluster.start({ properties: { 'fetch.max.bytes': '1024' } })
    await small.createTopic(topic)
    const client = await small.connect()
    for (const value of ['a', 'b', 'c']) await produceTo(client, batchOf([value.repeat(400)]))
    assert.equal(valuesOf((await fetchFrom(client, 0)).records).length, 2)
  })

  suite('parked', () => {
    test('3.4 Fetch: without enough bytes it waits, and answers empty when its time is up', async () => {
      const fetching = parked(6, {})
      await turns()
      await cluster.clock.advance(499)
      assert.equal(fetching.isAnswered, false)
      await cluster.clock.advance(1)
      assert.equal((await fetching.answer).records!.length, 0)
    })
    test('3.4 Fetch: new data answers it', async () => {
      const fetching = parked(6, {})
      await turns()
      assert.equal(fetching.isAnswered, false)
      await produceTo(writer, batchOf(['g']))
      assert.deepEqual(valuesOf((await fetching.answer).records), ['g'])
    })
    test('3.4 Fetch: min bytes are counted over all partitions', async () => {
      const request = { maxWaitMs: 500, maxBytes: 1 << 20, minBytes: 2 * batchOf(['h']).length }
      const partitions = [
        { partition: 0, fetchOffset: 7, partitionMaxBytes: 1 << 20 },
        { partition: 1, fetchOffset: 1, partitionMaxBytes: 1 << 20 },
      ]
      const answer = reader.request(fetch, { ...request, topics: [{ topic, partitions }] }, { versionMax: 12 })
      let isAnswered = false
      void answer.then(() => (isAnswered = true))
      await produceTo(writer, batchOf(['h']))
      await turns()
      assert.equal(isAnswered, false)
      await produceTo(writer, batchOf(['i']), { partition: 1 })
      const values = (await answer).responses[0]!.partitions.map(({ records }) => valuesOf(records))
      assert.deepEqual(values, [['h'], ['i']])
    })
    test('3.4 Fetch: deletion of the topic answers it, and by id the new topic is another', async () => {
      const oldId = await cluster.createTopic('doomed')
      const byId = (topicId: string) =>
        reader.request(fetch, {
          maxWaitMs: 500,
          minBytes: 1,
          maxBytes: 1 << 20,
          topics: [{ topicId, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }] }],
        })
      const fetching = byId(oldId)
      await turns()
      await cluster.metadata.deleteTopics([{ name: 'doomed' }])
      assert.equal(errorName((await fetching).responses[0]!.partitions[0]!.errorCode), 'UNKNOWN_TOPIC_ID')
      const newId = await cluster.createTopic('doomed')
      await produceTo(writer, batchOf(['new']), { topic: 'doomed' })
      assert.equal(errorName((await byId(oldId)).responses[0]!.partitions[0]!.errorCode), 'UNKNOWN_TOPIC_ID')
      assert.deepEqual(valuesOf((await byId(newId)).responses[0]!.partitions[0]!.records), ['new'])
    })
    test('3.4 Fetch: a client that goes leaves nothing behind', async () => {
      const leaving = await cluster.connect()
      parked(8, {}, leaving)
      await turns()
      const partition = cluster.nodes[0]!.context.partitions.byName(topic).find(0)
      assert.ok(typeof partition === 'object')
      assert.equal(partition.fetchWatches.size, 1)
      await leaving.close()
      await turns()
      assert.equal(partition.fetchWatches.size, 0)
    })
    test('3.4 Fetch: a partition with an error answers at once, and does not hide the others', async () => {
      const partitions = [0, 9].map(partition => ({ partition, fetchOffset: 8, partitionMaxBytes: 1 << 20 }))
      const request = { maxWaitMs: 500, minBytes: 1, maxBytes: 1 << 20, topics: [{ topic, partitions }] }
      const { responses } = await reader.request(fetch, request, { versionMax: 12 })
      const errors = responses[0]!.partitions.map(({ errorCode }) => errorName(errorCode))
      assert.deepEqual(errors, ['NONE', 'UNKNOWN_TOPIC_OR_PARTITION'])
    })
  })

  test('3.4 Fetch: many batches come together, up to the byte limits', async () => {
    await cluster.createTopic('many')
    for (let i = 0; i < 20; i++) await produceTo(writer, batchOf([`v${i}`]), { topic: 'many' })
    const size = batchOf(['v0']).length
    const { records } = await fetchFrom(reader, 0, { topic: 'many', partitionMaxBytes: 5 * size + 3 })
    assert.equal(batchLastOffset(records as Buffer, (records as Buffer).length - size), 4)
    assert.equal(valuesOf((await fetchFrom(reader, 0, { topic: 'many' })).records).length, 20)
  })
})
