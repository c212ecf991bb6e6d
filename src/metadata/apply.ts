// Records make images: `apply` is the only way from one to the next, and sees nothing but the image and the records, so a
// log that is read again gives the same image. Many records at once copy each map once.

import { aclKey } from './acls.ts'
import { quotaEntityKey } from './client-quotas.ts'
import { type ClusterImage, type Configs, emptyImage, internalTopics, type TopicImage, topicById } from './image.ts'
import type { ConfigResourceType, MetadataRecord, NewPartition } from './records.ts'

export function apply(image: ClusterImage, records: Iterable<MetadataRecord>): ClusterImage {
  const next = new ImageBuilder(image)
  for (const record of records) next.apply(record)
  return next.image
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }
/** The maps of an image that hold configs, by what they belong to. Those of a topic lie in the topic. */
const configMaps = {
  BROKER: 'brokerConfigs',
  GROUP: 'groupConfigs',
  CLIENT_METRICS: 'clientMetricsConfigs',
} as const satisfies Record<Exclude<ConfigResourceType, 'TOPIC'>, keyof ClusterImage>

/** An image in the making. Who looks at `image` before it is done must not keep it: its maps still change. */
export class ImageBuilder {
  readonly image: Mutable<ClusterImage>
  /** What was made here, and so may be changed until the image is given away. */
  readonly #own = new Set<unknown>()
  constructor(image: ClusterImage) {
    this.image = { ...image }
  }

  apply(record: MetadataRecord): void {
    const { image } = this
    image.offset++
    switch (record.type) {
      case 'clusterCreated':
        image.clusterId = record.clusterId
        break
      case 'featureSet':
        this.#map('features').set(record.feature, record.level)
        break
      case 'brokerRegistered': {
        const { brokerId: id, brokerEpoch: epoch, rack, endpoints } = record
        this.#map('brokers').set(id, { id, epoch, rack, endpoints, fenced: false })
        break
      }
      case 'brokerFenced': {
        const broker = expect(image.brokers.get(record.brokerId), record)
        this.#map('brokers').set(broker.id, { ...broker, fenced: true })
        break
      }
      case 'brokerUnregistered':
        this.#map('brokers').delete(record.brokerId)
        break
      case 'topicCreated': {
        const { topic: name, topicId: id, partitions } = record
        this.#map('topicNames').set(id, name)
        const topic = { id, name, internal: internalTopics.has(name), partitions: [], configs: new Map() }
        this.#putTopic({ ...topic, partitions: partitions.map(fresh) })
        break
      }
      case 'partitionsAdded': {
        const topic = this.#topic(record)
        this.#putTopic({ ...topic, partitions: [...topic.partitions, ...record.partitions.map(fresh)] })
        break
      }
      case 'partitionChanged': {
        const topic = this.#topic(record)
        const { partition: index, leader, isr, leaderEpoch, partitionEpoch } = record
        const before = expect(topic.partitions[index], record)
        const partitions = this.#owned(topic.partitions) ? topic.partitions : [...topic.partitions]
        const { replicas, addingReplicas, removingReplicas } = { ...before, ...record }
        const after = { replicas, addingReplicas, removingReplicas, isr, leader, leaderEpoch, partitionEpoch }
        ;(partitions as Mutable<typeof partitions>)[index] = after
        if (partitions !== topic.partitions) this.#putTopic({ ...topic, partitions })
        this.#own.add(partitions)
        break
      }
      case 'topicDeleted': {
        const topic = this.#topic(record)
        this.#map('topicNames').delete(topic.id)
        this.#map('topics').delete(topic.name)
        break
      }
      case 'configChanged':
        this.#setConfig(record)
        break
      case 'clientQuotaChanged': {
        const { entity, key: name, value } = record
        const key = quotaEntityKey(entity)
        const values = changed(image.clientQuotas.get(key)?.values ?? new Map<string, number>(), name, value)
        if (values.size > 0) this.#map('clientQuotas').set(key, { entity, values })
        else this.#map('clientQuotas').delete(key)
        break
      }
      case 'scramCredentialSet': {
        const { user, mechanism, credential } = record
        this.#map('scramCredentials').set(user, new Map(image.scramCredentials.get(user)).set(mechanism, credential))
        break
      }
      case 'scramCredentialRemoved': {
        const left = new Map(image.scramCredentials.get(record.user))
        left.delete(record.mechanism)
        if (left.size > 0) this.#map('scramCredentials').set(record.user, left)
        else this.#map('scramCredentials').delete(record.user)
        break
      }
      case 'aclCreated':
        this.#map('acls').set(aclKey(record.acl), record.acl)
        break
      case 'aclDeleted':
        this.#map('acls').delete(aclKey(record.acl))
        break
      case 'producerIdsAllocated':
        image.nextProducerId = record.next
        break
      default:
        // A newer Millrace wrote it: to go on without it would be to guess.
        throw new TypeError(`unknown metadata record ${JSON.stringify(record satisfies never)}`)
    }
  }

  #setConfig(record: MetadataRecord & { type: 'configChanged' }): void {
    const { resource, name, key, value } = record
    if (resource === 'TOPIC') {
      const topic = expect(this.image.topics.get(name), record)
      this.#putTopic({ ...topic, configs: changed(topic.configs, key, value) })
      return
    }
    const maps = this.#map(configMaps[resource])
    const configs = changed(maps.get(name) ?? new Map(), key, value)
    if (configs.size > 0) maps.set(name, configs)
    else maps.delete(name)
  }
  #topic(record: MetadataRecord & { topicId: string }): TopicImage {
    return expect(topicById(this.image, record.topicId), record)
  }
  #putTopic(topic: TopicImage): void {
    this.#map('topics').set(topic.name, topic)
  }
  #owned(part: unknown): boolean {
    return this.#own.has(part)
  }
  /** A map of the image that may be changed: copied when first asked for. */
  #map<K extends MapsOf<ClusterImage>>(name: K): MutableMap<ClusterImage[K]> {
    if (!this.#owned(this.image[name])) {
      const copy = new Map<any, any>(this.image[name]) as unknown as ClusterImage[K] // of the same type: a copy
      this.#own.add(copy)
      this.image[name] = copy
    }
    return this.image[name] as unknown as MutableMap<ClusterImage[K]>
  }
}
type MapsOf<T> = { [K in keyof T]: T[K] extends ReadonlyMap<any, any> ? K : never }[keyof T]
type MutableMap<M> = M extends ReadonlyMap<infer K, infer V> ? Map<K, V> : never

const none: readonly number[] = []
const fresh = (partition: NewPartition) => ({
  ...partition,
  addingReplicas: none,
  removingReplicas: none,
  leaderEpoch: 0,
  partitionEpoch: 0,
})

function changed<V>(values: ReadonlyMap<string, V>, key: string, value: V | null): ReadonlyMap<string, V> {
  const next = new Map(values)
  if (value === null) next.delete(key)
  else next.set(key, value)
  return next
}
/** A record about what does not exist was decided on another log: a bug, or a file that somebody edited. */
function expect<T>(found: T | undefined, record: MetadataRecord): T {
  if (found === undefined) throw new TypeError(`metadata record without its object: ${JSON.stringify(record)}`)
  return found
}

/** The image that a snapshot stands for. */
export function imageOf({ records, end }: { records: Iterable<MetadataRecord>; end: number }): ClusterImage {
  return { ...apply(emptyImage, records), offset: end }
}

/** The records that make an image anew, in place of the whole history. */
export function snapshotOf(image: ClusterImage): MetadataRecord[] {
  const records: MetadataRecord[] = [{ type: 'clusterCreated', clusterId: image.clusterId }]
  for (const [feature, level] of image.features) records.push({ type: 'featureSet', feature, level })
  for (const { id: brokerId, epoch: brokerEpoch, rack, endpoints, fenced } of image.brokers.values()) {
    records.push({ type: 'brokerRegistered', brokerId, brokerEpoch, rack, endpoints })
    if (fenced) records.push({ type: 'brokerFenced', brokerId })
  }
  for (const topic of image.topics.values()) {
    const partitions = topic.partitions.map(({ replicas, isr, leader }) => ({ replicas, isr, leader }))
    records.push({ type: 'topicCreated', topic: topic.name, topicId: topic.id, partitions })
    for (const [partition, { replicas: _, ...state }] of topic.partitions.entries())
      if (state.partitionEpoch > 0) records.push({ type: 'partitionChanged', topicId: topic.id, partition, ...state })
    records.push(...configRecords('TOPIC', topic.name, topic.configs))
  }
  for (const [resource, map] of Object.entries(configMaps))
    for (const [name, configs] of image[map])
      records.push(...configRecords(resource as keyof typeof configMaps, name, configs))
  for (const { entity, values } of image.clientQuotas.values())
    for (const [key, value] of values) records.push({ type: 'clientQuotaChanged', entity, key, value })
  for (const [user, credentials] of image.scramCredentials)
    for (const [mechanism, credential] of credentials)
      records.push({ type: 'scramCredentialSet', user, mechanism, credential })
  for (const acl of image.acls.values()) records.push({ type: 'aclCreated', acl })
  if (image.nextProducerId > 0) records.push({ type: 'producerIdsAllocated', brokerId: -1, next: image.nextProducerId })
  return records
}
function configRecords(resource: ConfigResourceType, name: string, configs: Configs): MetadataRecord[] {
  return [...configs].map(([key, value]) => ({ type: 'configChanged', resource, name, key, value }))
}
