// The topics that Kafka keeps its own state in, as they are created when first needed.

import type { BrokerConfig } from './configs/broker-config.ts'
import type { CreatableTopic } from './create-topics.ts'

/** undefined: not an internal topic that is created by itself. */
export function internalTopic(name: string, config: BrokerConfig): CreatableTopic | undefined {
  switch (name) {
    case '__consumer_offsets':
      return topic(name, {
        numPartitions: config.number('offsets.topic.num.partitions'),
        replicationFactor: config.number('offsets.topic.replication.factor'),
        configs: {
          'cleanup.policy': 'compact',
          'compression.type': 'producer',
          'segment.bytes': config.number('offsets.topic.segment.bytes'),
        },
      })
    case '__transaction_state':
      return topic(name, {
        numPartitions: config.number('transaction.state.log.num.partitions'),
        replicationFactor: config.number('transaction.state.log.replication.factor'),
        configs: {
          'cleanup.policy': 'compact',
          'compression.type': 'uncompressed',
          'unclean.leader.election.enable': false,
          'min.insync.replicas': config.number('transaction.state.log.min.isr'),
          'segment.bytes': config.number('transaction.state.log.segment.bytes'),
        },
      })
    default:
      return undefined
  }
}
function topic(
  name: string,
  {
    configs,
    ...counts
  }: { numPartitions: number; replicationFactor: number; configs: Record<string, string | number | boolean> },
): CreatableTopic {
  return { name, ...counts, configs: Object.entries(configs).map(([name, value]) => ({ name, value: String(value) })) }
}
