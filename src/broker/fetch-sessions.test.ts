import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import { ManualClock, SeededRandom } from '../base/index.ts'
import type { ClientConnection } from '../connection/index.ts'
import { deleteRecords, errorName, fetch, type RequestOf } from '../protocol/index.ts'
import { FetchSessions } from './fetch-sessions.ts'
import { batchOf, produceTo, TestCluster, topic, valuesOf } from './testing.ts'

suite('3.4 Fetch: sessions', () => {
  let cluster: TestCluster
  let connection: ClientConnection
  before(async () => {
    cluster = await TestCluster.start()
    connection = await cluster.connect()
    await cluster.createTopic(topic, { partitions: 3 })
  })
  after(() => cluster.stop())

  interface Ask {
    readonly sessionId?: number
    readonly sessionEpoch?: number
    readonly partitions?: Readonly<Record<number, number>>
    readonly forgotten?: readonly number[]
    readonly topicId?: string
    readonly maxBytes?: number
  }
  /** Partitions go by their index, with the offset that is asked for. */
  const ask = async ({
    sessionId = 0,
    sessionEpoch = 0,
    partitions = {},
    forgotten = [],
    topicId,
    maxBytes = 1 << 20,
  }: Ask) => {
    const named = topicId === undefined ? { topic } : { topicId }
    const asked = Object.entries(partitions).map(([partition, fetchOffset]) => {
      return { partition: Number(partition), fetchOffset, partitionMaxBytes: 1 << 20 }
    })
    const { responses, ...answer } = await connection.request(
      fetch,
      {
        maxWaitMs: 0,
        minBytes: 1,
        maxBytes,
        sessionId,
        sessionEpoch,
        topics: asked.length > 0 ? [{ ...named, partitions: asked }] : [],
        forgottenTopicsData: forgotten.length > 0 ? [{ ...named, partitions: forgotten }] : [],
      },
      { versionMax: topicId === undefined ? 12 : 17 },
    )
    return {
      error: errorName(answer.errorCode),
      sessionId: answer.sessionId,
      told: responses.flatMap(({ partitions }) =>
        partitions.map(({ partitionIndex, records }) => [partitionIndex, ...valuesOf(records)]),
      ),
      errors: responses.flatMap(({ partitions }) => partitions.map(({ errorCode }) => errorName(errorCode))),
    }
  }

  test('3.4 Fetch: epoch 0 begins a session and names all partitions; then only what is new is told', async () => {
    const { sessionId, told } = await ask({ partitions: { 0: 0, 1: 0, 2: 0 } })
    assert.ok(sessionId > 0)
    assert.deepEqual(told, [[0], [1], [2]])
    assert.deepEqual((await ask({ sessionId, sessionEpoch: 1 })).told, [])
    await produceTo(connection, batchOf(['a']), { partition: 1 })
    assert.deepEqual((await ask({ sessionId, sessionEpoch: 2 })).told, [[1, 'a']])
    assert.deepEqual((await ask({ sessionId, sessionEpoch: 3, partitions: { 1: 1 } })).told, [])
    assert.deepEqual((await ask({ sessionId, sessionEpoch: 4, partitions: { 1: 0 } })).told, [[1, 'a']])
  })
  test('3.4 Fetch: forgotten partitions are not read any more, and an empty session is over', async () => {
    const { sessionId } = await ask({ partitions: { 1: 0 } })
    assert.deepEqual(await ask({ sessionId, sessionEpoch: 1, forgotten: [1] }), {
      error: 'NONE',
      sessionId: 0,
      told: [],
      errors: [],
    })
    assert.equal((await ask({ sessionId, sessionEpoch: 2 })).error, 'FETCH_SESSION_ID_NOT_FOUND')
  })
  test('3.4 Fetch: a wrong epoch, an unknown id, another kind of topic name are refused', async () => {
    const { sessionId } = await ask({ partitions: { 0: 0 } })
    assert.equal((await ask({ sessionId, sessionEpoch: 2 })).error, 'INVALID_FETCH_SESSION_EPOCH')
    assert.equal((await ask({ sessionId: sessionId ^ 1, sessionEpoch: 1 })).error, 'FETCH_SESSION_ID_NOT_FOUND')
    const topicId = cluster.metadata.image.topics.get(topic)!.id
    assert.equal((await ask({ sessionId, sessionEpoch: 1, topicId })).error, 'FETCH_SESSION_TOPIC_ID_ERROR')
  })
  test('3.4 Fetch: an incremental answer tells of errors and of a moved start, though there are no new records', async () => {
    await cluster.createTopic('moving')
    await produceTo(connection, batchOf(['a', 'b']), { topic: 'moving' })
    const topicId = cluster.metadata.image.topics.get('moving')!.id
    const { sessionId } = await ask({ topicId, partitions: { 0: 2, 7: 0 } })
    const next = (sessionEpoch: number) => ask({ topicId, sessionId, sessionEpoch })
    assert.deepEqual((await next(1)).told, [[7]], 'a partition that is not there, again and again')
    await connection.request(deleteRecords, {
      timeoutMs: 1000,
      topics: [{ name: 'moving', partitions: [{ partitionIndex: 0, offset: 2 }] }],
    })
    assert.deepEqual((await next(2)).told, [[0], [7]])
    assert.deepEqual((await next(3)).told, [[7]])
  })
  test('3.2 DeleteTopics: a session that holds the id of a deleted topic is told UNKNOWN_TOPIC_ID, never of the new one', async () => {
    const topicId = await cluster.createTopic('doomed')
    const { sessionId } = await ask({ topicId, partitions: { 0: 0 } })
    await cluster.metadata.deleteTopics([{ name: 'doomed' }])
    await cluster.createTopic('doomed')
    await produceTo(connection, batchOf(['new']), { topic: 'doomed' })
    const { told, errors } = await ask({ topicId, sessionId, sessionEpoch: 1 })
    assert.deepEqual([told, errors], [[[0]], ['UNKNOWN_TOPIC_ID']])
  })
  test('3.4 Fetch: a partition that gave records goes behind the others, so that none starves', async () => {
    await cluster.createTopic('greedy', { partitions: 2 })
    const topicId = cluster.metadata.image.topics.get('greedy')!.id
    for (const partition of [0, 1]) await produceTo(connection, batchOf(['a']), { topic: 'greedy', partition })
    // Room for one batch only: what is read first is all that is read.
    const first = await ask({ topicId, partitions: { 0: 0, 1: 0 }, maxBytes: 1 })
    const { sessionId } = first
    const second = await ask({ topicId, sessionId, sessionEpoch: 1, maxBytes: 1 })
    const given = ({ told }: typeof first) => told.filter(([, ...values]) => values.length > 0)
    assert.deepEqual([given(first), given(second)], [[[0, 'a']], [[1, 'a']]])
  })
  test('3.4 Fetch: epoch -1 closes the session', async () => {
    const { sessionId } = await ask({ partitions: { 0: 0 } })
    assert.equal((await ask({ sessionId, sessionEpoch: -1, partitions: { 0: 0 } })).sessionId, 0)
    assert.equal((await ask({ sessionId, sessionEpoch: 1 })).error, 'FETCH_SESSION_ID_NOT_FOUND')
  })

  test('3.4 Fetch: with all slots taken no session is granted, until one was idle for two minutes', () => {
    const clock = new ManualClock()
    const sessions = new FetchSessions({ slotsMax: 2, clock, random: new SeededRandom(3) })
    const partition = { partition: 0, currentLeaderEpoch: -1, fetchOffset: 0, lastFetchedEpoch: -1, logStartOffset: -1 }
    const request = { sessionId: 0, sessionEpoch: 0, topics: [{ topic, topicId: '', partitions: [partition] }] }
    const begin = () => {
      const scope = sessions.scope(request as unknown as RequestOf<typeof fetch>, 12) // the fields that it reads
      return typeof scope === 'string' ? scope : scope.sessionId > 0
    }
    assert.deepEqual([begin(), begin(), begin()], [true, true, false])
    clock.stall(120_000)
    assert.equal(begin(), true)
    assert.equal(sessions.size, 2)
  })
})
