import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { memoryFiles } from '../base/index.ts'
import { errorName, fetch, initProducerId, listOffsets, metadata } from '../protocol/index.ts'
import { batchOf, fetchFrom, produceTo, TestCluster, topic, turns, valuesOf } from './testing.ts'

suite('broker node', () => {
  test('what was produced is there after a clean restart, with its high watermark, and producers are remembered', async () => {
    await using cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    let client = await cluster.connect()
    const batch = (baseSequence: number) =>
      batchOf([`v${baseSequence}`], { producerId: 5, producerEpoch: 0, baseSequence })
    await produceTo(client, batch(0))
    await produceTo(client, batch(1))
    await cluster.stopNode(1)
    await cluster.startNode(1)
    client = await cluster.connect()
    const { records, highWatermark } = await fetchFrom(client, 0)
    assert.deepEqual([valuesOf(records), highWatermark], [['v0', 'v1'], 2])
    assert.equal((await produceTo(client, batch(1))).baseOffset, 1, 'a duplicate')
    assert.equal((await produceTo(client, batch(3))).error, 'OUT_OF_ORDER_SEQUENCE_NUMBER')
  })
  test('leadership after a restart has a new epoch', async () => {
    await using cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    const epoch = () => cluster.metadata.image.topics.get(topic)!.partitions[0]!.leaderEpoch
    const before = epoch()
    await cluster.stopNode(1)
    await cluster.startNode(1)
    assert.ok(epoch() > before)
    const client = await cluster.connect()
    assert.equal((await fetchFrom(client, 0, { currentLeaderEpoch: before })).error, 'FENCED_LEADER_EPOCH')
  })
  test('a topic that was deleted while the broker was down, and made anew, starts empty', async () => {
    await using cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    await produceTo(await cluster.connect(), batchOf(['old']))
    await cluster.stopNode(1)
    await cluster.metadata.deleteTopics([{ name: topic }])
    await cluster.startNode(1)
    await cluster.createTopic(topic)
    const { records, highWatermark } = await fetchFrom(await cluster.connect(), 0)
    assert.deepEqual([valuesOf(records), highWatermark], [[], 0])
  })
  test('records outlive the loss of the file that says to which topic they belong', async () => {
    await using cluster = await TestCluster.start()
    const topicId = await cluster.createTopic(topic)
    await produceTo(await cluster.connect(), batchOf(['kept']))
    await cluster.stopNode(1)
    cluster.files.remove(`/data/1/${topic}-0/partition.metadata`)
    for (let restart = 0; restart < 2; restart++) {
      const node = await cluster.startNode(1)
      assert.equal(node.context.logDirectory.logs.get(`${topic}-0`)!.topicId, topicId)
      assert.deepEqual(valuesOf((await fetchFrom(await cluster.connect(), 0)).records), ['kept'])
      await cluster.stopNode(1)
    }
  })
  test('what clients ask for while it stops is answered, and its connections end', async () => {
    await using cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    const client = await cluster.connect()
    const fetching = fetchFrom(client, 0, { maxWaitMs: 60_000 })
    await turns()
    await cluster.stopNode(1)
    assert.equal((await fetching).error, 'NOT_LEADER_OR_FOLLOWER')
    await client.closed
  })
  test('two brokers of one cluster never give out the same producer id', async () => {
    await using cluster = await TestCluster.start({ brokers: 2 })
    const ids: number[] = []
    for (const nodeId of [1, 2, 1, 2]) {
      const client = await cluster.connect(nodeId)
      const answer = await client.request(initProducerId, { transactionalId: null, transactionTimeoutMs: 0 })
      ids.push(answer.producerId)
    }
    assert.equal(new Set(ids).size, 4)
  })
  test('producer ids are not given out again after a restart', async () => {
    await using cluster = await TestCluster.start()
    const next = async () => {
      const client = await cluster.connect()
      return (await client.request(initProducerId, { transactionalId: null, transactionTimeoutMs: 0 })).producerId
    }
    const before = await next()
    await cluster.stopNode(1)
    await cluster.startNode(1)
    assert.ok((await next()) > before)
  })
  test('a changed config of a topic is what its partitions go by', async () => {
    await using cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    const client = await cluster.connect()
    assert.equal((await produceTo(client, batchOf(['a'.repeat(500)]))).error, 'NONE')
    await cluster.metadata.alterConfigs(
      [
        {
          type: 'TOPIC',
          name: topic,
          mode: 'incremental',
          configs: [{ name: 'max.message.bytes', operation: 'SET', value: '400' }],
        },
      ],
      { nodeId: 1 },
    )
    assert.equal((await produceTo(client, batchOf(['a'.repeat(500)]))).error, 'MESSAGE_TOO_LARGE')
  })
  test('more partitions of a topic are led as soon as they are in Metadata', async () => {
    await using cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    await cluster.metadata.createPartitions([{ name: topic, count: 3, assignments: null }])
    const client = await cluster.connect()
    const { topics } = await client.request(metadata, { topics: [{ name: topic }] })
    assert.equal(topics[0]!.partitions.length, 3)
    assert.equal((await produceTo(client, batchOf(['a']), { partition: 2 })).error, 'NONE')
  })
})

suite('disk faults', () => {
  const failing = (operation: string) => {
    const files = memoryFiles()
    const broken = { isOn: false, code: 'EIO' }
    files.fail = (done, path) => {
      if (broken.isOn && done === operation && path.includes(`${topic}-0`))
        throw Object.assign(new Error(`${operation} failed`), { code: broken.code })
    }
    return { files, broken }
  }

  test('3.3 Produce: a write that fails is KAFKA_STORAGE_ERROR, and the partition is offline for writers and readers', async () => {
    const { files, broken } = failing('write')
    await using cluster = await TestCluster.start({ files })
    await cluster.createTopic(topic)
    const client = await cluster.connect()
    await produceTo(client, batchOf(['a']))
    broken.isOn = true
    assert.equal((await produceTo(client, batchOf(['b']))).error, 'KAFKA_STORAGE_ERROR')
    assert.equal((await produceTo(client, batchOf(['c']), { acks: 1 })).error, 'KAFKA_STORAGE_ERROR')
    assert.equal((await fetchFrom(client, 0)).error, 'KAFKA_STORAGE_ERROR')
    broken.isOn = false
  })
  test('3.3 Produce: a full disk is an error to the producer, and when there is room again it goes on', async () => {
    const { files, broken } = failing('write')
    broken.code = 'ENOSPC'
    await using cluster = await TestCluster.start({ files })
    await cluster.createTopic(topic)
    const client = await cluster.connect()
    await produceTo(client, batchOf(['a']))
    broken.isOn = true
    assert.equal((await produceTo(client, batchOf(['lost']))).error, 'KAFKA_STORAGE_ERROR')
    broken.isOn = false
    assert.equal((await produceTo(client, batchOf(['b']))).baseOffset, 1)
    assert.deepEqual(valuesOf((await fetchFrom(client, 0)).records), ['a', 'b'])
  })
  test('a partition whose log cannot be read when the broker starts is offline, and there when it can be again', async () => {
    const { files, broken } = failing('read')
    await using cluster = await TestCluster.start({ files })
    await cluster.createTopic(topic, { partitions: 2 })
    let client = await cluster.connect()
    await produceTo(client, batchOf(['a']))
    await cluster.stopNode(1)
    broken.isOn = true
    await cluster.startNode(1)
    client = await cluster.connect()
    assert.equal((await produceTo(client, batchOf(['b']))).error, 'KAFKA_STORAGE_ERROR')
    assert.equal((await fetchFrom(client, 0)).error, 'KAFKA_STORAGE_ERROR')
    assert.equal((await produceTo(client, batchOf(['b']), { partition: 1 })).error, 'NONE')
    await cluster.stopNode(1)
    broken.isOn = false
    await cluster.startNode(1)
    client = await cluster.connect()
    assert.equal((await produceTo(client, batchOf(['b']))).baseOffset, 1)
    assert.deepEqual(valuesOf((await fetchFrom(client, 0)).records), ['a', 'b'])
  })
  test('a partition whose files cannot be made is offline, and the others of its topic are not', async () => {
    const { files, broken } = failing('open')
    broken.code = 'ENOSPC'
    await using cluster = await TestCluster.start({ files })
    broken.isOn = true
    await cluster.createTopic(topic, { partitions: 2 })
    broken.isOn = false
    const client = await cluster.connect()
    assert.equal((await produceTo(client, batchOf(['a']))).error, 'KAFKA_STORAGE_ERROR')
    assert.equal((await produceTo(client, batchOf(['a']), { partition: 1 })).error, 'NONE')
    await cluster.stopNode(1)
    await cluster.startNode(1)
    assert.equal((await produceTo(await cluster.connect(), batchOf(['a']))).error, 'NONE', 'from the next start on')
  })
  test('ListOffsets by time is KAFKA_STORAGE_ERROR where the log cannot be read', async () => {
    const { files, broken } = failing('read')
    await using cluster = await TestCluster.start({ files })
    await cluster.createTopic(topic)
    const client = await cluster.connect()
    await produceTo(client, batchOf(['a']))
    broken.isOn = true
    const partitions = [{ partitionIndex: 0, timestamp: 0 }]
    const answer = await client.request(listOffsets, { replicaId: -1, topics: [{ name: topic, partitions }] })
    assert.equal(errorName(answer.topics[0]!.partitions[0]!.errorCode), 'KAFKA_STORAGE_ERROR')
    broken.isOn = false
  })
  test('a fault of one partition leaves the others alone', async () => {
    const { files, broken } = failing('write')
    await using cluster = await TestCluster.start({ files })
    await cluster.createTopic(topic, { partitions: 2 })
    const client = await cluster.connect()
    broken.isOn = true
    assert.equal((await produceTo(client, batchOf(['a']))).error, 'KAFKA_STORAGE_ERROR')
    assert.equal((await produceTo(client, batchOf(['a']), { partition: 1 })).error, 'NONE')
    broken.isOn = false
  })
})

suite('delayed answers', () => {
  /** A follower that has stopped to fetch, and is still in sync for those who count. */
  const withSilentFollower = async (configs: Record<string, string> = {}) => {
    const cluster = await TestCluster.start({ brokers: 2, properties: { 'replica.lag.time.max.ms': '10000' } })
    await cluster.createTopic(topic, { replicas: [[1, 2]], configs })
    const client = await cluster.connect()
    await produceTo(client, batchOf(['a']))
    const partition = cluster.nodes[1]!.context.partitions.byName(topic).find(0)
    assert.ok(typeof partition === 'object')
    partition.log.append = () => ({ error: 'KAFKA_STORAGE_ERROR', message: 'stuck' })
    return { cluster, client }
  }

  test('3.3 Produce: without its followers in time acks=all is REQUEST_TIMED_OUT, acks=1 is not', async () => {
    const { cluster, client } = await withSilentFollower()
    const waiting = produceTo(client, batchOf(['b']), { timeoutMs: 5000 })
    await turns()
    await cluster.clock.advance(5000)
    assert.equal((await waiting).error, 'REQUEST_TIMED_OUT')
    assert.equal((await produceTo(client, batchOf(['c']), { acks: 1 })).error, 'NONE')
    await cluster.stop()
  })
  test('consumers do not see what only the leader has', async () => {
    const { cluster, client } = await withSilentFollower()
    await produceTo(client, batchOf(['b']), { acks: 1 })
    const { records, highWatermark } = await fetchFrom(client, 0)
    assert.deepEqual([valuesOf(records), highWatermark], [['a'], 1])
    const answer = await client.request(listOffsets, {
      replicaId: -1,
      topics: [{ name: topic, partitions: [{ partitionIndex: 0, timestamp: -1 }] }],
    })
    assert.equal(answer.topics[0]!.partitions[0]!.offset, 1)
    await cluster.stop()
  })
  test('3.3 Produce: when the ISR shrinks below min.insync.replicas meanwhile, NOT_ENOUGH_REPLICAS_AFTER_APPEND', async () => {
    const { cluster, client } = await withSilentFollower({ 'min.insync.replicas': '2' })
    const waiting = produceTo(client, batchOf(['b']), { timeoutMs: 120_000 })
    await turns()
    await cluster.clock.advance(20_000)
    assert.deepEqual(cluster.metadata.image.topics.get(topic)!.partitions[0]!.isr, [1])
    assert.equal((await waiting).error, 'NOT_ENOUGH_REPLICAS_AFTER_APPEND')
    await cluster.stop()
  })
  test('3.3 Produce: who waits when the topic is deleted is told', async () => {
    const { cluster, client } = await withSilentFollower()
    const waiting = produceTo(client, batchOf(['b']), { timeoutMs: 60_000 })
    await turns()
    await cluster.metadata.deleteTopics([{ name: topic }])
    assert.equal((await waiting).error, 'UNKNOWN_TOPIC_OR_PARTITION')
    await cluster.stop()
  })
  test('answers that are held take the memory of others, down to a batch each', async () => {
    await using cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    const client = await cluster.connect()
    for (let i = 0; i < 3; i++) await produceTo(client, batchOf([`v${i}`]))
    const { answerMemory } = cluster.nodes[0]!.context
    const release = answerMemory.hold(answerMemory.bytesLeft, () => {})
    assert.deepEqual(valuesOf((await fetchFrom(client, 0)).records), ['v0'])
    release()
    assert.deepEqual(valuesOf((await fetchFrom(client, 0)).records), ['v0', 'v1', 'v2'])
    assert.equal(answerMemory.heldBytes, 0)
  })
  test('3.4 Fetch: with several topics each is named once', async () => {
    await using cluster = await TestCluster.start()
    for (const name of ['a', 'b']) await cluster.createTopic(name, { partitions: 2 })
    const client = await cluster.connect()
    const partitions = [0, 1].map(partition => ({ partition, fetchOffset: 0, partitionMaxBytes: 1000 }))
    const topics = ['a', 'b'].map(topic => ({ topic, partitions }))
    const answer = await client.request(
      fetch,
      { maxWaitMs: 0, minBytes: 1, maxBytes: 1000, topics },
      { versionMax: 12 },
    )
    assert.deepEqual(
      answer.responses.map(({ topic, partitions }) => [topic, partitions.map(one => errorName(one.errorCode))]),
      ['a', 'b'].map(topic => [topic, ['NONE', 'NONE']]),
    )
  })
})
