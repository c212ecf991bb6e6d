// The producer, and what it is made with.

import type { Message, Offsets, PartitionMetadata, ProducerBatch, ProducerRecord, RecordMetadata } from './common.ts'
import type { RetryOptions, Logger } from './config.ts'
import type { On, ProducerEvents } from './events.ts'

export interface ProducerConfig {
  createPartitioner?: ICustomPartitioner
  retry?: RetryOptions
  metadataMaxAge?: number
  allowAutoTopicCreation?: boolean
  idempotent?: boolean
  transactionalId?: string
  transactionTimeout?: number
  maxInFlightRequests?: number
}

export interface PartitionerArgs {
  topic: string
  partitionMetadata: PartitionMetadata[]
  message: Message
}
export type ICustomPartitioner = () => (args: PartitionerArgs) => number
export type DefaultPartitioner = ICustomPartitioner
export type LegacyPartitioner = ICustomPartitioner

interface Sender {
  /** Resolves when the messages are acknowledged as `acks` says. */
  send(record: ProducerRecord): Promise<RecordMetadata[]>
  /** The same for several topics. */
  sendBatch(batch: ProducerBatch): Promise<RecordMetadata[]>
}
export type Producer = Sender & {
  connect(): Promise<void>
  disconnect(): Promise<void>
  isIdempotent(): boolean
  readonly events: ProducerEvents
  on: On<ProducerEvents>
  /** Begins a transaction: one at a time. */
  transaction(): Promise<Transaction>
  logger(): Logger
}
export type Transaction = Sender & {
  /** The offsets count with the transaction. */
  sendOffsets(offsets: Offsets & { consumerGroupId: string }): Promise<void>
  commit(): Promise<void>
  abort(): Promise<void>
  isActive(): boolean
}
