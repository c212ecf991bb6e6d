// The fetcher against brokers that answer by a script.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import { buildBatch, errorCode, setBaseOffset, setLeaderEpoch, type ErrorName } from '../../protocol/index.ts'
import type { Consumer, ConsumerOptions } from '../index.ts'
import { scriptedCluster, type Script, type ScriptedPartition, type ScriptedRequest } from '../scripted-cluster.ts'
import { LogTruncationError } from './truncation.ts'

/** The batch of one letter a record, from `offset` on, written in this leader epoch. */
function batch(letters: string, offset: number, epoch: number): Buffer {
  const bytes = buildBatch(Array.from(letters, value => ({ timestamp: 0, value })))
  setBaseOffset(bytes, 0, offset)
  setLeaderEpoch(bytes, 0, epoch)
  return bytes
}
interface Log {
  readonly epoch: number
  readonly from: number
  readonly letters: string
}
/** Answers a fetch from pieces of a log; with nothing to give, after a while, as a long poll does. */
async function read({ body }: ScriptedRequest, log: readonly Log[], more: object = {}) {
  const answers = body.topics.flatMap(({ topicId, partitions }: any) =>
    partitions.map(({ partition, fetchOffset }: any) => {
      const piece = log.find(({ from, letters }) => fetchOffset >= from && fetchOffset < from + letters.length)
      const end = Math.max(0, ...log.map(({ from, letters }) => from + letters.length))
      const records = piece === undefined ? Buffer.alloc(0) : batch(piece.letters, piece.from, piece.epoch)
      return { topicId, partition, records, end }
    }),
  )
  if (answers.every(({ records }: any) => records.length === 0)) await new Promise(resolve => setImmediate(resolve))
  return {
    sessionId: 0,
    responses: answers.map(({ topicId, partition, records, end }: any) => ({
      topicId,
      partitions: [
        {
          partitionIndex: partition,
          errorCode: 0,
          highWatermark: end,
          lastStableOffset: end,
          abortedTransactions: null,
          records,
          ...more,
        },
      ],
    })),
  }
}
const refuse = ({ body }: ScriptedRequest, error: ErrorName, more: object = {}) => ({
  sessionId: 0,
  ...more,
  responses: body.topics.map(({ topicId, partitions }: any) => ({
    topicId,
    partitions: partitions.map(({ partition }: any) => ({
      partitionIndex: partition,
      errorCode: errorCode(error),
      highWatermark: -1,
      abortedTransactions: null,
      ...more,
    })),
  })),
})
async function reading(
  script: Script,
  run: (consumer: Consumer, cluster: Awaited<ReturnType<typeof scriptedCluster>>) => Promise<void>,
  {
    partitions = [{ leader: 1, leaderEpoch: 1 }],
    brokers = 1,
    offset = 0,
    ...options
  }: ConsumerOptions & { partitions?: ScriptedPartition[]; brokers?: number; offset?: number } = {},
): Promise<void> {
  await using cluster = await scriptedCluster(script, { brokers, topics: { orders: partitions } })
  await using consumer = cluster.client.consumer({ offsetReset: 'earliest', ...options })
  consumer.assign(partitions.map((_, partition) => ({ topic: 'orders', partition, offset })))
  await run(consumer, cluster)
}
/** The letters that come, until there are so many. */
async function take(consumer: Consumer, count: number): Promise<string> {
  let letters = ''
  while (letters.length < count)
    for (const one of await consumer.poll()) for (const { value } of one) letters += String(value)
  return letters
}

test('a session: the second request says what has changed, and the last one ends it', async () => {
  const log = [{ epoch: 1, from: 0, letters: 'abc' }]
  const script: Script = { Fetch: async request => ({ ...(await read(request, log)), sessionId: 7 }) }
  await reading(
    script,
    async (consumer, { of }) => {
      assert.equal(await take(consumer, 6), 'abcabc')
      while (of('Fetch').length < 3) await consumer.poll({ maxWaitMs: 5 })
      await consumer.close()
      const said = of('Fetch').map(({ body }) => {
        const offsets = body.topics.flatMap(({ partitions }: any) =>
          partitions.map(({ fetchOffset }: any) => fetchOffset),
        )
        return `${body.sessionId}/${body.sessionEpoch}: ${offsets}`
      })
      assert.deepEqual(said.slice(0, 3), ['0/0: 0,0', '7/1: 3,3', '7/2: '])
      assert.equal(said.at(-1), '7/-1: ')
    },
    { partitions: [1, 1].map(leader => ({ leader, leaderEpoch: 1 })) },
  )
})
for (const error of ['FETCH_SESSION_ID_NOT_FOUND', 'INVALID_FETCH_SESSION_EPOCH'] as const)
  test(`a session that the broker does not know any more (${error}) is begun anew, and nothing is missed`, async () => {
    let failed = false
    const script: Script = {
      Fetch: async request => {
        if (request.body.sessionEpoch !== 2 || failed)
          return {
            ...(await read(request, [
              { epoch: 1, from: 0, letters: 'ab' },
              { epoch: 1, from: 2, letters: 'c' },
            ])),
            sessionId: 7,
          }
        failed = true
        return { errorCode: errorCode(error), sessionId: 0, responses: [] }
      },
    }
    await reading(script, async (consumer, { of }) => {
      assert.equal(await take(consumer, 3), 'abc')
      while (of('Fetch').length < 4) await consumer.poll({ maxWaitMs: 1 })
      assert(failed)
      const { sessionId, sessionEpoch, topics } = of('Fetch')[3]!.body
      const isKnown = error === 'INVALID_FETCH_SESSION_EPOCH'
      assert.deepEqual([sessionId, sessionEpoch, topics.length], [isKnown ? 7 : 0, 0, 1])
    })
  })

test('a preferred replica is read from, until it fails; then the leader is asked again (KIP-392)', async () => {
  const log = [
    { epoch: 1, from: 0, letters: 'ab' },
    { epoch: 1, from: 2, letters: 'cd' },
    { epoch: 1, from: 4, letters: 'ef' },
  ]
  const askedOf: number[] = []
  const script: Script = {
    Fetch: request => {
      const { fetchOffset = 9 } = request.body.topics[0]?.partitions[0] ?? {}
      if (fetchOffset < 6) askedOf.push(request.nodeId)
      if (request.nodeId === 1 && fetchOffset === 0)
        return read({ ...request, body: request.body }, [], { preferredReadReplica: 2 })
      // The follower has not got that far, and says so as a follower does.
      if (request.nodeId === 2 && fetchOffset >= 4) return refuse(request, 'OFFSET_OUT_OF_RANGE')
      return read(request, log)
    },
  }
  await reading(
    script,
    async (consumer, { of }) => {
      assert.equal(await take(consumer, 6), 'abcdef')
      assert.deepEqual(askedOf, [1, 2, 2, 2, 1])
      assert.equal(of('Fetch')[0]!.body.rackId, 'eu')
    },
    { brokers: 2, rack: 'eu' },
  )
})
test('an answer that names the new leader is followed without asking for metadata (KIP-951)', async () => {
  const script: Script = {
    Fetch: request =>
      request.nodeId === 1
        ? refuse(request, 'NOT_LEADER_OR_FOLLOWER', { currentLeader: { leaderId: 2, leaderEpoch: 2 } })
        : read(request, [{ epoch: 2, from: 0, letters: 'ab' }]),
  }
  await reading(
    script,
    async (consumer, { of }) => {
      assert.equal(await take(consumer, 2), 'ab')
      assert.equal(of('Metadata').length, 1)
    },
    { brokers: 2 },
  )
})

// oxfmt-ignore
const truncations = [
  // the epoch 1 ended at   reset        then
  [4,                       'earliest',  'abcdxyz'],
  [2,                       'earliest',  'abcdcdxyz'],
  [2,                       'none',      'cut'],
  [-1,                      'none',      'cut'],
] as const
for (const [endOffset, offsetReset, outcome] of truncations)
  test(`a new leader whose epoch 1 ended at ${endOffset}, where 4 records were read: reset ${offsetReset} → ${outcome}`, async () => {
    const partition = { leader: 1, leaderEpoch: 1 }
    const after = [
      { epoch: 1, from: 2, letters: 'cd' },
      { epoch: 2, from: 4, letters: 'xyz' },
    ]
    const script: Script = {
      Fetch: request => {
        if (partition.leaderEpoch > request.body.topics[0]?.partitions[0]?.currentLeaderEpoch)
          return refuse(request, 'FENCED_LEADER_EPOCH')
        return read(request, partition.leaderEpoch === 1 ? [{ epoch: 1, from: 0, letters: 'abcd' }] : after)
      },
      OffsetForLeaderEpoch: ({ body }) => ({
        topics: body.topics.map(({ topic, partitions }: any) => ({
          topic,
          partitions: partitions.map(({ partition, leaderEpoch }: any) => ({
            errorCode: 0,
            partition,
            leaderEpoch: endOffset < 0 ? -1 : leaderEpoch,
            endOffset,
          })),
        })),
      }),
    }
    await reading(
      script,
      async (consumer, { of }) => {
        let letters = await take(consumer, 4)
        partition.leader = partition.leaderEpoch = 2
        if (outcome === 'cut') {
          await assert.rejects(take(consumer, 1), error => {
            assert(error instanceof LogTruncationError)
            assert.deepEqual(
              [error.code, error.offset, error.safeOffset],
              ['LOG_TRUNCATED', 4, endOffset < 0 ? undefined : endOffset],
            )
            return true
          })
          consumer.seek({ topic: 'orders', partition: 0, offset: 2 })
          assert.equal(await take(consumer, 5), 'cdxyz')
        } else {
          letters += await take(consumer, outcome.length - 4)
          assert.equal(letters, outcome)
        }
        const [asked] = of('OffsetForLeaderEpoch')
        assert.deepEqual(asked!.body.topics[0].partitions[0], { partition: 0, currentLeaderEpoch: 2, leaderEpoch: 1 })
        assert.equal(asked!.nodeId, 2)
      },
      { partitions: [partition], brokers: 2, offsetReset },
    )
  })

test('what waits to be read is bounded: a reader that stands still stops the fetches, and goes on where it was', async () => {
  const letters = 'a'.repeat(1000)
  const script: Script = {
    Fetch: request => {
      const from = request.body.topics[0]?.partitions[0]?.fetchOffset ?? 0
      return read(request, [{ epoch: 1, from, letters }])
    },
  }
  await reading(
    script,
    async (consumer, { of }) => {
      await consumer.poll()
      for (let i = 0; i < 5; i++) await new Promise(resolve => setImmediate(resolve))
      const before = of('Fetch').length
      assert(before <= 3, `${before} fetches`)
      assert.equal((await take(consumer, 5000)).length % 1000, 0)
      assert(of('Fetch').length > before)
    },
    { bufferSizeBytes: 1000, pollRecordsMax: 1000 },
  )
})
