// A cluster for tests: brokers that answer, on a log in memory.

import { SeededRandom } from '../base/index.ts'
import { apply } from './apply.ts'
import { BrokerConfig } from './configs/broker-config.ts'
import type { Decision } from './decision.ts'
import { type ClusterImage, emptyImage } from './image.ts'
import { memoryMetadataLog, type MetadataLog } from './metadata-log.ts'
import { Metadata } from './metadata.ts'
import type { Endpoint, MetadataRecord } from './records.ts'

export const endpoint: Endpoint = {
  listener: 'PLAINTEXT',
  host: 'localhost',
  port: 9092,
  securityProtocol: 'PLAINTEXT',
}
export const noUnclean = () => false

export async function openMetadata({
  log = memoryMetadataLog(),
  seed = 1,
  brokers = 0,
  given = {},
}: { log?: MetadataLog; seed?: number; brokers?: number; given?: Record<string, string> } = {}): Promise<Metadata> {
  const metadata = await Metadata.open({ log, random: new SeededRandom(seed), config: BrokerConfig.of(given) })
  for (let id = 1; id <= brokers; id++) await metadata.registerBroker({ id, endpoints: [endpoint] })
  return metadata
}

/** An image with brokers 1 to `brokers`, of which some may be fenced. */
export function imageWith({ brokers, fenced = [] }: { brokers: number; fenced?: readonly number[] }): ClusterImage {
  const records: MetadataRecord[] = []
  for (let brokerId = 1; brokerId <= brokers; brokerId++) {
    records.push({ type: 'brokerRegistered', brokerId, brokerEpoch: brokerId, rack: null, endpoints: [endpoint] })
    if (fenced.includes(brokerId)) records.push({ type: 'brokerFenced', brokerId })
  }
  return apply(emptyImage, records)
}
/** With a topic whose partitions have these replicas, all in sync, the first leading. */
export function withTopic(image: ClusterImage, topic: string, ...replicas: readonly number[][]): ClusterImage {
  const topicId = Buffer.from(topic.padEnd(16)).toString('hex').slice(0, 32)
  const partitions = replicas.map(ids => ({ replicas: ids, isr: ids, leader: ids[0]! }))
  return apply(image, [{ type: 'topicCreated', topic, topicId, partitions }])
}
export function after<T>(image: ClusterImage, { records }: Decision<T>): ClusterImage {
  return apply(image, records)
}
/** 'leader isr @leaderEpoch/partitionEpoch' of a partition, for tables. */
export function stateOf(image: ClusterImage, topic: string, partition = 0): string {
  const { leader, isr, leaderEpoch, partitionEpoch } = image.topics.get(topic)!.partitions[partition]!
  return `${leader} [${isr.join()}] @${leaderEpoch}/${partitionEpoch}`
}
