import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { ClusterImage } from './image.ts'
import { memoryMetadataLog } from './metadata-log.ts'
import { endpoint, openMetadata } from './testing.ts'

test('a new cluster gets an id, which is the same for whoever opens the log later', async () => {
  const log = memoryMetadataLog()
  const first = await openMetadata({ log, seed: 1 })
  const second = await openMetadata({ log, seed: 2 })
  assert.match(first.image.clusterId, /^[\w-]{22}$/)
  assert.equal(second.image.clusterId, first.image.clusterId)
})

test('of two who create a topic at the same time on one log, one succeeds and the other is told that it exists', async () => {
  const log = memoryMetadataLog()
  const one = await openMetadata({ log, seed: 1, brokers: 1 })
  const other = await openMetadata({ log, seed: 2 })
  const topic = { name: 't', numPartitions: 1, replicationFactor: 1 }
  const outcomes = await Promise.all([one.createTopics([topic]), other.createTopics([topic])])
  assert.deepEqual(new Set(outcomes.map(([outcome]) => outcome!.error)), new Set(['NONE', 'TOPIC_ALREADY_EXISTS']))
  await one.decide(() => ({ records: [], outcome: undefined }))
  await other.decide(() => ({ records: [], outcome: undefined }))
  assert.deepEqual(one.image, other.image)
})

test('what one appends reaches the subscribers of all others on the log', async () => {
  const log = memoryMetadataLog()
  const one = await openMetadata({ log, brokers: 1 })
  const other = await openMetadata({ log })
  const seen = new Promise<ClusterImage>(resolve => other.subscribe(resolve))
  await one.createTopics([{ name: 't', numPartitions: 1, replicationFactor: 1 }])
  assert.ok((await seen).topics.has('t'))
})

test('wishes of one breath are decided one after another and appended together', async () => {
  const log = memoryMetadataLog()
  const metadata = await openMetadata({ log, brokers: 1 })
  let appends = 0
  log.watch(() => appends++)
  const blocks = await Promise.all([1, 2, 3].map(() => metadata.allocateProducerIds(1)))
  assert.deepEqual(blocks, [
    { first: 1, count: 999 },
    { first: 1000, count: 1000 },
    { first: 2000, count: 1000 },
  ])
  assert.equal(appends, 1)
})

test('an outcome comes when the image already has it, and subscribers have seen it', async () => {
  const metadata = await openMetadata({ brokers: 1 })
  const seen: string[] = []
  metadata.subscribe((image, previous) => {
    for (const name of image.topics.keys()) if (!previous.topics.has(name)) seen.push(name)
  })
  await metadata.createTopics([{ name: 't', numPartitions: 1, replicationFactor: 1 }])
  assert.deepEqual(seen, ['t'])
  assert.ok(metadata.image.topics.has('t'))
})

test('a wish whose decision throws fails alone', async () => {
  const metadata = await openMetadata({ brokers: 1 })
  const failing = metadata.decide(() => {
    throw new Error('a bug')
  })
  const other = metadata.allocateProducerIds(1)
  await assert.rejects(failing, /a bug/)
  assert.equal((await other).first, 1)
})

test('when the log cannot be written, all that waited for it fail, and the image stays', async () => {
  const log = memoryMetadataLog()
  const metadata = await openMetadata({ log, brokers: 1 })
  const append = log.append.bind(log)
  log.append = () => Promise.reject(new Error('no space'))
  await assert.rejects(metadata.allocateProducerIds(1), /no space/)
  assert.equal(metadata.image.nextProducerId, 0)
  log.append = append
  assert.equal((await metadata.allocateProducerIds(1)).first, 1)
})

test('a subscriber that throws does not keep others from seeing the image', async () => {
  const metadata = await openMetadata()
  metadata.subscribe(() => {
    throw new Error('a bug')
  })
  let seen = 0
  metadata.subscribe(() => seen++)
  await metadata.registerBroker({ id: 1, endpoints: [endpoint] })
  assert.equal(seen, 1)
})

test('broker configs that are changed in one breath with other wishes count at once, and stay', async () => {
  const metadata = await openMetadata({ brokers: 1 })
  const set = (value: string) =>
    metadata.alterConfigs(
      [
        {
          type: 'BROKER',
          name: '',
          mode: 'incremental',
          configs: [{ name: 'log.retention.ms', operation: 'SET', value }],
        },
      ],
      { nodeId: 1 },
    )
  const create = (name: string) => metadata.createTopics([{ name, numPartitions: 1, replicationFactor: 1 }])
  const [, one, , other] = await Promise.all([set('1'), create('one'), set('2'), create('other')])
  const retention = [one, other].map(([created]) =>
    created!.error === 'NONE' ? created!.configs.find(({ name }) => name === 'retention.ms')!.value : created!.message,
  )
  assert.deepEqual(retention, ['1', '2'])
  assert.equal(metadata.config().number('log.retention.ms'), 2)
})
