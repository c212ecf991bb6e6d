// What producers, consumers and admins tell their listeners.

import type { TopicOffsets } from './common.ts'

export interface InstrumentationEvent<T> {
  id: string
  type: string
  timestamp: number
  payload: T
}
export type RemoveInstrumentationEventListener<_T> = () => void
export type ValueOf<T> = T[keyof T]

export type ConnectEvent = InstrumentationEvent<null>
export type DisconnectEvent = InstrumentationEvent<null>

/** Times are in ms: when it was made, sent, and how long the answer took. */
interface SentRequest {
  apiKey: number
  apiName: string
  apiVersion: number
  broker: string
  clientId: string
  correlationId: number
  createdAt: number
  pendingDuration: number
  sentAt: number
}
export type RequestEvent = InstrumentationEvent<SentRequest & { duration: number; size: number }>
export type RequestTimeoutEvent = InstrumentationEvent<SentRequest>
export type RequestQueueSizeEvent = InstrumentationEvent<{ broker: string; clientId: string; queueSize: number }>

interface MemberOfGroup {
  groupId: string
  memberId: string
}
export type ConsumerHeartbeatEvent = InstrumentationEvent<MemberOfGroup & { groupGenerationId: number }>
export type ConsumerCommitOffsetsEvent = InstrumentationEvent<
  MemberOfGroup & { groupGenerationId: number; topics: TopicOffsets[] }
>
export interface IMemberAssignment {
  [key: string]: number[]
}
export type ConsumerGroupJoinEvent = InstrumentationEvent<
  MemberOfGroup & {
    duration: number
    isLeader: boolean
    leaderId: string
    groupProtocol: string
    memberAssignment: IMemberAssignment
  }
>
export type ConsumerFetchStartEvent = InstrumentationEvent<{ nodeId: number }>
export type ConsumerFetchEvent = InstrumentationEvent<{ numberOfBatches: number; duration: number; nodeId: number }>
interface IBatchProcessEvent {
  topic: string
  partition: number
  highWatermark: string
  offsetLag: string
  offsetLagLow: string
  batchSize: number
  firstOffset: string
  lastOffset: string
}
export type ConsumerStartBatchProcessEvent = InstrumentationEvent<IBatchProcessEvent>
export type ConsumerEndBatchProcessEvent = InstrumentationEvent<IBatchProcessEvent & { duration: number }>
export type ConsumerCrashEvent = InstrumentationEvent<{ error: Error; groupId: string; restart: boolean }>
export type ConsumerRebalancingEvent = InstrumentationEvent<MemberOfGroup>
export type ConsumerReceivedUnsubcribedTopicsEvent = InstrumentationEvent<
  MemberOfGroup & {
    generationId: number
    assignedTopics: string[]
    topicsSubscribed: string[]
    topicsNotSubscribed: string[]
  }
>

export interface AdminEvents {
  CONNECT: 'admin.connect'
  DISCONNECT: 'admin.disconnect'
  REQUEST: 'admin.network.request'
  REQUEST_TIMEOUT: 'admin.network.request_timeout'
  REQUEST_QUEUE_SIZE: 'admin.network.request_queue_size'
}
export interface ProducerEvents {
  CONNECT: 'producer.connect'
  DISCONNECT: 'producer.disconnect'
  REQUEST: 'producer.network.request'
  REQUEST_TIMEOUT: 'producer.network.request_timeout'
  REQUEST_QUEUE_SIZE: 'producer.network.request_queue_size'
}
export interface ConsumerEvents {
  HEARTBEAT: 'consumer.heartbeat'
  COMMIT_OFFSETS: 'consumer.commit_offsets'
  GROUP_JOIN: 'consumer.group_join'
  FETCH_START: 'consumer.fetch_start'
  FETCH: 'consumer.fetch'
  START_BATCH_PROCESS: 'consumer.start_batch_process'
  END_BATCH_PROCESS: 'consumer.end_batch_process'
  CONNECT: 'consumer.connect'
  DISCONNECT: 'consumer.disconnect'
  STOP: 'consumer.stop'
  CRASH: 'consumer.crash'
  REBALANCING: 'consumer.rebalancing'
  RECEIVED_UNSUBSCRIBED_TOPICS: 'consumer.received_unsubscribed_topics'
  REQUEST: 'consumer.network.request'
  REQUEST_TIMEOUT: 'consumer.network.request_timeout'
  REQUEST_QUEUE_SIZE: 'consumer.network.request_queue_size'
}

/** What listeners are given, by the name of the event. */
export type EventOf<Name extends string> = Name extends keyof EventsOfConsumers
  ? EventsOfConsumers[Name]
  : Name extends `${string}.connect`
    ? ConnectEvent
    : Name extends `${string}.disconnect`
      ? DisconnectEvent
      : Name extends `${string}.network.request`
        ? RequestEvent
        : Name extends `${string}.network.request_timeout`
          ? RequestTimeoutEvent
          : Name extends `${string}.network.request_queue_size`
            ? RequestQueueSizeEvent
            : InstrumentationEvent<any>
interface EventsOfConsumers {
  'consumer.heartbeat': ConsumerHeartbeatEvent
  'consumer.commit_offsets': ConsumerCommitOffsetsEvent
  'consumer.group_join': ConsumerGroupJoinEvent
  'consumer.fetch_start': ConsumerFetchStartEvent
  'consumer.fetch': ConsumerFetchEvent
  'consumer.start_batch_process': ConsumerStartBatchProcessEvent
  'consumer.end_batch_process': ConsumerEndBatchProcessEvent
  'consumer.stop': InstrumentationEvent<null>
  'consumer.crash': ConsumerCrashEvent
  'consumer.rebalancing': ConsumerRebalancingEvent
  'consumer.received_unsubscribed_topics': ConsumerReceivedUnsubcribedTopicsEvent
}

/** The listener is not waited for; what it throws is logged. Gives a function that removes it. */
export type On<Events> = <Name extends ValueOf<Events> & string>(
  eventName: Name,
  listener: (event: EventOf<Name>) => void,
) => RemoveInstrumentationEventListener<Name>
