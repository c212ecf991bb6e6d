// The consumer, what it is made with, and what its handlers are given.

import type { Cluster } from './cluster.ts'
import type { KafkaMessage, Offsets, OffsetsByTopicPartition } from './common.ts'
import type { TopicPartitionOffset, TopicPartitionOffsetAndMetadata, TopicPartitions } from './common.ts'
import type { Logger, RetryOptions } from './config.ts'
import type { ConsumerEvents, On } from './events.ts'

export interface ConsumerConfig {
  groupId: string
  partitionAssigners?: PartitionAssigner[]
  metadataMaxAge?: number
  /** ms without a heartbeat after which the member is taken for dead: 30000. */
  sessionTimeout?: number
  /** ms that a rebalance waits for its members: 60000. */
  rebalanceTimeout?: number
  /** ms: 3000. */
  heartbeatInterval?: number
  maxBytesPerPartition?: number
  minBytes?: number
  maxBytes?: number
  /** ms that a broker waits for `minBytes`: 5000. */
  maxWaitTimeInMs?: number
  retry?: RetryOptions & { restartOnFailure?: (err: Error) => Promise<boolean> }
  allowAutoTopicCreation?: boolean
  maxInFlightRequests?: number
  readUncommitted?: boolean
  rackId?: string
}

export interface Assignment {
  [topic: string]: number[]
}
export interface GroupMember {
  memberId: string
  memberMetadata: Buffer
}
export interface GroupMemberAssignment {
  memberId: string
  memberAssignment: Buffer
}
export interface GroupState {
  name: string
  metadata: Buffer
}
/** How a group divides its partitions: the leader's `assign` is asked. */
export interface Assigner {
  name: string
  version: number
  assign(group: { members: GroupMember[]; topics: string[] }): Promise<GroupMemberAssignment[]>
  protocol(subscription: { topics: string[] }): GroupState
}
export type PartitionAssigner = (config: { cluster: Cluster; groupId: string; logger: Logger }) => Assigner

export interface ISerializer<T> {
  encode(value: T): Buffer
  decode(buffer: Buffer): T | null
}
export interface MemberMetadata {
  version: number
  topics: string[]
  userData: Buffer
}
export interface MemberAssignment {
  version: number
  assignment: Assignment
  userData: Buffer
}

export interface Batch {
  topic: string
  partition: number
  highWatermark: string
  messages: KafkaMessage[]
  isEmpty(): boolean
  firstOffset(): string | null
  lastOffset(): string
  /** How far the last message is behind the end of the partition. */
  offsetLag(): string
  /** How far the first one is. */
  offsetLagLow(): string
}
export interface EachMessagePayload {
  topic: string
  partition: number
  message: KafkaMessage
  heartbeat(): Promise<void>
  /** Nothing more of this partition, until the function that it gives is called. */
  pause(): () => void
}
export interface EachBatchPayload {
  batch: Batch
  /** All up to this offset is dealt with. */
  resolveOffset(offset: string): void
  heartbeat(): Promise<void>
  pause(): () => void
  commitOffsetsIfNecessary(offsets?: Offsets): Promise<void>
  uncommittedOffsets(): OffsetsByTopicPartition
  isRunning(): boolean
  /** The partition was sought elsewhere: the rest of the batch is not wanted. */
  isStale(): boolean
}
export type ConsumerEachMessagePayload = EachMessagePayload
export type ConsumerEachBatchPayload = EachBatchPayload
export type EachBatchHandler = (payload: EachBatchPayload) => Promise<void>
export type EachMessageHandler = (payload: EachMessagePayload) => Promise<void>

export interface ConsumerRunConfig {
  autoCommit?: boolean
  /** ms between commits inside a batch. */
  autoCommitInterval?: number | null
  /** Resolved messages between commits inside a batch. */
  autoCommitThreshold?: number | null
  eachBatchAutoResolve?: boolean
  partitionsConsumedConcurrently?: number
  eachBatch?: EachBatchHandler
  eachMessage?: EachMessageHandler
}
export interface ConsumerSubscribeTopic {
  topic: string | RegExp
  fromBeginning?: boolean
}
export interface ConsumerSubscribeTopics {
  topics: (string | RegExp)[]
  fromBeginning?: boolean
}

export interface MemberDescription {
  clientHost: string
  clientId: string
  memberId: string
  memberAssignment: Buffer
  memberMetadata: Buffer
}
export type ConsumerGroupState = 'Unknown' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead' | 'Empty'
export interface GroupDescription {
  groupId: string
  members: MemberDescription[]
  protocol: string
  protocolType: string
  state: ConsumerGroupState
}

export interface Consumer {
  connect(): Promise<void>
  disconnect(): Promise<void>
  subscribe(subscription: ConsumerSubscribeTopics | ConsumerSubscribeTopic): Promise<void>
  stop(): Promise<void>
  /** Resolves when the consumer has joined its group for the first time. */
  run(config?: ConsumerRunConfig): Promise<void>
  commitOffsets(topicPartitions: Array<TopicPartitionOffsetAndMetadata>): Promise<void>
  seek(topicPartitionOffset: TopicPartitionOffset): void
  describeGroup(): Promise<GroupDescription>
  pause(topics: Array<{ topic: string; partitions?: number[] }>): void
  paused(): TopicPartitions[]
  resume(topics: Array<{ topic: string; partitions?: number[] }>): void
  on: On<ConsumerEvents>
  logger(): Logger
  readonly events: ConsumerEvents
}
