// What a custom partition assigner may ask of the cluster.

import type { BrokerMetadata, PartitionMetadata, TopicOffsets } from './common.ts'

export interface CoordinatorMetadata {
  errorCode: number
  coordinator: { nodeId: number; host: string; port: number }
}
/** A broker, by its place. Its requests are kafkajs's inside, and are not offered. */
export interface Broker {
  nodeId: number
  host: string
  port: number
}
type TimeOrEnd = { fromBeginning: boolean; fromTimestamp?: never } | { fromTimestamp: number; fromBeginning?: never }

export interface Cluster {
  getNodeIds(): number[]
  metadata(): Promise<BrokerMetadata>
  isConnected(): boolean
  connect(): Promise<void>
  disconnect(): Promise<void>
  refreshMetadata(): Promise<void>
  refreshMetadataIfNecessary(): Promise<void>
  addTargetTopic(topic: string): Promise<void>
  addMultipleTargetTopics(topics: string[]): Promise<void>
  findTopicPartitionMetadata(topic: string): PartitionMetadata[]
  findLeaderForPartitions(topic: string, partitions: number[]): { [leader: string]: number[] }
  findBroker(node: { nodeId: string }): Promise<Broker>
  findControllerBroker(): Promise<Broker>
  findGroupCoordinator(group: { groupId: string }): Promise<Broker>
  findGroupCoordinatorMetadata(group: { groupId: string }): Promise<CoordinatorMetadata>
  defaultOffset(config: { fromBeginning: boolean }): number
  fetchTopicsOffset(
    topics: Array<{ topic: string; partitions: Array<{ partition: number }> } & TimeOrEnd>,
  ): Promise<TopicOffsets[]>
}
