// One run of a consumer in its group: polls, hands batches to the application's handlers, stores what they have dealt with.
//
// A partition whose batch is being dealt with is paused, so that the polling goes on and a rebalance is noticed at once. It
// waits for the handlers of the partitions that are given up, which learn of it where they ask for a heartbeat.

import {
  Cluster,
  Consumer as ClientConsumer,
  type ClusterOptions,
  type ConsumerObserver,
  type ConsumerOptions,
  type JoinedGroup,
  type RecordBatch,
  type TopicPartition,
} from '../../client/index.ts'
import type { Connections } from '../connections.ts'
import { errorOf, isRebalancing, protocolError } from '../error-of.ts'
import { KafkaJSNonRetriableError, KafkaJSNumberOfRetriesExceeded } from '../errors.ts'
import { consumerEvents, type Instrumentation } from '../instrumentation.ts'
import { earliestOffset, latestOffset, offsetOf } from '../offsets.ts'
import type { RetrySettings } from '../retry.ts'
import type { TopicOffsets } from '../types/common.ts'
import type { Logger } from '../types/config.ts'
import type { ConsumerRunConfig } from '../types/consumer.ts'
import type { ConsumerEvents } from '../types/events.ts'
import { batchOf, type FetchedBatch } from './batch.ts'
import { Concurrency } from './concurrency.ts'
import { handlerOf, type HandlerOutside } from './handlers.ts'
import { OffsetTracker } from './offset-tracker.ts'
import { Pauses } from './pauses.ts'

export interface ReadingOptions {
  readonly groupId: string
  readonly topics: ReadonlyMap<string, { readonly fromBeginning: boolean }>
  readonly cluster: ClusterOptions
  readonly consumer: ConsumerOptions
  readonly run: ConsumerRunConfig
  readonly retry: RetrySettings
  readonly heartbeatIntervalMs: number
}
export interface ReadingOutside {
  readonly connections: Connections
  readonly instrumentation: Instrumentation<ConsumerEvents>
  readonly logger: Logger
  /** It has ended by itself, of this. */
  crashed(error: Error): void
}
const { COMMIT_OFFSETS, FETCH, FETCH_START, GROUP_JOIN, HEARTBEAT, REBALANCING, RECEIVED_UNSUBSCRIBED_TOPICS } =
  consumerEvents

export class Reading {
  readonly joined: Promise<void>
  readonly #outside: ReadingOutside
  readonly #options: ReadingOptions
  readonly #consumer: ClientConsumer
  readonly #tracker: OffsetTracker
  readonly #pauses = new Pauses()
  readonly #work: Concurrency
  readonly #handle: (batch: FetchedBatch) => Promise<void>
  readonly #ending = new AbortController()
  readonly #busy = new Map<string, Promise<void>>()
  /** Sought while a batch was being dealt with, or before the partition was assigned. */
  readonly #sought = new Map<string, number>()
  #member: JoinedGroup | undefined
  #isRunning = true
  #isRebalancing = false
  #failures = 0
  #tellJoined!: () => void
  readonly #polling: Promise<void>

  constructor(outside: ReadingOutside, options: ReadingOptions) {
    this.#outside = outside
    this.#options = options
    const { autoCommitInterval = null, autoCommitThreshold = null, partitionsConsumedConcurrently = 1 } = options.run
    this.#tracker = new OffsetTracker(
      { intervalMs: autoCommitInterval, threshold: autoCommitThreshold },
      outside.connections.clock.now(),
    )
    this.#work = new Concurrency(partitionsConsumedConcurrently)
    this.#handle = handlerOf(options.run, this.#handlerOutside())
    this.joined = new Promise(resolve => {
      this.#tellJoined = resolve
    })
    this.#consumer = new ClientConsumer(new Cluster(options.cluster), {
      ...options.consumer,
      observer: this.#observer(),
      onAssigned: partitions => this.#assigned(partitions),
      onRevoked: partitions => this.#givenUp(partitions, true),
      onLost: partitions => this.#givenUp(partitions, false),
    })
    this.#consumer.subscribe([...options.topics.keys()])
    this.#polling = this.#poll()
  }

  /** Waits for the handlers, and leaves the group. */
  async stop(): Promise<void> {
    this.#isRunning = false
    this.#ending.abort()
    await this.#polling
    await this.#work.idle()
    await this.#consumer.close()
    this.#tellJoined()
  }
  async commit(topics: readonly TopicOffsets[]): Promise<void> {
    await this.#commit(topics)
  }
  seek(topic: string, partition: number, offset: number): void {
    const place = { topic, partition }
    this.#sought.set(keyOf(place), offset)
    if (this.#tracker.has(topic, partition) && !this.#busy.has(keyOf(place))) this.#applySeek(place)
  }
  pause(selections: Parameters<Pauses['pause']>[0]): void {
    this.#pauses.pause(selections)
    for (const place of this.#consumer.assignment) this.#holdOrRelease(place)
  }
  resume(selections: Parameters<Pauses['resume']>[0]): void {
    this.#pauses.resume(selections)
    for (const place of this.#consumer.assignment) this.#holdOrRelease(place)
  }
  /** Of those that are assigned. */
  get paused(): TopicPartition[] {
    return this.#consumer.assignment.filter(({ topic, partition }) => this.#pauses.has(topic, partition))
  }

  async #poll(): Promise<void> {
    const { signal } = this.#ending
    while (this.#isRunning) {
      try {
        const batches = await this.#consumer.poll({ signal })
        for (const ofPartition of Map.groupBy(batches, keyOf).values())
          this.#begin(ofPartition as [RecordBatch, ...RecordBatch[]])
        await this.#passOver()
      } catch (error) {
        if (!this.#isRunning) return
        if (await this.#failed(errorOf(error))) return
      }
    }
  }
  #begin(batches: readonly [RecordBatch, ...RecordBatch[]]): void {
    const [place] = batches
    const { topic, partition } = place
    const key = keyOf(place)
    const batch = batchOf(batches, this.#consumer.position(place))
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#busy.set(key, promise)
    this.#consumer.pause([place])
    this.#work.add(async () => {
      try {
        if (this.#isRunning && !this.#pauses.has(topic, partition) && this.#tracker.has(topic, partition))
          await this.#handle(batch)
        this.#failures = 0
      } catch (error) {
        await this.#handlerFailed(error)
      } finally {
        this.#busy.delete(key)
        this.#goOn(place, batch)
        resolve()
      }
    })
  }
  /** What was sought takes the place of where the handler has come to; what it has not dealt with comes again. */
  #goOn(place: TopicPartition, batch: FetchedBatch): void {
    const { topic, partition } = place
    if (!this.#tracker.has(topic, partition)) return
    const reached = this.#tracker.resolved(topic, partition) ?? Number(batch.firstOffset())
    if (this.#sought.has(keyOf(place))) this.#applySeek(place)
    else if (reached !== batch.nextOffset) this.#consumer.seek({ topic, partition, offset: reached })
    this.#holdOrRelease(place)
  }
  /** Markers and aborted messages reach no handler, and are dealt with when they were passed. */
  async #passOver(): Promise<void> {
    let hasPassed = false
    for (const place of this.#consumer.assignment) {
      const { topic, partition } = place
      const position = this.#consumer.position(place)
      const resolved = this.#tracker.resolved(topic, partition)
      if (this.#busy.has(keyOf(place)) || position === undefined || resolved === undefined) continue
      if (position <= resolved) continue
      this.#tracker.resolve(topic, partition, position)
      hasPassed = true
    }
    if (hasPassed) await this.#autoCommit()
  }

  #applySeek(place: TopicPartition): void {
    const { topic, partition } = place
    const sought = this.#sought.get(keyOf(place))!
    this.#sought.delete(keyOf(place))
    this.#tracker.forget(topic, partition)
    const offset = sought === earliestOffset ? 'earliest' : sought === latestOffset ? 'latest' : sought
    this.#consumer.seek({ topic, partition, offset })
    if (typeof offset === 'string' || this.#options.run.autoCommit === false) return
    const stored = [{ topic, partitions: [{ partition, offset: String(offset) }] }]
    this.#commit(stored).catch((error: unknown) => this.#commitFailed(error))
  }
  /** A partition gives nothing while the application has paused it, or is dealing with its batch. */
  #holdOrRelease(place: TopicPartition): void {
    const { topic, partition } = place
    const isHeld =
      this.#pauses.has(topic, partition) || this.#busy.has(keyOf(place)) || !this.#options.topics.has(topic)
    if (!this.#tracker.has(topic, partition) && this.#options.topics.has(topic)) return
    if (isHeld) this.#consumer.pause([place])
    else this.#consumer.resume([place])
  }

  async #assigned(partitions: readonly TopicPartition[]): Promise<void> {
    const wanted = partitions.filter(({ topic }) => this.#options.topics.has(topic))
    const stored = new Map((await this.#consumer.committed(wanted)).map(offset => [keyOf(offset), offset.offset]))
    for (const place of partitions) {
      const { topic, partition } = place
      const subscribed = this.#options.topics.get(topic)
      if (subscribed !== undefined) {
        const committed = stored.get(keyOf(place))
        this.#tracker.add(topic, partition, committed)
        this.#consumer.seek({ ...place, offset: committed ?? (subscribed.fromBeginning ? 'earliest' : 'latest') })
        if (this.#sought.has(keyOf(place))) this.#applySeek(place)
      }
      this.#holdOrRelease(place)
    }
    this.#isRebalancing = false
    this.#tellOfGroup()
    this.#tellJoined()
  }
  async #givenUp(partitions: readonly TopicPartition[], isOurs: boolean): Promise<void> {
    this.#isRebalancing = true
    for (const place of partitions) await this.#busy.get(keyOf(place))
    if (isOurs) await this.#autoCommit()
    for (const { topic, partition } of partitions) this.#tracker.remove(topic, partition)
  }
  #tellOfGroup(): void {
    const { groupId, topics } = this.#options
    const { memberId, leaderId, generation, assignor, partitions, durationMs } = this.#member!
    const byTopic = Map.groupBy(partitions, ({ topic }) => topic)
    const assignedTopics = [...byTopic.keys()],
      topicsSubscribed = [...topics.keys()]
    const topicsNotSubscribed = assignedTopics.filter(topic => !topics.has(topic))
    const { instrumentation, logger } = this.#outside
    if (topicsNotSubscribed.length > 0) {
      const payload = {
        groupId,
        generationId: generation,
        memberId,
        assignedTopics,
        topicsSubscribed,
        topicsNotSubscribed,
      }
      instrumentation.emit(RECEIVED_UNSUBSCRIBED_TOPICS, payload)
      logger.warn('Consumer group received unsubscribed topics', payload)
    }
    const payload = {
      groupId,
      memberId,
      leaderId,
      isLeader: memberId === leaderId,
      memberAssignment: Object.fromEntries(
        [...byTopic]
          .filter(([topic]) => topics.has(topic))
          .map(([topic, list]) => [topic, list.map(({ partition }) => partition)]),
      ),
      groupProtocol: assignor,
      duration: Math.round(durationMs),
    }
    instrumentation.emit(GROUP_JOIN, payload)
    logger.info('Consumer has joined the group', payload)
  }
  #observer(): ConsumerObserver {
    const { groupId } = this.#options
    const { instrumentation } = this.#outside
    return {
      joined: group => {
        this.#member = group
      },
      heartbeat: ({ memberId, generation }) =>
        instrumentation.emit(HEARTBEAT, () => ({ groupId, memberId, groupGenerationId: generation })),
      rebalancing: ({ memberId }) => {
        this.#isRebalancing = true
        instrumentation.emit(REBALANCING, () => ({ groupId, memberId }))
      },
      fetching: nodeId => instrumentation.emit(FETCH_START, () => ({ nodeId })),
      fetched: (nodeId, durationMs) =>
        instrumentation.emit(FETCH, () => ({ numberOfBatches: 0, duration: Math.round(durationMs), nodeId })),
    }
  }

  #handlerOutside(): HandlerOutside {
    const { instrumentation, logger, connections } = this.#outside
    return {
      instrumentation,
      logger,
      clock: connections.clock,
      tracker: this.#tracker,
      isRunning: () => this.#isRunning,
      isStale: place => this.#sought.has(keyOf(place)),
      isPaused: ({ topic, partition }) => this.#pauses.has(topic, partition),
      pause: ({ topic, partition }) => {
        this.pause([{ topic, partitions: [partition] }])
        return () => this.resume([{ topic, partitions: [partition] }])
      },
      heartbeat: async () => {
        if (!this.#isRebalancing) return
        await this.#autoCommit()
        throw protocolError('REBALANCE_IN_PROGRESS')
      },
      commit: topics => this.#commit(topics),
      autoCommit: () => this.#autoCommit(),
    }
  }

  async #autoCommit(): Promise<void> {
    if (this.#options.run.autoCommit === false) return
    try {
      await this.#commit(this.#tracker.uncommitted())
    } catch (error) {
      this.#commitFailed(error)
    }
  }
  /** What could not be stored is stored with what comes after it, or is read again by whoever has the partition then. */
  #commitFailed(error: unknown): void {
    const { message } = errorOf(error)
    this.#outside.logger.warn('Could not commit offsets', { groupId: this.#options.groupId, error: message })
  }
  async #commit(topics: readonly TopicOffsets[]): Promise<void> {
    const { clock } = this.#outside.connections
    const offsets = topics.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset, metadata = null }: TopicOffsets['partitions'][number] & Metadata) => ({
        topic,
        partition,
        offset: offsetOf(offset),
        metadata: metadata ?? '',
      })),
    )
    if (offsets.length > 0) {
      try {
        await this.#consumer.commit(offsets)
      } catch (error) {
        throw errorOf(error)
      }
      const { memberId, generation } = this.#member ?? { memberId: '', generation: -1 }
      this.#outside.instrumentation.emit(COMMIT_OFFSETS, () => ({
        groupId: this.#options.groupId,
        memberId,
        groupGenerationId: generation,
        topics,
      }))
    }
    this.#tracker.committed(topics, clock.now())
  }
  /** Stored by a transaction. */
  committedElsewhere(topics: readonly TopicOffsets[]): void {
    this.#tracker.committed(topics, this.#outside.connections.clock.now())
  }

  async #handlerFailed(caught: unknown): Promise<void> {
    const error = errorOf(caught)
    if (isRebalancing(error) || !this.#isRunning) return
    await this.#failed(error)
  }
  /** Waits, ever longer. True: it was too often, or cannot get better, and the run has ended. */
  async #failed(error: Error): Promise<boolean> {
    const { clock } = this.#outside.connections
    const { initialRetryTime, multiplier, maxRetryTime, retries } = this.#options.retry
    const retryCount = this.#failures++
    const retryTime = Math.min(initialRetryTime * multiplier ** retryCount, maxRetryTime)
    const mayPass =
      (error as { readonly retriable?: boolean }).retriable !== false &&
      !/^(Range|Reference|Syntax|Type)Error$/.test(error.name)
    if (mayPass && retryCount < retries) {
      await clock.sleep(retryTime, this.#ending.signal).catch(() => {})
      return false
    }
    this.#isRunning = false
    this.#ending.abort()
    this.#outside.crashed(
      mayPass
        ? new KafkaJSNumberOfRetriesExceeded(error, { retryCount, retryTime })
        : error instanceof KafkaJSNonRetriableError
          ? error
          : new KafkaJSNonRetriableError(error, { cause: error }),
    )
    return true
  }
}

interface Metadata {
  readonly metadata?: string | null
}
const keyOf = ({ topic, partition }: TopicPartition) => `${topic}-${partition}`
