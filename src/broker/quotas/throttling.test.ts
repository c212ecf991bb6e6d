import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'

import type { ClientConnection } from '../../connection/index.ts'
import {
  createPartitions,
  createTopics,
  deleteTopics,
  errorName,
  fetch,
  metadata,
  produce,
} from '../../protocol/index.ts'
import { batchOf, produceTo, TestCluster, topic } from '../testing.ts'

suite('quotas of clients', () => {
  let cluster: TestCluster
  let client: ClientConnection
  beforeEach(async () => {
    cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    client = await cluster.connect(1, 'greedy')
  })
  afterEach(() => cluster.stop())
  const set = (key: string, value: number, clientId: string | null = 'greedy') =>
    cluster.metadata.alterClientQuotas([{ entity: [{ type: 'client-id', name: clientId }], ops: [{ key, value }] }])
  const large = batchOf(['x'.repeat(20_000)])
  /** Whether it settles before any time passes. */
  const isAnswered = async (answer: Promise<unknown>): Promise<boolean> => {
    let answered = false
    void answer.then(() => (answered = true))
    await cluster.clock.settled()
    return answered
  }
  const send = (connection: ClientConnection, acks = 1) =>
    connection.request(
      produce,
      {
        acks,
        timeoutMs: 1000,
        topicData: [{ name: topic, partitionData: [{ index: 0, records: Buffer.from(large) }] }],
      },
      { versionMax: 12, ...(acks === 0 ? { expectNoResponse: true } : {}) },
    )

  test('who produces too much is answered at once, told for how long to be quiet, and not heard for that time', async () => {
    await set('producer_byte_rate', 1000)
    const { throttleTimeMs, responses } = await send(client)
    assert.equal(responses[0]!.partitionResponses[0]!.errorCode, 0)
    assert.ok(throttleTimeMs > 9_000 && throttleTimeMs < 11_000, `${throttleTimeMs} ms`)
    const next = client.request(metadata, { topics: [] })
    assert.equal(await isAnswered(next), false)
    await cluster.clock.advance(throttleTimeMs - 1)
    assert.equal(await isAnswered(next), false)
    await cluster.clock.advance(1)
    assert.equal(await isAnswered(next), true)
  })
  test('others do not suffer', async () => {
    await set('producer_byte_rate', 1000)
    await send(client)
    const other = await cluster.connect(1, 'modest')
    assert.equal((await produceTo(other, Buffer.from(large))).error, 'NONE')
    assert.equal((await send(other)).throttleTimeMs, 0)
  })
  test('a producer that wants no answers is not heard either', async () => {
    await set('producer_byte_rate', 1000)
    await send(client, 0)
    const next = client.request(metadata, { topics: [] })
    assert.equal(await isAnswered(next), false)
    await cluster.clock.advance(11_000)
    assert.equal(await isAnswered(next), true)
  })
  test('a client that goes while it is not heard leaves what it had sent before', async () => {
    await set('producer_byte_rate', 1000)
    await send(client, 0)
    await send(client, 0)
    await client.close()
    await cluster.clock.settled()
    const replica = cluster.nodes[0]!.context.partitions.byName(topic).find(0)
    assert.ok(typeof replica === 'object' && replica.log.endOffset === 2)
  })
  test('who fetches too much is told so, and gets no more in an answer than the quota of a window', async () => {
    for (let i = 0; i < 5; i++) await send(client)
    await set('consumer_byte_rate', 3000)
    const topics = [{ topic, partitions: [{ partition: 0, fetchOffset: 0, partitionMaxBytes: 1 << 20 }] }]
    const ask = () =>
      client.request(fetch, { maxWaitMs: 0, minBytes: 1, maxBytes: 1 << 20, topics }, { versionMax: 12 })
    const first = await ask()
    const bytes = first.responses[0]!.partitions[0]!.records!.length
    assert.ok(bytes > 20_000 && bytes <= 30_000, `${bytes} bytes`)
    await cluster.clock.advance(first.throttleTimeMs)
    const second = ask()
    await cluster.clock.advance(11_000)
    assert.ok((await second).throttleTimeMs >= 0)
    assert.ok(first.throttleTimeMs + (await second).throttleTimeMs > 0)
  })
  test('changes of topics have a budget: refused beyond it from the versions on that know the error, counted before', async () => {
    await set('controller_mutation_rate', 1)
    const create = async (name: string, numPartitions: number, versionMax = 7) => {
      const topics = [{ name, numPartitions, replicationFactor: 1, assignments: [], configs: [] }]
      const answer = await client.request(createTopics, { topics, timeoutMs: 1000 }, { versionMax })
      return [errorName(answer.topics[0]!.errorCode), answer.throttleTimeMs] as const
    }
    const [burst, wait] = await create('a', 15)
    assert.deepEqual([burst, wait], ['NONE', 4000])
    await cluster.clock.advance(1000)
    client = await cluster.connect(1, 'greedy')
    assert.deepEqual(await create('b', 1), ['THROTTLING_QUOTA_EXCEEDED', 3000])
    client = await cluster.connect(1, 'greedy')
    assert.deepEqual(await create('c', 1, 5), ['NONE', 4000])
    client = await cluster.connect(1, 'greedy')
    const grown = await client.request(createPartitions, {
      topics: [{ name: 'a', count: 16, assignments: null }],
      timeoutMs: 1000,
      validateOnly: false,
    })
    assert.equal(errorName(grown.results[0]!.errorCode), 'THROTTLING_QUOTA_EXCEEDED')
    client = await cluster.connect(1, 'greedy')
    const deleted = await client.request(deleteTopics, {
      topics: [{ name: 'a', topicId: '0'.repeat(32) }],
      timeoutMs: 1000,
    })
    assert.equal(errorName(deleted.responses[0]!.errorCode), 'THROTTLING_QUOTA_EXCEEDED')
    await cluster.clock.advance(60_000)
    client = await cluster.connect(1, 'greedy')
    assert.deepEqual(await create('d', 1), ['NONE', 0])
  })
})
