import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom } from '../base/index.ts'
import { BrokerConfig, Metadata, memoryMetadataLog, isRefusal } from './index.ts'

test('smoke', async () => {
  const log = memoryMetadataLog()
  const config = BrokerConfig.of({})
  const metadata = await Metadata.open({ log, random: new SeededRandom(1), config })
  const other = await Metadata.open({ log, random: new SeededRandom(2), config })
  for (const id of [1, 2, 3])
    await metadata.registerBroker({
      id,
      endpoints: [{ listener: 'PLAINTEXT', host: 'h', port: id, securityProtocol: 'PLAINTEXT' }],
    })
  const [a, b] = await Promise.all([
    metadata.createTopics([
      { name: 't', numPartitions: 6, replicationFactor: 2, configs: [{ name: 'retention.ms', value: '5' }] },
    ]),
    other.createTopics([{ name: 't', numPartitions: 6, replicationFactor: 2 }]),
  ])
  assert.equal(isRefusal(a[0]!), false)
  assert.deepEqual(b[0], { name: 't', error: 'TOPIC_ALREADY_EXISTS', message: "Topic 't' already exists." })
  await metadata.fenceBrokers([2])
  console.log(metadata.image.topics.get('t'), await metadata.allocateProducerIds(1))
  await other.decide(() => ({ records: [], outcome: 1 }))
  assert.deepEqual(other.image, metadata.image)
  await metadata.close()
})
