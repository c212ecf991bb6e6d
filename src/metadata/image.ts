// The cluster as its metadata log says it is, at one offset. An image never changes: what comes after it shares with it
// everything that stayed the same, so holders of an older image can compare by identity.

import type { Acl } from './acls.ts'
import type { ClientQuotas } from './client-quotas.ts'
import type { ConfigResourceType, Endpoint, ScramCredentialImage, ScramMechanism } from './records.ts'

export interface BrokerImage {
  readonly id: number
  readonly epoch: number
  readonly rack: string | null
  readonly endpoints: readonly Endpoint[]
  /** Registered, but not answering. */
  readonly fenced: boolean
}
export interface PartitionImage {
  /** During a reassignment the new ones and the old ones. */
  readonly replicas: readonly number[]
  /** KIP-455: of the replicas, those that a reassignment brings, and those that go when it is done. */
  readonly addingReplicas: readonly number[]
  readonly removingReplicas: readonly number[]
  readonly isr: readonly number[]
  /** -1: none. */
  readonly leader: number
  /** Higher with each new leader. */
  readonly leaderEpoch: number
  /** Higher with each change of any kind: what a compare-and-set compares. */
  readonly partitionEpoch: number
}
/** The keys that were set, by name. */
export type Configs = ReadonlyMap<string, string>

export interface TopicImage {
  readonly id: string
  readonly name: string
  /** Kafka's own: not for ordinary producers. */
  readonly internal: boolean
  readonly partitions: readonly PartitionImage[]
  readonly configs: Configs
}

export interface ClusterImage {
  /** How many records made it. */
  readonly offset: number
  readonly clusterId: string
  /** The levels that were set. What was not is at the level that the brokers begin with. */
  readonly features: ReadonlyMap<string, number>
  /** Fenced ones too. */
  readonly brokers: ReadonlyMap<number, BrokerImage>
  readonly topics: ReadonlyMap<string, TopicImage>
  /** Name by topic id. */
  readonly topicNames: ReadonlyMap<string, string>
  /** By broker id as text; '' holds the default of all brokers. */
  readonly brokerConfigs: ReadonlyMap<string, Configs>
  readonly groupConfigs: ReadonlyMap<string, Configs>
  readonly clientMetricsConfigs: ReadonlyMap<string, Configs>
  /** By aclKey. */
  readonly acls: ReadonlyMap<string, Acl>
  /** By quotaEntityKey. */
  readonly clientQuotas: ReadonlyMap<string, ClientQuotas>
  /** By user, then by mechanism. */
  readonly scramCredentials: ReadonlyMap<string, ReadonlyMap<ScramMechanism, ScramCredentialImage>>
  readonly nextProducerId: number
}

export const emptyConfigs: Configs = new Map()

export const emptyImage: ClusterImage = {
  offset: 0,
  clusterId: '',
  features: new Map(),
  brokers: new Map(),
  topics: new Map(),
  topicNames: new Map(),
  brokerConfigs: new Map(),
  groupConfigs: new Map(),
  clientMetricsConfigs: new Map(),
  acls: new Map(),
  clientQuotas: new Map(),
  scramCredentials: new Map(),
  nextProducerId: 0,
}

/** Topics whose records are Kafka's own. */
export const internalTopics: ReadonlySet<string> = new Set([
  '__consumer_offsets',
  '__transaction_state',
  '__share_group_state',
])

export function topicById(image: ClusterImage, id: string): TopicImage | undefined {
  const name = image.topicNames.get(id)
  return name === undefined ? undefined : image.topics.get(name)
}
/** Whether a broker is registered and answers. */
export function isAlive(image: ClusterImage, brokerId: number): boolean {
  return image.brokers.get(brokerId)?.fenced === false
}
/** By id. */
export function aliveBrokers(image: ClusterImage): BrokerImage[] {
  return [...image.brokers.values()].filter(({ fenced }) => !fenced).sort((one, other) => one.id - other.id)
}
/** What was set on a resource; empty where nothing was, or where there is no such resource. */
export function configsOf(image: ClusterImage, resource: ConfigResourceType, name: string): Configs {
  switch (resource) {
    case 'TOPIC':
      return image.topics.get(name)?.configs ?? emptyConfigs
    case 'BROKER':
      return image.brokerConfigs.get(name) ?? emptyConfigs
    case 'GROUP':
      return image.groupConfigs.get(name) ?? emptyConfigs
    case 'CLIENT_METRICS':
      return image.clientMetricsConfigs.get(name) ?? emptyConfigs
  }
}
