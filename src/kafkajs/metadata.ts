// What the cluster says of topics, in kafkajs's shape.

import type { Cluster, TopicInfo } from '../client/index.ts'
import { errorCode } from '../protocol/index.ts'
import { retrying, type RetrySettings, type RetryWorld } from './retry.ts'
import type { PartitionMetadata } from './types/common.ts'

export function partitionMetadata({ partitions }: TopicInfo): PartitionMetadata[] {
  return partitions.map(({ partition, error, leader, replicas, isr }) => ({
    partitionErrorCode: errorCode(error),
    partitionId: partition,
    leader,
    replicas: [...replicas],
    isr: [...isr],
    offlineReplicas: [],
  }))
}

/**
 * Learns of these topics, and has them made where that is allowed; anew where fewer partitions are known than `wanted`.
 * Throws what the cluster says against one of them.
 */
export async function learnTopics(
  world: RetryWorld,
  cluster: Cluster,
  topics: readonly string[],
  {
    autoCreate,
    retry,
    wanted = () => 0,
  }: {
    readonly autoCreate: boolean
    readonly retry: RetrySettings
    readonly wanted?: (topic: string) => number
  },
): Promise<TopicInfo[]> {
  return Promise.all(
    topics.map(topic =>
      retrying(world, retry, async () => {
        const known = await cluster.topic(topic, { autoCreate })
        if (known.partitions.length >= wanted(topic)) return known
        const [grown] = await cluster.refresh([topic])
        return grown ?? known
      }),
    ),
  )
}
