// The beans of our broker held against those of an Apache Kafka that was asked the same: what we tell under Kafka's domains, Kafka
// tells under the same name, with the same tags and attributes; and what is counted is counted alike.
//
//   npm run interop:beans

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

import { silentLogger } from '../../src/base/index.ts'
import { createClient } from '../../src/client/index.ts'
import { startPlatform } from '../../src/platform/index.ts'
import { eventually } from '../suite/case.ts'
import { Missing } from '../suite/missing.ts'
import { ourBeans, startKafkaWithBeans, type BeanValues } from './kafka-beans.ts'

const properties = { 'group.initial.rebalance.delay.ms': '0', 'offsets.topic.num.partitions': '1' }

/** What has no equal in Kafka 4.2, with the reason. */
const ownFamilies: readonly (readonly [RegExp, string])[] = [
  [/:type=ControllerStats,name=LeaderElectionRateAndTimeMs /, 'of Kafka before KRaft; alerts ask for it'],
  [
    /:type=raft-metrics,state=\w+ current-state-info$/,
    "a state is a text in JMX; this is what the exporter's rules make of it",
  ],
  [/:type=transaction-coordinator-metrics,state=\w+ num-partitions$/, "as the group coordinator's"],
  [
    /:type=BrokerTopicMetrics,name=(BytesRejected|FailedProduceRequests|FailedFetchRequests)PerSec,topic=/,
    'Kafka has it of a topic from the first refusal on',
  ],
  [/:type=quota,/, "Kafka's beans Produce, Fetch and Request, in one family"],
]
/** What is counted alike. */
const equal: readonly string[] = [
  ...['MessagesInPerSec', 'BytesInPerSec', 'BytesOutPerSec', 'TotalProduceRequestsPerSec'].map(
    name => `kafka.server:type=BrokerTopicMetrics,name=${name},topic=orders Count`,
  ),
  ...['PartitionCount', 'LeaderCount', 'AtMinIsrPartitionCount', 'UnderReplicatedPartitions', 'ProducerIdCount'].map(
    name => `kafka.server:type=ReplicaManager,name=${name} Value`,
  ),
  ...[
    'GlobalTopicCount',
    'GlobalPartitionCount',
    'OfflinePartitionsCount',
    'ActiveControllerCount',
    'ActiveBrokerCount',
  ].map(name => `kafka.controller:type=KafkaController,name=${name} Value`),
  ...['Size', 'NumLogSegments', 'LogStartOffset', 'LogEndOffset'].map(
    name => `kafka.log:type=Log,name=${name},topic=orders,partition=0 Value`,
  ),
  ...['InSyncReplicasCount', 'ReplicasCount', 'UnderReplicated', 'AtMinIsr', 'UnderMinIsr', 'LastStableOffsetLag'].map(
    name => `kafka.cluster:type=Partition,name=${name},topic=orders,partition=0 Value`,
  ),
  'kafka.coordinator.group:type=GroupMetadataManager,name=NumOffsets Value',
  'kafka.network:type=RequestMetrics,name=ErrorsPerSec,request=Produce,error=NONE Count',
  'kafka.network:type=RequestMetrics,name=TotalTimeMs,request=Produce Count',
  'kafka.network:type=RequestMetrics,name=ErrorsPerSec,request=OffsetCommit,error=NONE Count',
]

const directory = mkdtempSync(join(tmpdir(), 'beans-'))
try {
  const kafka = await startKafkaWithBeans(join(directory, 'kafka'), properties)
  const ours = await startPlatform({
    dataPath: join(directory, 'ours'),
    port: 0,
    properties: new Map(Object.entries(properties)),
    logger: silentLogger,
    http: { host: '127.0.0.1', port: 0, orAnother: false },
  })
  try {
    for (const { bootstrap } of [kafka, ours]) await use(bootstrap)
    const [theirs, own] = [await kafka.beans(), await ourBeans((await ours.http)!)]
    const faults = [...unknownTo(theirs, own), ...unequal(theirs, own)]
    for (const fault of faults) console.log(`  fault: ${fault}`)
    console.log(
      `${own.size} attributes of ours, ${theirs.size} of Kafka's, ${equal.length} compared by value: ${faults.length} faults`,
    )
    process.exitCode = faults.length === 0 ? 0 : 1
  } finally {
    await ours.stop()
    await kafka.stop()
  }
} catch (error) {
  if (!(error instanceof Missing)) throw error
  console.log(`skipped: ${error.message}`)
} finally {
  rmSync(directory, { recursive: true, force: true })
}
process.exit()

async function use(bootstrap: string): Promise<void> {
  await using client = createClient({ bootstrap })
  await eventually('the topic', async () => {
    await client.admin.topics.create([{ name: 'orders', partitions: 1 }])
    return true
  })
  const producer = client.producer()
  for (let i = 0; i < 20; i++) await producer.send({ topic: 'orders', value: 'one' })
  await producer.close()
  const consumer = client.consumer({ groupId: 'billing', offsetReset: 'earliest', autoCommit: false })
  consumer.subscribe('orders')
  let seen = 0
  for await (const _ of consumer) if (++seen === 20) break
  await consumer.commit([{ topic: 'orders', partition: 0, offset: 20 }])
  await consumer.close()
}

/** Which names, with the names of their tags, are not among Kafka's. */
function unknownTo(theirs: BeanValues, own: BeanValues): string[] {
  const known = new Set([...theirs.keys()].map(shapeOf))
  const unknown = [...own.keys()].filter(
    bean => !known.has(shapeOf(bean)) && !ownFamilies.some(([family]) => family.test(bean)),
  )
  return [...new Set(unknown.map(shapeOf))].map(shape => `Kafka has no ${shape}`)
}
/** Without the values of tags: 'kafka.log:type=Log,name=Size,topic=,partition= Value'. */
function shapeOf(bean: string): string {
  return bean.replaceAll(/,(?!name=)([\w-]+)=(?:"[^"]*"|[^, ]*)/g, ',$1=')
}
function unequal(theirs: BeanValues, own: BeanValues): string[] {
  return equal
    .filter(bean => own.get(bean) === undefined || own.get(bean) !== theirs.get(bean))
    .map(bean => `${bean}: ${own.get(bean)}, and ${theirs.get(bean)} of Kafka`)
}
