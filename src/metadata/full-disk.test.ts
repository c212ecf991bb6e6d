// What brokers tell where the disk of the metadata log is full.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { memoryFiles, type MemoryFiles } from '../base/index.ts'
import { fileMetadataLog } from './file-metadata-log.ts'
import type { Metadata } from './metadata.ts'
import { endpoint, openMetadata } from './testing.ts'

const path = '/data/metadata.log'
const alteration = { name: 'retention.ms', operation: 'SET', value: '1' } as const
const credential = { salt: 'c2FsdA==', iterations: 4096, storedKey: 'a2V5', serverKey: 'a2V5' }
const acl = {
  resourceType: 2,
  resourceName: 't',
  patternType: 3,
  principal: 'User:ann',
  host: '*',
  operation: 3,
  permission: 3,
}
const quota = (user: string, value: number) => ({
  entity: [{ type: 'user', name: user }],
  ops: [{ key: 'producer_byte_rate', value }],
})
const upgradeType = 'UPGRADE'
const supported = [{ name: 'group.version', minVersion: 0, maxVersion: 2, level: 0 }]
interface Told {
  readonly error?: string
  readonly result?: { readonly error: string }
}
/** Each asks for something that is refused for a reason of its own, and for something that would be granted. */
const changes: {
  what: string
  ask: (metadata: Metadata) => Promise<readonly Told[]>
  expected: readonly string[]
}[] = [
  {
    what: 'CreateTopics',
    ask: metadata =>
      metadata.createTopics([
        { ...topic, name: 't' },
        { ...topic, name: 'u' },
      ]),
    expected: ['TOPIC_ALREADY_EXISTS', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'CreatePartitions',
    ask: metadata => metadata.createPartitions(['missing', 't'].map(name => ({ name, count: 2, assignments: null }))),
    expected: ['UNKNOWN_TOPIC_OR_PARTITION', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'DeleteTopics',
    ask: metadata => metadata.deleteTopics([{ name: 'missing' }, { name: 't' }]),
    expected: ['UNKNOWN_TOPIC_OR_PARTITION', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'AlterConfigs',
    ask: metadata =>
      metadata.alterConfigs(
        ['missing', 't'].map(name => ({ type: 'TOPIC', name, mode: 'incremental', configs: [alteration] })),
        { nodeId: 1 },
      ),
    expected: ['UNKNOWN_TOPIC_OR_PARTITION', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'CreateAcls',
    ask: metadata => metadata.createAcls([{ ...acl, principal: 'nobody' }, acl]),
    expected: ['INVALID_REQUEST', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'DeleteAcls',
    ask: metadata =>
      metadata.deleteAcls([
        { ...acl, operation: 99 },
        { ...acl, resourceName: 'granted' },
      ]),
    expected: ['INVALID_REQUEST', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'AlterClientQuotas',
    ask: metadata => metadata.alterClientQuotas([quota('', 1), quota('ann', 1)]),
    expected: ['INVALID_REQUEST', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'AlterUserScramCredentials',
    ask: metadata =>
      metadata.alterScramCredentials({
        deletions: [{ user: 'nobody', mechanism: 'SCRAM-SHA-256' }],
        upsertions: [{ user: 'ann', mechanism: 'SCRAM-SHA-256', credential }],
      }),
    expected: ['RESOURCE_NOT_FOUND', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'AlterPartitionReassignments',
    ask: metadata =>
      metadata.alterPartitionReassignments(
        ['missing', 't'].map(topic => ({ topic, partition: 0, replicas: [2] })),
        { allowReplicationFactorChange: true },
      ),
    expected: ['UNKNOWN_TOPIC_OR_PARTITION', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'ElectLeaders',
    ask: metadata =>
      metadata.electLeaders({
        election: 'UNCLEAN',
        partitions: ['t', 'leaderless'].map(topic => ({ topic, partition: 0 })),
      }),
    expected: ['ELECTION_NOT_NEEDED', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'UpdateFeatures',
    ask: async metadata => [
      await metadata.updateFeatures([{ feature: 'unheard', level: 1, upgradeType }], { supported, nodeId: 1 }),
      await metadata.updateFeatures([{ feature: 'group.version', level: 1, upgradeType }], { supported, nodeId: 1 }),
    ],
    expected: ['INVALID_UPDATE_VERSION', 'KAFKA_STORAGE_ERROR'],
  },
  {
    what: 'UnregisterBroker',
    ask: async metadata => [await metadata.unregisterBroker(9), await metadata.unregisterBroker(2)],
    expected: ['BROKER_ID_NOT_REGISTERED', 'KAFKA_STORAGE_ERROR'],
  },
]
const topic = { numPartitions: 1, replicationFactor: 1 }
const on = (name: string, brokerIds: readonly number[]) => ({
  name,
  numPartitions: -1,
  replicationFactor: -1,
  assignments: [{ partitionIndex: 0, brokerIds }],
})
async function onDiskThatMayFill() {
  const files = memoryFiles()
  files.makeDirectory('/data')
  const metadata = await openMetadata({ log: fileMetadataLog({ files, path }), brokers: 2 })
  await metadata.createTopics([on('t', [1])])
  return { files, metadata }
}
function fill(files: MemoryFiles): void {
  files.fail = operation => {
    if (operation === 'write') throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' })
  }
}
for (const { what, ask, expected } of changes)
  test(`on a full disk ${what} refuses what it would grant, and all else for its own reason`, async () => {
    const { files, metadata } = await onDiskThatMayFill()
    await metadata.createAcls([{ ...acl, resourceName: 'granted' }])
    await metadata.createTopics([on('leaderless', [2, 1])])
    for (const id of [1, 2]) await metadata.fenceBrokers([id])
    await metadata.registerBroker({ id: 1, endpoints: [endpoint] })
    const before = files.readFile(path)
    fill(files)
    const told = await ask(metadata)
    assert.deepEqual(
      told.map(({ error, result }) => error ?? result?.error),
      expected,
    )
    files.fail = undefined
    assert.deepEqual(files.readFile(path), before)
    const again = await ask(metadata)
    assert.deepEqual(
      again.map(({ error, result }) => error ?? result?.error),
      [expected[0], 'NONE'],
    )
    await metadata.close()
  })

test('of two changes in one append that has no room, neither stands in the way of the other', async () => {
  const { files, metadata } = await onDiskThatMayFill()
  fill(files)
  const wanted = [{ ...topic, name: 'u' }]
  const outcomes = [metadata.createTopics(wanted), metadata.createTopics(wanted)]
  const validated = await metadata.createTopics(wanted, { validateOnly: true })
  assert.deepEqual(
    (await Promise.all(outcomes)).flat().map(({ error }) => error),
    ['KAFKA_STORAGE_ERROR', 'KAFKA_STORAGE_ERROR'],
  )
  assert.equal(validated[0]!.error, 'NONE')
})
