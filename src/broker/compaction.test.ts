// Compaction as a broker does it: of __consumer_offsets, which groups are loaded from, and of topics whose configs change.

import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import type { ClientConnection } from '../connection/index.ts'
import { findCoordinator, offsetCommit, offsetFetch, errorName, listGroups } from '../protocol/index.ts'
import { batchOf, produceTo, TestCluster, topic, turns } from './testing.ts'

const properties = { 'offsets.topic.num.partitions': '1', 'log.cleaner.backoff.ms': '1000' }
const groups = ['a', 'b', 'c']

async function commit(client: ClientConnection, groupId: string, committedOffset: number): Promise<void> {
  const topics = [{ name: topic, partitions: [{ partitionIndex: 0, committedOffset, committedMetadata: 'so far' }] }]
  const answer = await client.request(offsetCommit, { groupId, memberId: '', topics }, { versionMax: 9 })
  assert.equal(errorName(answer.topics[0]!.partitions[0]!.errorCode), 'NONE')
}
async function committed(client: ClientConnection, groupId: string): Promise<number> {
  const wanted = [{ groupId, topics: [{ name: topic, partitionIndexes: [0] }] }]
  const answer = await client.request(offsetFetch, { groups: wanted, requireStable: false }, { versionMax: 9 })
  return answer.groups[0]!.topics[0]!.partitions[0]!.committedOffset
}
async function setConfigs(cluster: TestCluster, name: string, configs: Readonly<Record<string, string>>) {
  const changes = Object.entries(configs).map(([key, value]) => ({ name: key, operation: 'SET' as const, value }))
  const [outcome] = await cluster.metadata.alterConfigs(
    [{ type: 'TOPIC', name, mode: 'incremental', configs: changes }],
    { nodeId: 1 },
  )
  assert.equal(outcome!.error, 'NONE')
}
const logOf = (cluster: TestCluster, name: string) => cluster.nodes[0]!.context.logDirectory.logs.get(`${name}-0`)!

suite('3.9 compaction', () => {
  test('committed offsets and their groups are there after compaction and a restart', async () => {
    await using cluster = await TestCluster.start({ properties })
    await cluster.createTopic(topic)
    const client = await cluster.connect()
    await client.request(findCoordinator, { keyType: 0, coordinatorKeys: groups })
    await setConfigs(cluster, '__consumer_offsets', { 'internal.segment.bytes': '2000' })
    for (let offset = 1; offset <= 100; offset++) for (const group of groups) await commit(client, group, offset)
    const log = logOf(cluster, '__consumer_offsets'),
      { sizeBytes, endOffset } = log
    await cluster.clock.advance(2000)
    await turns(200)
    assert.ok(log.sizeBytes < sizeBytes / 5, `${log.sizeBytes} of ${sizeBytes} bytes are left`)
    assert.deepEqual([log.logStartOffset, log.endOffset], [0, endOffset])

    await cluster.stopNode(1)
    await cluster.startNode(1)
    const again = await cluster.connect()
    const { coordinators } = await again.request(findCoordinator, { keyType: 0, coordinatorKeys: ['a'] })
    assert.equal(coordinators[0]!.errorCode, 0)
    for (const group of groups) assert.equal(await committed(again, group), 100)
    const listed = await again.request(listGroups, { statesFilter: [], typesFilter: [] })
    assert.deepEqual(listed.groups.map(({ groupId }) => groupId).toSorted(), groups)
  })
  test('a topic is compacted from when its cleanup.policy says so', async () => {
    await using cluster = await TestCluster.start({ properties })
    const configs = { 'internal.segment.bytes': '500', 'min.cleanable.dirty.ratio': '0.01' }
    await cluster.createTopic(topic, { configs })
    const client = await cluster.connect()
    for (let i = 0; i < 50; i++) await produceTo(client, batchOf([{ key: `key ${i % 3}`, value: `${i}` }]))
    const log = logOf(cluster, topic),
      { sizeBytes } = log
    await cluster.clock.advance(2000)
    await turns(200)
    assert.equal(log.sizeBytes, sizeBytes)
    await setConfigs(cluster, topic, { 'cleanup.policy': 'compact' })
    await cluster.clock.advance(2000)
    await turns(200)
    assert.ok(log.sizeBytes < sizeBytes / 3, `${log.sizeBytes} of ${sizeBytes} bytes are left`)
  })
})
