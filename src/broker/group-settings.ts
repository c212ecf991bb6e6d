// What the coordinator of groups is told by the broker: its configuration under Kafka's names, and which topics there are.

import type { ConsumerGroupConfig, GroupConfig, TopicNames } from '../coordinator/index.ts'
import { configsOf, type BrokerConfig, type Metadata } from '../metadata/index.ts'
import type { CompressionCodec } from '../protocol/index.ts'

interface Source {
  readonly metadata: Metadata
  readonly config: () => BrokerConfig
}

export function groupSettingsOf(source: Source): {
  readonly config: GroupConfig
  partitionCount(): number
  readonly topics: TopicNames
} {
  const { metadata, config } = source
  return {
    config: groupConfigOf(source),
    partitionCount: () =>
      metadata.image.topics.get('__consumer_offsets')?.partitions.length ??
      config().number('offsets.topic.num.partitions'),
    topics: topicNamesOf(metadata),
  }
}

/** By the numbers that batches carry, too. */
const codecs: readonly CompressionCodec[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd']

function groupConfigOf(source: Source): GroupConfig {
  const config = source.config()
  return {
    sessionTimeoutMsMin: config.number('group.min.session.timeout.ms'),
    sessionTimeoutMsMax: config.number('group.max.session.timeout.ms'),
    initialRebalanceDelayMs: config.number('group.initial.rebalance.delay.ms'),
    groupSizeMax: config.number('group.max.size'),
    offsetMetadataSizeMax: config.number('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.number('offsets.retention.minutes') * 60_000,
    offsetsRetentionCheckIntervalMs: config.number('offsets.retention.check.interval.ms'),
    commitTimeoutMs: config.number('offsets.commit.timeout.ms'),
    compression: codecs[config.number('offsets.topic.compression.codec')] ?? 'none',
    consumer: consumerGroupConfigOf(source),
  }
}
function consumerGroupConfigOf({ metadata, config }: Source): ConsumerGroupConfig {
  const policy = config().string('group.consumer.migration.policy')?.toUpperCase()
  const ofGroup = (groupId: string, name: string): number | undefined => {
    const value = configsOf(metadata.image, 'GROUP', groupId).get(name)
    return value === undefined ? undefined : Number(value)
  }
  return {
    isEnabled: config().list('group.coordinator.rebalance.protocols').includes('consumer'),
    sizeMax: config().number('group.consumer.max.size'),
    assignors: config().list('group.consumer.assignors'),
    upgrades: policy === 'UPGRADE' || policy === 'BIDIRECTIONAL',
    downgrades: policy === 'DOWNGRADE' || policy === 'BIDIRECTIONAL',
    sessionTimeoutMs: groupId =>
      ofGroup(groupId, 'consumer.session.timeout.ms') ?? config().number('group.consumer.session.timeout.ms'),
    heartbeatIntervalMs: groupId =>
      ofGroup(groupId, 'consumer.heartbeat.interval.ms') ?? config().number('group.consumer.heartbeat.interval.ms'),
  }
}

function topicNamesOf(metadata: Metadata): TopicNames {
  let seen = metadata.image.topics,
    version = 0
  return {
    get version() {
      if (metadata.image.topics !== seen) version++
      seen = metadata.image.topics
      return version
    },
    names: () => metadata.image.topics.keys(),
    byName(name) {
      const topic = metadata.image.topics.get(name)
      return topic && { topicId: topic.id, partitionCount: topic.partitions.length }
    },
    nameOf: topicId => metadata.image.topicNames.get(topicId),
  }
}
