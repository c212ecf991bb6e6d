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

/** Learns of these topics, and has them made where that is allowed. Throws what the cluster says against one of them. */
export async function learnTopics(
  world: RetryWorld,
  cluster: Cluster,
  topics: readonly string[],
  { autoCreate, retry }: { readonly autoCreate: boolean; readonly retry: RetrySettings },
): Promise<TopicInfo[]> {
  return Promise.all(topics.map(topic => retrying(world, retry, () => cluster.topic(topic, { autoCreate }))))
}
