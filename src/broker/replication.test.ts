import assert from 'node:assert/strict'
import { afterEach, beforeEach, suite, test } from 'node:test'

import { fetch, type RequestOf } from '../protocol/index.ts'
import { batchOf, fetchFrom, produceTo, TestCluster, topic, turns, valuesOf } from './testing.ts'

type FetchedTopic = RequestOf<typeof fetch>['topics'][number]

suite('replication', () => {
  let cluster: TestCluster
  beforeEach(async () => {
    cluster = await TestCluster.start({ brokers: 3, properties: { 'replica.lag.time.max.ms': '10000' } })
  })
  afterEach(() => cluster.stop())
  const partitionImage = (name = topic) => cluster.metadata.image.topics.get(name)!.partitions[0]!
  const replica = (nodeId: number, name = topic) => {
    const found = cluster.nodes
      .find(node => node.nodeId === nodeId)!
      .context.partitions.byName(name)
      .find(0)
    return typeof found === 'string' ? assert.fail(found) : found
  }
  /** Time goes on in steps, as followers rest and fetch. */
  const until = async (what: string, holds: () => boolean): Promise<void> => {
    for (let i = 0; i < 200 && !holds(); i++) await cluster.clock.advance(100)
    assert.ok(holds(), what)
  }

  test('followers have what the leader has, with its offsets, epochs and high watermark', async () => {
    await cluster.createTopic(topic, { replicas: [[1, 2, 3]] })
    const client = await cluster.connect(1)
    for (const value of ['a', 'b', 'c']) await produceTo(client, batchOf([value]))
    await until('replicated', () => [2, 3].every(id => replica(id).highWatermark === 3))
    for (const id of [1, 2, 3]) {
      const outcome = replica(id).log.read(0, { maxBytes: 1 << 20 })
      assert.ok(outcome.error === 'NONE')
      assert.deepEqual(valuesOf(outcome.records), ['a', 'b', 'c'])
    }
  })
  test('acks=all is answered once every in-sync replica has the records, acks=1 at once', async () => {
    await cluster.createTopic(topic, { replicas: [[1, 2]] })
    const client = await cluster.connect(1),
      other = await cluster.connect(1)
    let isAnswered = false
    await cluster.nodes[1]!.context.metadata.fenceBrokers([]) // nothing: a turn of the metadata
    const producing = produceTo(client, batchOf(['a']), { acks: -1 })
    void producing.then(() => (isAnswered = true))
    assert.equal((await produceTo(other, batchOf(['b']), { acks: 1 })).error, 'NONE')
    await until('answered', () => isAnswered)
    assert.equal((await producing).error, 'NONE')
    assert.ok(replica(2).log.endOffset >= 1)
  })
  test('consumers see records once they are replicated, not before', async () => {
    await cluster.createTopic(topic, { replicas: [[1, 2]] })
    await until('following', () => partitionImage().isr.length === 2)
    const client = await cluster.connect(1)
    await produceTo(client, batchOf(['a']), { acks: -1 })
    assert.deepEqual(valuesOf((await fetchFrom(client, 0)).records), ['a'])
    assert.equal(replica(1).highWatermark, 1)
  })
  test('a replica that stops leaves the ISR, acks=all goes on without it, and it comes back with all of it', async () => {
    await cluster.createTopic(topic, { replicas: [[1, 2]] })
    const client = await cluster.connect(1)
    await cluster.stopNode(2)
    assert.deepEqual(partitionImage().isr, [1])
    assert.equal((await produceTo(client, batchOf(['a', 'b']))).error, 'NONE')
    await cluster.startNode(2)
    await until('in sync again', () => partitionImage().isr.length === 2)
    assert.equal(replica(2).log.endOffset, 2)
  })
  test('the follower leads when the leader stops, with nothing lost that was acknowledged', async () => {
    await cluster.createTopic(topic, { replicas: [[1, 2]] })
    const client = await cluster.connect(1)
    assert.equal((await produceTo(client, batchOf(['a', 'b']))).error, 'NONE')
    await cluster.stopNode(1)
    assert.equal(partitionImage().leader, 2)
    const second = await cluster.connect(2)
    await until('visible', () => replica(2).highWatermark === 2)
    assert.deepEqual(valuesOf((await fetchFrom(second, 0)).records), ['a', 'b'])
    assert.equal((await produceTo(second, batchOf(['c']))).baseOffset, 2)
    await cluster.startNode(1)
    await until('in sync again', () => partitionImage().isr.length === 2)
    assert.equal(replica(1).log.endOffset, 3)
  })
  test('what a former leader has and nobody else is cut off when it comes back', async () => {
    await cluster.createTopic(topic, { replicas: [[1, 2]], configs: { 'unclean.leader.election.enable': 'true' } })
    const client = await cluster.connect(1)
    await produceTo(client, batchOf(['a']))
    await cluster.stopNode(2)
    await produceTo(client, batchOf(['lost']), { acks: 1 })
    await cluster.stopNode(1)
    await cluster.startNode(2)
    await until('elected uncleanly', () => partitionImage().leader === 2)
    const second = await cluster.connect(2)
    await produceTo(second, batchOf(['kept']), { acks: 1 })
    await cluster.startNode(1)
    await until('in sync again', () => partitionImage().isr.length === 2)
    const outcome = replica(1).log.read(0, { maxBytes: 1 << 20 })
    assert.ok(outcome.error === 'NONE')
    assert.deepEqual(valuesOf(outcome.records), ['a', 'kept'])
  })
  test('3.3 Produce: with fewer in-sync replicas than min.insync.replicas, acks=all is refused and acks=1 is not', async () => {
    await cluster.createTopic(topic, { replicas: [[1, 2]], configs: { 'min.insync.replicas': '2' } })
    const client = await cluster.connect(1)
    assert.equal((await produceTo(client, batchOf(['a']))).error, 'NONE')
    await cluster.stopNode(2)
    assert.equal((await produceTo(client, batchOf(['b']))).error, 'NOT_ENOUGH_REPLICAS')
    assert.equal((await produceTo(client, batchOf(['b']), { acks: 1 })).error, 'NONE')
  })
  test('3.4 Fetch: another broker than the leader answers NOT_LEADER_OR_FOLLOWER and names the leader', async () => {
    await cluster.createTopic(topic, { replicas: [[2]] })
    const client = await cluster.connect(1)
    assert.equal((await fetchFrom(client, 0)).error, 'NOT_LEADER_OR_FOLLOWER')
    const { error, currentLeader } = await fetchFrom(client, 0)
    assert.deepEqual([error, currentLeader.leaderId], ['NOT_LEADER_OR_FOLLOWER', 2])
    const produced = await produceTo(client, batchOf(['a']))
    assert.deepEqual([produced.error, produced.currentLeader.leaderId], ['NOT_LEADER_OR_FOLLOWER', 2])
  })
  test('3.4 Fetch: a change of leadership answers those who are parked', async () => {
    await cluster.createTopic(topic, { replicas: [[1, 2]] })
    const client = await cluster.connect(1)
    const fetching = fetchFrom(client, 0, { maxWaitMs: 60_000 })
    await turns()
    const stopping = cluster.stopNode(1)
    assert.equal((await fetching).error, 'NOT_LEADER_OR_FOLLOWER')
    await stopping
  })
})

test('a follower asks last for those that have just given records, so that nobody starves where there is little room', async () => {
  const asked: string[][] = [],
    names = new Map<string, string>()
  await using cluster = await TestCluster.start({
    brokers: 2,
    properties: { 'replica.fetch.response.max.bytes': '4000' },
    intercept: ({ api, body }, answer) => {
      if (api.key === fetch.key && body.replicaState.replicaId === 2)
        asked.push(
          body.topics.flatMap(({ topicId, partitions }: FetchedTopic) =>
            partitions.map(({ partition }) => `${names.get(topicId)}-${partition}`),
          ),
        )
      return answer()
    },
  })
  const both = [1, 2]
  names.set(await cluster.createTopic('a', { replicas: [both, both] }), 'a')
  names.set(await cluster.createTopic('b', { replicas: [both] }), 'b')
  await cluster.stopNode(2)
  const client = await cluster.connect(1)
  const partitions = [
    ['a', 0],
    ['a', 1],
    ['b', 0],
  ] as const
  for (const [name, partition] of partitions)
    for (let i = 0; i < 2; i++) {
      const records = batchOf(['x'.repeat(3_000)])
      assert.equal((await produceTo(client, records, { topic: name, partition, acks: 1 })).error, 'NONE')
    }
  asked.length = 0
  await cluster.startNode(2)
  for (let i = 0; i < 50 && asked.length < 6; i++) await cluster.clock.advance(100)
  const [first] = asked
  const rotated = (by: number) => [...first!.slice(by), ...first!.slice(0, by)]
  assert.deepEqual(asked.slice(0, 6), [0, 1, 2, 0, 1, 2].map(rotated))
})
