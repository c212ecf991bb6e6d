// One run of a consumer in its group: polls, hands batches to the application's handlers, stores what they have dealt with.
//
// A partition whose batch is being dealt with is paused, so that the polling goes on and a rebalance is noticed at once. It
// waits for the handlers of the partitions that are given up, which learn of it where they ask for a heartbeat.

import {
  Cluster,
  Consumer as ClientConsumer,
  type ClusterOptions,
  type ConsumerOptions,
  type RecordBatch,
  type TopicPartition,
} from '../../client/index.ts'
import type { Connections } from '../connections.ts'
import { errorOf, isRebalancing, protocolError } from '../error-of.ts'
import type { Instrumentation } from '../instrumentation.ts'
import { earliestOffset, latestOffset } from '../offsets.ts'
import { Failures, type RetrySettings } from '../retry.ts'
import type { TopicOffsets } from '../types/common.ts'
import type { Logger } from '../types/config.ts'
import type { ConsumerRunConfig } from '../types/consumer.ts'
import type { ConsumerEvents } from '../types/events.ts'
import { batchOf, emptyBatch, type FetchedBatch } from './batch.ts'
import { Committer } from './committer.ts'
import { Concurrency } from './concurrency.ts'
import { Handling, type HandlingOutside } from './handling.ts'
import { Membership } from './membership.ts'
import { OffsetTracker } from './offset-tracker.ts'
import { Pauses } from './pauses.ts'

export interface ReadingOptions {
  readonly groupId: string
  readonly topics: ReadonlyMap<string, { readonly fromBeginning: boolean }>
  readonly run: ConsumerRunConfig
  readonly retry: RetrySettings
  /** How the cluster is reached, and as whom. */
  open(): Promise<{ readonly cluster: ClusterOptions; readonly consumer: ConsumerOptions }>
}
export interface ReadingOutside {
  readonly connections: Connections
  readonly instrumentation: Instrumentation<ConsumerEvents>
  readonly logger: Logger
  /** It has ended by itself, of this. */
  crashed(error: Error): void
}

export class Reading {
  /** Resolves when it has joined its group for the first time, or was stopped. */
  readonly joined: Promise<void>
  readonly #outside: ReadingOutside
  readonly #options: ReadingOptions
  readonly #tracker: OffsetTracker
  readonly #membership: Membership
  readonly #committer: Committer
  readonly #handling: Handling
  readonly #pauses = new Pauses()
  readonly #work: Concurrency
  readonly #failures: Failures
  readonly #ending = new AbortController()
  readonly #busy = new Map<string, Promise<void>>()
  /** Sought while a batch was being dealt with, or before the partition was assigned. */
  readonly #sought = new Map<string, number>()
  /** Where reading has come to: what lies between it and the position reached no handler. */
  readonly #reached = new Map<string, number>()
  readonly #polling: Promise<void>
  /** Undefined while it is being made. */
  #consumer: ClientConsumer | undefined
  #isRunning = true
  #tellJoined!: () => void

  constructor(outside: ReadingOutside, options: ReadingOptions) {
    this.#outside = outside
    this.#options = options
    const { connections, instrumentation, logger } = outside
    const { clock } = connections
    const { autoCommit, autoCommitInterval, autoCommitThreshold, partitionsConsumedConcurrently = 1 } = options.run
    const policy = { intervalMs: autoCommitInterval ?? null, threshold: autoCommitThreshold ?? null }
    this.#tracker = new OffsetTracker(policy, clock.now())
    this.#membership = new Membership(options.groupId, [...options.topics.keys()], instrumentation, logger)
    this.#committer = new Committer(
      { clock, instrumentation, logger, membership: this.#membership, consumer: () => this.#consumer! },
      this.#tracker,
      autoCommit !== false,
    )
    this.#work = new Concurrency(partitionsConsumedConcurrently)
    this.#handling = new Handling(options.run, this.#handlingOutside())
    this.#failures = new Failures(connections, options.retry)
    this.joined = new Promise(resolve => {
      this.#tellJoined = resolve
    })
    this.#polling = this.#read()
  }

  /** Waits for the handlers, and leaves the group. */
  async stop(): Promise<void> {
    this.#isRunning = false
    this.#ending.abort()
    await this.#polling
    await this.#work.idle()
    await this.#consumer?.close()
    this.#tellJoined()
  }
  commit(topics: readonly TopicOffsets[]): Promise<void> {
    return this.#committer.commit(topics)
  }
  /** What a transaction has stored. */
  stored(topics: readonly TopicOffsets[]): void {
    this.#committer.stored(topics)
  }
  seek(topic: string, partition: number, offset: number): void {
    const place = { topic, partition }
    this.#sought.set(keyOf(place), offset)
    if (this.#tracker.has(topic, partition) && !this.#busy.has(keyOf(place))) this.#applySeek(place)
  }
  pause(selections: Parameters<Pauses['pause']>[0]): void {
    this.#pauses.pause(selections)
    for (const place of this.#assignment) this.#holdOrRelease(place)
  }
  resume(selections: Parameters<Pauses['resume']>[0]): void {
    this.#pauses.resume(selections)
    for (const place of this.#assignment) this.#holdOrRelease(place)
  }
  /** Of those that are assigned. */
  get paused(): TopicPartition[] {
    return this.#assignment.filter(({ topic, partition }) => this.#pauses.has(topic, partition))
  }
  get #assignment(): readonly TopicPartition[] {
    return this.#consumer?.assignment ?? []
  }

  async #read(): Promise<void> {
    try {
      await this.#open()
    } catch (error) {
      return this.#crash(errorOf(error))
    }
    while (this.#isRunning) {
      try {
        const batches = await this.#consumer!.poll({ signal: this.#ending.signal })
        for (const ofPartition of Map.groupBy(batches, keyOf).values())
          this.#begin(ofPartition as [RecordBatch, ...RecordBatch[]])
        this.#passOver()
      } catch (error) {
        await this.#failed(errorOf(error))
      }
    }
  }
  async #open(): Promise<void> {
    const { cluster, consumer } = await this.#options.open()
    this.#consumer = new ClientConsumer(new Cluster(cluster), {
      ...consumer,
      observer: this.#membership.observer,
      onAssigned: partitions => this.#assigned(partitions),
      onRevoked: partitions => this.#givenUp(partitions, true),
      onLost: partitions => this.#givenUp(partitions, false),
    })
    this.#consumer.subscribe([...this.#options.topics.keys()])
  }

  #begin(batches: readonly [RecordBatch, ...RecordBatch[]]): void {
    const [place] = batches
    this.#deal(place, batchOf(batches, this.#consumer!.position(place)))
  }
  /** Markers and aborted messages reach no handler, but its listeners hear of them, and they are stored as dealt with. */
  #passOver(): void {
    for (const place of this.#assignment) {
      const position = this.#consumer!.position(place)
      const reached = this.#reached.get(keyOf(place))
      if (this.#busy.has(keyOf(place)) || position === undefined) continue
      if (reached === undefined) this.#reached.set(keyOf(place), position)
      else if (position > reached)
        this.#deal(place, emptyBatch(place, reached, position, this.#consumer!.highWatermark(place) ?? position))
    }
  }
  /** One batch of a partition at a time, of which nothing more is read meanwhile. */
  #deal(place: TopicPartition, batch: FetchedBatch): void {
    const { topic, partition } = place
    const { promise, resolve } = Promise.withResolvers<void>()
    this.#busy.set(keyOf(place), promise)
    this.#consumer!.pause([place])
    this.#work.add(async () => {
      try {
        if (this.#isRunning && !this.#pauses.has(topic, partition) && this.#tracker.has(topic, partition))
          await this.#handling.handle(batch)
        this.#failures.over()
      } catch (caught) {
        const error = errorOf(caught)
        if (!isRebalancing(error)) await this.#failed(error)
      } finally {
        this.#busy.delete(keyOf(place))
        this.#goOn(place, batch)
        resolve()
      }
    })
  }
  /** What was sought takes the place of where the handler has come to; what it has not dealt with comes again. */
  #goOn(place: TopicPartition, batch: FetchedBatch): void {
    const { topic, partition } = place
    if (!this.#tracker.has(topic, partition)) return
    const reached = this.#tracker.resolved(topic, partition) ?? batch.beginOffset
    this.#reached.set(keyOf(place), reached)
    if (this.#sought.has(keyOf(place))) this.#applySeek(place)
    else if (reached !== batch.nextOffset) this.#consumer!.seek({ topic, partition, offset: reached })
    this.#holdOrRelease(place)
  }

  #applySeek(place: TopicPartition): void {
    const { topic, partition } = place
    const sought = this.#sought.get(keyOf(place))!
    this.#sought.delete(keyOf(place))
    this.#reached.delete(keyOf(place))
    this.#tracker.forget(topic, partition)
    const offset = sought === earliestOffset ? 'earliest' : sought === latestOffset ? 'latest' : sought
    this.#consumer!.seek({ topic, partition, offset })
    if (typeof offset === 'string') return
    this.#reached.set(keyOf(place), offset)
    void this.#committer.auto([{ topic, partitions: [{ partition, offset: String(offset) }] }])
  }
  /** A partition gives nothing while the application has paused it, or is dealing with its batch, or if it was not asked for. */
  #holdOrRelease(place: TopicPartition): void {
    const { topic, partition } = place
    const isUnwanted = !this.#options.topics.has(topic)
    if (!isUnwanted && !this.#tracker.has(topic, partition)) return
    const isHeld = isUnwanted || this.#pauses.has(topic, partition) || this.#busy.has(keyOf(place))
    if (isHeld) this.#consumer!.pause([place])
    else this.#consumer!.resume([place])
  }

  async #assigned(partitions: readonly TopicPartition[]): Promise<void> {
    const wanted = partitions.filter(({ topic }) => this.#options.topics.has(topic))
    const stored = new Map((await this.#consumer!.committed(wanted)).map(offset => [keyOf(offset), offset.offset]))
    const beginnings = await this.#beginnings(wanted.filter(place => !stored.has(keyOf(place))))
    for (const place of partitions) {
      const { topic, partition } = place
      if (this.#options.topics.has(topic)) {
        const offset = stored.get(keyOf(place)) ?? beginnings.get(keyOf(place))!
        this.#tracker.add(topic, partition, stored.get(keyOf(place)))
        this.#reached.set(keyOf(place), offset)
        this.#consumer!.seek({ ...place, offset })
        if (this.#sought.has(keyOf(place))) this.#applySeek(place)
      }
      this.#holdOrRelease(place)
    }
    this.#membership.joined()
    this.#tellJoined()
  }
  /** Looked up at once, so that nothing that is sent after the group was joined is missed. */
  async #beginnings(places: readonly TopicPartition[]): Promise<Map<string, number>> {
    const groups = Map.groupBy(places, ({ topic }) =>
      this.#options.topics.get(topic)!.fromBeginning ? 'earliest' : 'latest',
    )
    const found = await Promise.all([...groups].map(([at, list]) => this.#consumer!.offsets(list, at)))
    return new Map(found.flat().map(end => [keyOf(end), end.offset]))
  }
  async #givenUp(partitions: readonly TopicPartition[], isOurs: boolean): Promise<void> {
    this.#membership.isRebalancing = true
    for (const place of partitions) await this.#busy.get(keyOf(place))
    if (isOurs) await this.#committer.auto()
    for (const { topic, partition } of partitions) this.#tracker.remove(topic, partition)
  }

  #handlingOutside(): HandlingOutside {
    const { instrumentation, logger, connections } = this.#outside
    return {
      instrumentation,
      logger,
      clock: connections.clock,
      tracker: this.#tracker,
      committer: this.#committer,
      isRunning: () => this.#isRunning,
      isStale: place => this.#sought.has(keyOf(place)),
      isPaused: ({ topic, partition }) => this.#pauses.has(topic, partition),
      pause: ({ topic, partition }) => {
        this.pause([{ topic, partitions: [partition] }])
        return () => this.resume([{ topic, partitions: [partition] }])
      },
      heartbeat: async () => {
        if (!this.#membership.isRebalancing) return
        await this.#committer.auto()
        throw protocolError('REBALANCE_IN_PROGRESS')
      },
    }
  }

  /** Waits, ever longer; ends the run where that was too often, or cannot help. */
  async #failed(error: Error): Promise<void> {
    if (!this.#isRunning) return
    const fatal = this.#failures.count(error)
    if (fatal === undefined) await this.#failures.pause(this.#ending.signal)
    else this.#crash(fatal)
  }
  #crash(error: Error): void {
    if (!this.#isRunning) return
    this.#isRunning = false
    this.#ending.abort()
    this.#outside.crashed(error)
  }
}

const keyOf = ({ topic, partition }: TopicPartition) => `${topic}-${partition}`
