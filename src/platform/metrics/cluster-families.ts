// The cluster and its groups under the names of kafka_exporter, which asks a cluster for them from outside: offsets of
// partitions, and how far groups lag. Here they are read where they lie.

import type { Tags } from '../../base/index.ts'
import type { BrokerNode } from '../../broker/index.ts'
import {
  aliveBrokers,
  type ClusterImage,
  type Metadata,
  type PartitionImage,
  type TopicImage,
} from '../../metadata/index.ts'
import { familyOf, type MetricFamily } from './metric-family.ts'

export interface ObservedCluster {
  readonly metadata: Metadata
  readonly nodes: readonly BrokerNode[]
}
type Readings = Iterable<readonly [value: number, labels?: Tags]>
/** Of one partition; undefined: there is nothing to tell. */
type OfPartition = (
  partition: PartitionImage,
  place: { readonly topic: TopicImage; readonly index: number },
) => number | undefined

export function clusterFamilies(cluster: ObservedCluster): MetricFamily[] {
  const { metadata } = cluster
  const { image } = metadata
  const gauge = (name: string, help: string, readings: () => Readings) =>
    familyOf({ name: `kafka_${name}`, type: 'gauge', help }, readings)
  const perPartition = (name: string, help: string, valueOf: OfPartition) =>
    gauge(`topic_partition_${name}`, help, () => partitionReadings(image, valueOf))
  const log: (valueOf: (log: PartitionLog) => number) => OfPartition =
    valueOf =>
    ({ leader }, { topic, index }) => {
      const found = logOf(cluster, { leader, topicId: topic.id, index })
      return found && valueOf(found)
    }
  return [
    gauge('brokers', 'Brokers that answer', () => [[aliveBrokers(image).length]]),
    gauge('broker_info', 'A broker, and where it is reached', () =>
      aliveBrokers(image).map(({ id, endpoints: [first] }) => [
        1,
        { id: String(id), address: first === undefined ? '' : `${first.host}:${first.port}` },
      ]),
    ),
    gauge('topic_partitions', 'Partitions of a topic', () =>
      [...image.topics.values()].map(({ name, partitions }) => [partitions.length, { topic: name }]),
    ),
    perPartition(
      'current_offset',
      'The offset behind the last record that consumers see',
      log(found => found.highWatermark),
    ),
    perPartition(
      'oldest_offset',
      'The first offset that can be read',
      log(found => found.logStartOffset),
    ),
    perPartition('leader', 'The broker that leads a partition; -1: none', ({ leader }) => leader),
    perPartition('leader_is_preferred', '1 where the first replica leads', ({ leader, replicas }) =>
      Number(leader === replicas[0]),
    ),
    perPartition('replicas', 'Replicas of a partition', ({ replicas }) => replicas.length),
    perPartition('in_sync_replica', 'Replicas of a partition that are in sync', ({ isr }) => isr.length),
    perPartition(
      'under_replicated_partition',
      '1 where fewer replicas are in sync than there are',
      ({ isr, replicas }) => Number(isr.length < replicas.length),
    ),
    gauge('consumergroup_members', 'Members of a group', () => membersOf(cluster)),
    gauge('consumergroup_current_offset', 'The offset that a group has committed', () =>
      groupReadings(cluster, ({ offset }) => offset),
    ),
    gauge('consumergroup_lag', 'Records that a group has yet to read', () => groupReadings(cluster, ({ lag }) => lag)),
    gauge(
      'consumergroup_current_offset_sum',
      'The offsets that a group has committed, of all partitions of a topic',
      () => groupSums(cluster, ({ offset }) => offset),
    ),
    gauge('consumergroup_lag_sum', 'Records that a group has yet to read, of all partitions of a topic', () =>
      groupSums(cluster, ({ lag }) => lag),
    ),
  ]
}

type PartitionLog = NonNullable<ReturnType<typeof logOf>>
function logOf(
  { nodes }: ObservedCluster,
  { leader, topicId, index }: { readonly leader: number; readonly topicId: string; readonly index: number },
) {
  const found = nodes
    .find(({ nodeId }) => nodeId === leader)
    ?.context.partitions.byId(topicId)
    .find(index)
  return found === undefined || typeof found === 'string' ? undefined : found.log
}

/** Made once for each topic, as long as it stays as it is. */
const partitionLabels = new WeakMap<TopicImage, readonly Tags[]>()
function labelsOf(topic: TopicImage): readonly Tags[] {
  let labels = partitionLabels.get(topic)
  if (labels === undefined) {
    labels = topic.partitions.map((_, index) => ({ topic: topic.name, partition: String(index) }))
    partitionLabels.set(topic, labels)
  }
  return labels
}
function* partitionReadings({ topics }: ClusterImage, valueOf: OfPartition): Readings {
  for (const topic of topics.values()) {
    const labels = labelsOf(topic)
    for (const [index, partition] of topic.partitions.entries()) {
      const value = valueOf(partition, { topic, index })
      if (value !== undefined) yield [value, labels[index]!]
    }
  }
}

interface Progress {
  readonly consumergroup: string
  readonly topic: string
  readonly partition: number
  readonly offset: number
  /** Never below 0: a topic may have been made anew since. */
  readonly lag: number
}
/** What groups have committed, of topics that are there. Partitions of a topic come one after the other. */
function* progressOf(cluster: ObservedCluster): Iterable<Progress> {
  const { topics } = cluster.metadata.image
  for (const { context } of cluster.nodes)
    for (const { groupId: consumergroup, offsets } of context.groups.groups())
      for (const [topic, ofTopic] of offsets) {
        const image = topics.get(topic)
        for (const [partition, { offset }] of ofTopic) {
          const leader = image?.partitions[partition]?.leader ?? -1
          const log = image && logOf(cluster, { leader, topicId: image.id, index: partition })
          if (log !== undefined)
            yield { consumergroup, topic, partition, offset, lag: Math.max(0, log.highWatermark - offset) }
        }
      }
}
function* membersOf({ nodes }: ObservedCluster): Readings {
  for (const { context } of nodes)
    for (const { groupId, memberCount } of context.groups.groups()) yield [memberCount, { consumergroup: groupId }]
}
function* groupReadings(cluster: ObservedCluster, valueOf: (progress: Progress) => number): Readings {
  for (const progress of progressOf(cluster)) {
    const { consumergroup, topic, partition } = progress
    yield [valueOf(progress), { consumergroup, topic, partition: String(partition) }]
  }
}
function* groupSums(cluster: ObservedCluster, valueOf: (progress: Progress) => number): Readings {
  let labels: { readonly consumergroup: string; readonly topic: string } | undefined,
    sum = 0
  for (const progress of progressOf(cluster)) {
    const { consumergroup, topic } = progress
    if (labels !== undefined && (labels.consumergroup !== consumergroup || labels.topic !== topic)) {
      yield [sum, labels]
      sum = 0
    }
    labels = { consumergroup, topic }
    sum += valueOf(progress)
  }
  if (labels !== undefined) yield [sum, labels]
}
