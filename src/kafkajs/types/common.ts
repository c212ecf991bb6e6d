// Topics, partitions and offsets, as producers, consumers and admins all name them. Offsets are decimal text.

import type { CompressionTypes } from './enumerations.ts'

export interface TopicPartition {
  topic: string
  partition: number
}
export type TopicPartitionOffset = TopicPartition & { offset: string }
export type TopicPartitionOffsetAndMetadata = TopicPartitionOffset & { metadata?: string | null }
export interface TopicPartitions {
  topic: string
  partitions: number[]
}
export interface PartitionOffset {
  partition: number
  offset: string
}
export type SeekEntry = PartitionOffset
export interface TopicOffsets {
  topic: string
  partitions: PartitionOffset[]
}
export interface Offsets {
  topics: TopicOffsets[]
}
export interface OffsetsByTopicPartition {
  topics: TopicOffsets[]
}

export interface PartitionMetadata {
  partitionErrorCode: number
  partitionId: number
  /** −1: nobody leads it. */
  leader: number
  replicas: number[]
  isr: number[]
  offlineReplicas?: number[]
}
export interface BrokerMetadata {
  brokers: Array<{ nodeId: number; host: string; port: number; rack?: string }>
  topicMetadata: Array<{ topicErrorCode: number; topic: string; partitionMetadata: PartitionMetadata[] }>
}

export interface IHeaders {
  [key: string]: Buffer | string | (Buffer | string)[] | undefined
}
export interface Message {
  key?: Buffer | string | null
  value: Buffer | string | null
  partition?: number
  headers?: IHeaders
  timestamp?: string
}
interface MessageSetEntry {
  key: Buffer | null
  value: Buffer | null
  timestamp: string
  attributes: number
  offset: string
  size: number
  headers?: never
}
interface RecordBatchEntry {
  key: Buffer | null
  value: Buffer | null
  timestamp: string
  attributes: number
  offset: string
  headers: IHeaders
  size?: never
}
export type KafkaMessage = MessageSetEntry | RecordBatchEntry

export interface ProducerRecord {
  topic: string
  messages: Message[]
  /** −1: all replicas in sync, which is the default; 1: the leader; 0: nobody. */
  acks?: number
  /** ms that the brokers may take: 30000. */
  timeout?: number
  compression?: CompressionTypes
}
export interface TopicMessages {
  topic: string
  messages: Message[]
}
export interface ProducerBatch {
  acks?: number
  timeout?: number
  compression?: CompressionTypes
  topicMessages?: TopicMessages[]
}
/** Where the messages of one request to one partition went. */
export interface RecordMetadata {
  topicName: string
  partition: number
  errorCode: number
  offset?: string
  timestamp?: string
  baseOffset?: string
  logAppendTime?: string
  logStartOffset?: string
}
