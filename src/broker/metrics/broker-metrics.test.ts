import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import type { BrokerNode } from '../broker-node.ts'
import { batchOf, fetchFrom, produceTo, TestCluster, topic } from '../testing.ts'

/** The count of a meter, or the value of a gauge: 'KafkaController,name=OfflinePartitionsCount'. */
function valueOf(
  { context }: BrokerNode,
  bean: string,
  tags: Readonly<Record<string, string>> = {},
): number | undefined {
  const [type, name] = bean.split(',name=')
  const { beans } = context.metrics
  const family = [...beans.families()].find(other => other.type === type && other.name === name)
  const wanted = JSON.stringify(tags)
  const reading = [...family!.readings()].find(({ tags }) => JSON.stringify(tags) === wanted)
  const found = [...family!.beans.values()].find(({ tags }) => JSON.stringify(tags) === wanted)
  return reading?.value ?? (found && beans.attributesOf(found)['Count'])
}
const until = async (cluster: TestCluster, what: string, holds: () => boolean): Promise<void> => {
  for (let i = 0; i < 200 && !holds(); i++) await cluster.clock.advance(100)
  assert.ok(holds(), what)
}

suite('metrics of replication', () => {
  test('an election is counted for each leader that stops, once in the cluster, and an unclean one as such', async () => {
    await using cluster = await TestCluster.start({ brokers: 3 })
    const elections = () => {
      const counts = cluster.nodes.map(node => valueOf(node, 'ControllerStats,name=LeaderElectionRateAndTimeMs')!)
      return counts.reduce((sum, count) => sum + count, 0)
    }
    const unclean = () => {
      const counts = cluster.nodes.map(node => valueOf(node, 'ControllerStats,name=UncleanLeaderElectionsPerSec')!)
      return counts.reduce((sum, count) => sum + count, 0)
    }
    await cluster.createTopic(topic, { replicas: [[2, 3]], configs: { 'unclean.leader.election.enable': 'true' } })
    assert.equal(elections(), 0, 'the first leader of a partition was not elected')
    await cluster.stopNode(2)
    assert.deepEqual([elections(), unclean()], [1, 0])
    await cluster.stopNode(3)
    assert.equal(valueOf(cluster.nodes[0]!, 'KafkaController,name=OfflinePartitionsCount'), 1)
    await cluster.startNode(2)
    await until(cluster, 'elected', () => cluster.metadata.image.topics.get(topic)!.partitions[0]!.leader === 2)
    assert.deepEqual([elections(), unclean()], [2, 1])
    assert.equal(valueOf(cluster.nodes[0]!, 'KafkaController,name=OfflinePartitionsCount'), 0)
  })

  test('a replica that stops is seen: partitions are under-replicated, and the in-sync set is told when it is back', async () => {
    await using cluster = await TestCluster.start({ brokers: 2 })
    await cluster.createTopic(topic, { replicas: [[1, 2]], configs: { 'min.insync.replicas': '2' } })
    const [leader] = cluster.nodes
    const of = (name: string) => valueOf(leader!, `ReplicaManager,name=${name}`)
    assert.deepEqual([of('UnderReplicatedPartitions'), of('AtMinIsrPartitionCount')], [0, 1])
    await cluster.stopNode(2)
    assert.deepEqual([of('UnderReplicatedPartitions'), of('UnderMinIsrPartitionCount')], [1, 1])
    const partition = { topic, partition: '0' }
    assert.equal(valueOf(leader!, 'Partition,name=UnderReplicated', partition), 1)
    assert.equal(valueOf(leader!, 'Partition,name=InSyncReplicasCount', partition), 1)
    await cluster.startNode(2)
    await until(cluster, 'in sync', () => of('UnderReplicatedPartitions') === 0)
    assert.equal(of('IsrExpandsPerSec'), 1)
  })

  test('what goes from leader to follower is replication, and no traffic of clients', async () => {
    await using cluster = await TestCluster.start({ brokers: 2 })
    await cluster.createTopic(topic, { replicas: [[1, 2]] })
    const client = await cluster.connect(1),
      batch = batchOf(['a', 'b'])
    await produceTo(client, batch)
    const [leader, follower] = cluster.nodes as [BrokerNode, BrokerNode]
    const of = (node: BrokerNode, name: string) => valueOf(node, `BrokerTopicMetrics,name=${name}`)
    assert.equal(of(leader, 'ReplicationBytesOutPerSec'), batch.length)
    assert.equal(of(follower, 'ReplicationBytesInPerSec'), batch.length)
    assert.deepEqual([of(leader, 'BytesInPerSec'), of(leader, 'BytesOutPerSec')], [batch.length, 0])
    assert.deepEqual([of(follower, 'BytesInPerSec'), of(follower, 'MessagesInPerSec')], [0, 0])
    await until(
      cluster,
      'told',
      () => valueOf(follower, 'ReplicaFetcherManager,name=MaxLag', { clientId: 'Replica' }) === 0,
    )
    const tags = { clientId: 'ReplicaFetcherThread-0-1', topic, partition: '0' }
    assert.equal(valueOf(follower, 'FetcherLagMetrics,name=ConsumerLag', tags), 0)
    assert.ok(valueOf(leader, 'RequestMetrics,name=RequestBytes', { request: 'FetchFollower' })! > 0)
    assert.equal(valueOf(leader, 'RequestMetrics,name=RequestBytes', { request: 'FetchConsumer' }), undefined)
  })
})

suite('metrics of topics', () => {
  test('what is refused is counted as such, of the topic where there is one', async () => {
    await using cluster = await TestCluster.start()
    await cluster.createTopic(topic, { configs: { 'max.message.bytes': '200' } })
    const client = await cluster.connect(),
      [node] = cluster.nodes
    const of = (name: string, tags = {}) => valueOf(node!, `BrokerTopicMetrics,name=${name}`, tags)
    const large = batchOf(['x'.repeat(300)])
    assert.equal((await produceTo(client, large)).error, 'MESSAGE_TOO_LARGE')
    assert.equal((await produceTo(client, batchOf(['a']), { topic: 'nowhere' })).error, 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.equal((await fetchFrom(client, 7)).error, 'OFFSET_OUT_OF_RANGE')
    assert.equal((await fetchFrom(client, 0, { topic: 'nowhere' })).error, 'UNKNOWN_TOPIC_OR_PARTITION')
    assert.deepEqual([of('FailedProduceRequestsPerSec'), of('FailedProduceRequestsPerSec', { topic })], [2, 1])
    assert.deepEqual([of('FailedFetchRequestsPerSec'), of('FailedFetchRequestsPerSec', { topic })], [2, 1])
    assert.deepEqual([of('TotalProduceRequestsPerSec'), of('TotalFetchRequestsPerSec')], [2, 2])
    assert.equal(of('BytesRejectedPerSec', { topic }), large.length)
    assert.equal(of('FailedFetchRequestsPerSec', { topic: 'nowhere' }), undefined)
    const errors = (request: string, error: string) =>
      valueOf(node!, 'RequestMetrics,name=ErrorsPerSec', { request, error })
    assert.equal(errors('Produce', 'MESSAGE_TOO_LARGE'), 1)
    assert.equal(errors('Fetch', 'OFFSET_OUT_OF_RANGE'), 1)
  })

  test('with a topic goes what was counted of it, and not what was counted of all', async () => {
    await using cluster = await TestCluster.start()
    await cluster.createTopic(topic)
    const client = await cluster.connect(),
      [node] = cluster.nodes
    await produceTo(client, batchOf(['a', 'b']))
    const of = (tags = {}) => valueOf(node!, 'BrokerTopicMetrics,name=MessagesInPerSec', tags)
    assert.deepEqual([of(), of({ topic })], [2, 2])
    await cluster.metadata.deleteTopics([{ name: topic }])
    assert.deepEqual([of(), of({ topic })], [2, undefined])
    await cluster.createTopic(topic)
    await produceTo(client, batchOf(['c']))
    assert.deepEqual([of(), of({ topic })], [3, 1])
  })
})

test('who has a quota is told with what it uses of it, as long as that counts', async () => {
  await using cluster = await TestCluster.start()
  await cluster.createTopic(topic)
  const quota = { key: 'producer_byte_rate', value: 1_000_000 }
  await cluster.metadata.alterClientQuotas([{ entity: [{ type: 'client-id', name: 'greedy' }], ops: [quota] }])
  const [node] = cluster.nodes,
    greedy = await cluster.connect(1, 'greedy'),
    modest = await cluster.connect(1, 'modest')
  const bytes = batchOf(['x'.repeat(1000)])
  await produceTo(greedy, bytes)
  await produceTo(modest, bytes)
  const rates = () => {
    const family = [...node!.context.metrics.beans.families()].find(({ type }) => type === 'quota')
    return [...family!.readings()]
  }
  // Kafka's window counts as seen in full: eleven samples of a second, the present one apart.
  assert.deepEqual(rates(), [{ tags: { resource: 'Produce', clientId: 'greedy' }, value: bytes.length / 10 }])
  await cluster.clock.advance(60_000)
  assert.deepEqual(rates(), [])
})
