// What the coordinator of groups is told by the broker: its configuration under Kafka's names, and which topics there are.

import type { GroupConfig, TopicNames } from '../coordinator/index.ts'
import type { BrokerConfig, Metadata } from '../metadata/index.ts'

export function groupConfigOf(config: BrokerConfig): GroupConfig {
  return {
    sessionTimeoutMsMin: config.number('group.min.session.timeout.ms'),
    sessionTimeoutMsMax: config.number('group.max.session.timeout.ms'),
    initialRebalanceDelayMs: config.number('group.initial.rebalance.delay.ms'),
    groupSizeMax: config.number('group.max.size'),
    offsetMetadataSizeMax: config.number('offset.metadata.max.bytes'),
    offsetsRetentionMs: config.number('offsets.retention.minutes') * 60_000,
    offsetsRetentionCheckIntervalMs: config.number('offsets.retention.check.interval.ms'),
  }
}

export function topicNamesOf(
  metadata: Metadata,
  config: () => BrokerConfig,
): { partitionCount(): number; readonly topics: TopicNames } {
  return {
    partitionCount: () =>
      metadata.image.topics.get('__consumer_offsets')?.partitions.length ??
      config().number('offsets.topic.num.partitions'),
    topics: {
      byName(name) {
        const topic = metadata.image.topics.get(name)
        return topic && { topicId: topic.id, partitionCount: topic.partitions.length }
      },
      nameOf: topicId => metadata.image.topicNames.get(topicId),
    },
  }
}
