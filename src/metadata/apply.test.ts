import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../base/index.ts'
import { apply, imageOf, snapshotOf } from './apply.ts'
import { emptyImage, topicById } from './image.ts'
import { memoryMetadataLog } from './metadata-log.ts'
import type { MetadataRecord } from './records.ts'
import { endpoint, imageWith, openMetadata, withTopic } from './testing.ts'

test('an image shares with the one before everything that a record does not touch', () => {
  const before = withTopic(withTopic(imageWith({ brokers: 2 }), 'a', [1], [2]), 'b', [1])
  const { id } = before.topics.get('a')!
  const change: MetadataRecord = {
    type: 'partitionChanged',
    topicId: id,
    partition: 1,
    leader: 2,
    isr: [2],
    leaderEpoch: 1,
    partitionEpoch: 1,
  }
  const next = apply(before, [change])
  assert.equal(before.topics.get('a')!.partitions[1]!.leaderEpoch, 0)
  assert.equal(next.topics.get('a')!.partitions[1]!.leaderEpoch, 1)
  assert.equal(next.topics.get('a')!.partitions[0], before.topics.get('a')!.partitions[0])
  assert.equal(next.topics.get('b'), before.topics.get('b'))
  assert.equal(next.brokers, before.brokers)
  assert.equal(next.offset, before.offset + 1)
})

test('records applied together make the image that they make one by one', () => {
  const image = withTopic(imageWith({ brokers: 3 }), 'a', [1, 2], [2, 3])
  const topicId = image.topics.get('a')!.id
  const records: MetadataRecord[] = [
    { type: 'partitionsAdded', topicId, partitions: [{ replicas: [3], isr: [3], leader: 3 }] },
    ...[0, 1, 2].map((partition): MetadataRecord => ({
      type: 'partitionChanged',
      topicId,
      partition,
      leader: -1,
      isr: [2],
      leaderEpoch: 1,
      partitionEpoch: 1,
    })),
    { type: 'configChanged', resource: 'TOPIC', name: 'a', key: 'retention.ms', value: '1' },
    { type: 'configChanged', resource: 'GROUP', name: 'g', key: 'x', value: '1' },
    { type: 'configChanged', resource: 'GROUP', name: 'g', key: 'x', value: null },
    { type: 'featureSet', feature: 'f', level: 1 },
    { type: 'brokerUnregistered', brokerId: 3 },
  ]
  assert.deepEqual(
    apply(image, records),
    records.reduce((each, record) => apply(each, [record]), image),
  )
})

test('a deleted topic leaves nothing behind', () => {
  const image = withTopic(emptyImage, 'a', [1])
  const { id } = image.topics.get('a')!
  const next = apply(image, [{ type: 'topicDeleted', topicId: id }])
  assert.equal(topicById(next, id), undefined)
  assert.equal(next.topics.size + next.topicNames.size, 0)
})

test('a record about what does not exist, or of a kind that is not known, is refused', () => {
  assert.throws(() => apply(emptyImage, [{ type: 'topicDeleted', topicId: 'x' }]), /without its object/)
  assert.throws(() => apply(emptyImage, [{ type: 'fromTheFuture' } as never]), /unknown metadata record/)
})

test('the log that random decisions wrote, read again or from a snapshot, gives the same image', async () => {
  const seed = seedFromEnvironment()
  const random = new SeededRandom(seed)
  const log = memoryMetadataLog()
  const metadata = await openMetadata({ log, seed, brokers: 3 })
  const topicNames = ['a', 'b', 'c', 'd']
  const wishes: (() => Promise<unknown>)[] = [
    () =>
      metadata.createTopics([
        { name: random.pick(topicNames), numPartitions: 1 + random.below(4), replicationFactor: 1 + random.below(3) },
      ]),
    () => metadata.deleteTopics([{ name: random.pick(topicNames) }]),
    () => metadata.createPartitions([{ name: random.pick(topicNames), count: 1 + random.below(6), assignments: null }]),
    () => metadata.fenceBrokers([1 + random.below(3)]),
    () => metadata.registerBroker({ id: 1 + random.below(4), endpoints: [endpoint] }),
    () => metadata.unregisterBroker(4),
    () => metadata.allocateProducerIds(1),
    () =>
      metadata.alterConfigs(
        [
          {
            type: 'TOPIC',
            name: random.pick(topicNames),
            mode: random.chance(0.5) ? 'replace' : 'incremental',
            configs: [{ name: 'retention.ms', operation: random.chance(0.5) ? 'SET' : 'DELETE', value: '5' }],
          },
        ],
        { nodeId: 1 },
      ),
  ]
  const images: number[] = []
  metadata.subscribe((image, previous) => {
    assert.ok(image.offset > previous.offset)
    images.push(image.offset)
  })
  for (let round = 0; round < 100; round++)
    await Promise.all(Array.from({ length: 1 + random.below(4) }, () => random.pick(wishes)()))
  const { image } = metadata
  const replayed = await openMetadata({ log, seed })
  assert.deepEqual(replayed.image, image, `seed ${seed}`)
  assert.deepEqual(imageOf({ records: snapshotOf(image), end: image.offset }), image, `seed ${seed}`)
  assert.equal(images.at(-1), image.offset)
})
