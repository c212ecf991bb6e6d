import assert from 'node:assert/strict'
import { after, before, suite, test } from 'node:test'

import type { ClientConnection } from '../../connection/index.ts'
import { deleteRecords, errorName, listOffsets, offsetForLeaderEpoch } from '../../protocol/index.ts'
import { batchOf, fetchFrom, produceTo, startTime, TestCluster, topic } from '../testing.ts'

suite('3.5 Offsets and epochs', () => {
  let cluster: TestCluster
  let connection: ClientConnection
  before(async () => {
    cluster = await TestCluster.start()
    connection = await cluster.connect()
    await cluster.createTopic(topic)
    const times = (...at: number[]) => batchOf(at.map(ms => ({ timestamp: startTime + ms, value: `${ms}` })))
    await produceTo(connection, times(0, 30, 20))
    await produceTo(connection, times(40, 10))
  })
  after(() => cluster.stop())

  const ask = async (timestamp: number, { name = topic, partition = 0, version = 11 } = {}) => {
    const { topics } = await connection.request(
      listOffsets,
      { replicaId: -1, topics: [{ name, partitions: [{ partitionIndex: partition, timestamp }] }] },
      { versionMax: version },
    )
    const { errorCode, offset, timestamp: found, leaderEpoch } = topics[0]!.partitions[0]!
    return { error: errorName(errorCode), offset, timestamp: found < 0 ? found : found - startTime, leaderEpoch }
  }

  // oxfmt-ignore
  const cases: [what: string, timestamp: number, offset: number, ms: number][] = [
    ['-1 is the end',                                                     -1,             5,  -1],
    ['-2 is the start',                                                   -2,             0,  -1],
    ['-3 is the record with the largest timestamp',                       -3,             3,  40],
    ['-4 is the start of what is local',                                  -4,             0,  -1],
    ['-5 is nowhere without tiers',                                       -5,            -1,  -1],
    ['-6 is nowhere without tiers',                                       -6,            -1,  -1],
    ['a time gives the first record at or after it, inside its batch',    startTime + 15, 1,  30],
    ['a time before all gives the first record',                          startTime - 99, 0,   0],
    ['a time that only a later batch reaches',                            startTime + 31, 3,  40],
    ['a time after all gives nothing, and no error',                      startTime + 41, -1, -1],
  ]
  for (const [what, timestamp, offset, ms] of cases)
    test(`3.5 ListOffsets: ${what}`, async () => {
      const leaderEpoch = offset < 0 ? -1 : 0
      assert.deepEqual(await ask(timestamp), { error: 'NONE', offset, timestamp: ms, leaderEpoch })
    })
  test('3.5 ListOffsets: a special timestamp that the version does not know is UNSUPPORTED_VERSION', async () => {
    assert.equal((await ask(-3, { version: 6 })).error, 'UNSUPPORTED_VERSION')
    assert.equal((await ask(-99)).error, 'UNSUPPORTED_VERSION')
  })
  test('3.5 ListOffsets: unknown topics and partitions are errors of theirs', async () => {
    assert.equal((await ask(-1, { name: 'nothing' })).error, 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.equal((await ask(-1, { partition: 3 })).error, 'UNKNOWN_TOPIC_OR_PARTITION')
  })

  test('3.5 OffsetForLeaderEpoch: the largest epoch not above the one asked for, and its end', async () => {
    const ask = async (leaderEpoch: number) => {
      const { topics } = await connection.request(offsetForLeaderEpoch, {
        replicaId: -1,
        topics: [{ topic, partitions: [{ partition: 0, leaderEpoch }] }],
      })
      const { leaderEpoch: epoch, endOffset, errorCode } = topics[0]!.partitions[0]!
      return [errorName(errorCode), epoch, endOffset]
    }
    assert.deepEqual(await ask(0), ['NONE', 0, 5])
    assert.deepEqual(await ask(8), ['NONE', -1, -1])
  })

  test('3.5 ListOffsets: the leader epoch is that of the record, and OffsetForLeaderEpoch tells where each ended', async () => {
    await using restarted = await TestCluster.start()
    await restarted.createTopic(topic)
    const epoch = () => restarted.metadata.image.topics.get(topic)!.partitions[0]!.leaderEpoch
    const at = (ms: number) => batchOf([{ timestamp: startTime + ms }, { timestamp: startTime + ms + 1 }])
    await produceTo(await restarted.connect(), at(0))
    const first = epoch()
    await restarted.stopNode(1)
    await restarted.startNode(1)
    const client = await restarted.connect()
    await produceTo(client, at(10))
    const epochAt = async (timestamp: number) => {
      const partitions = [{ partitionIndex: 0, timestamp }]
      const { topics } = await client.request(listOffsets, { replicaId: -1, topics: [{ name: topic, partitions }] })
      return topics[0]!.partitions[0]!.leaderEpoch
    }
    const times = [startTime, startTime + 5, -1, -2, -3]
    assert.deepEqual(await Promise.all(times.map(epochAt)), [first, epoch(), epoch(), first, epoch()])
    const endOf = async (leaderEpoch: number) => {
      const topics = [{ topic, partitions: [{ partition: 0, leaderEpoch }] }]
      const answer = await client.request(offsetForLeaderEpoch, { replicaId: -1, topics })
      const { leaderEpoch: known, endOffset } = answer.topics[0]!.partitions[0]!
      return [known, endOffset]
    }
    assert.deepEqual(await endOf(first), [first, 2])
    assert.deepEqual(await endOf(epoch() - 1), [first, 2], 'an epoch in which nothing was written')
    assert.deepEqual(await endOf(epoch()), [epoch(), 4])
  })

  suite('DeleteRecords', () => {
    const remove = async (name: string, offset: number) => {
      const { topics } = await connection.request(deleteRecords, {
        timeoutMs: 1000,
        topics: [{ name, partitions: [{ partitionIndex: 0, offset }] }],
      })
      const { errorCode, lowWatermark } = topics[0]!.partitions[0]!
      return [errorName(errorCode), lowWatermark]
    }
    before(async () => {
      await cluster.createTopic('short')
      await produceTo(connection, batchOf(['a', 'b', 'c']), { topic: 'short' })
      await cluster.createTopic('compacted', { configs: { 'cleanup.policy': 'compact' } })
    })
    test('3.5 DeleteRecords: moves the start, and answers it', async () => {
      assert.deepEqual(await remove('short', 2), ['NONE', 2])
      assert.equal((await ask(-2, { name: 'short' })).offset, 2)
      assert.equal((await fetchFrom(connection, 1, { topic: 'short' })).error, 'OFFSET_OUT_OF_RANGE')
    })
    test('3.5 DeleteRecords: an offset below the start leaves it', async () => {
      assert.deepEqual(await remove('short', 0), ['NONE', 2])
    })
    test('3.5 DeleteRecords: above the high watermark is OFFSET_OUT_OF_RANGE', async () => {
      assert.deepEqual(await remove('short', 4), ['OFFSET_OUT_OF_RANGE', -1])
    })
    test('3.5 DeleteRecords: a topic that is only compacted is POLICY_VIOLATION', async () => {
      assert.deepEqual(await remove('compacted', 0), ['POLICY_VIOLATION', -1])
    })
    test('3.5 DeleteRecords: -1 deletes up to the high watermark, and producing goes on', async () => {
      assert.deepEqual(await remove('short', -1), ['NONE', 3])
      assert.equal((await produceTo(connection, batchOf(['d']), { topic: 'short' })).baseOffset, 3)
    })
  })
})
