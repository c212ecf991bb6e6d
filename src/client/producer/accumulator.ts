// What was given to the producer and is not acknowledged yet: by partition, within the buffer's size. Records of a topic that
// is not known yet, and those that find the buffer full, wait in the order in which they came; those of a partition that is
// not known wait until it is.

import type { Clock } from '../../base/index.ts'
import { BatchBuilder } from '../../protocol/index.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { KafkaError } from '../errors.ts'
import { StickyPartitions } from '../partitioner.ts'
import type { OutgoingRecord } from '../record.ts'
import { backoff } from '../retry.ts'
import type { Addressee } from './delivery.ts'
import type { ProducerSettings } from './options.ts'
import { OutgoingBatch } from './outgoing-batch.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { headersOf, recordSize, type Headers } from './record-size.ts'
import { TopicQueue, type Waiting } from './topic-queue.ts'

/** What else a record takes until it is acknowledged, by estimate: what `send` gave, mostly. It counts against the buffer's size. */
const pendingBytes = 100
/** Builders are kept for the next batch; more would hold on to their memory for nothing. */
const idleBuildersMax = 64

export interface AccumulatorEvents {
  /** A batch may go now, or from `at` on. */
  wake(at: number): void
  /** A record has found no place, and will find none. */
  refused(error: unknown): void
}

export class Accumulator {
  /** The partitions that have something waiting or under way. */
  readonly active = new Set<PartitionQueue>()
  readonly #cluster: Cluster
  readonly #clock: Clock
  readonly #settings: ProducerSettings
  readonly #events: AccumulatorEvents
  readonly #topics = new Map<string, TopicQueue>()
  readonly #sticky: StickyPartitions
  readonly #builders: BatchBuilder[] = []
  readonly #roomWanted: (() => void)[] = []
  #bufferedBytes = 0
  #waitingCount = 0
  #strangerCount = 0

  constructor(cluster: Cluster, settings: ProducerSettings, events: AccumulatorEvents) {
    this.#cluster = cluster
    this.#clock = cluster.options.clock
    this.#settings = settings
    this.#events = events
    this.#sticky = new StickyPartitions(cluster.options.random, settings.batchSizeBytes)
  }
  /** Records wait for room: what is in the buffer should go, full batches or not. */
  get isFull(): boolean {
    return this.#waitingCount > 0 && this.#bufferedBytes > 0
  }
  get bufferedBytes(): number {
    return this.#bufferedBytes
  }

  add(record: OutgoingRecord, delivery: Addressee, place: number): void {
    const topic = this.#topicOf(record.topic)
    const headers = record.headers === undefined ? undefined : headersOf(record.headers)
    const size = recordSize(record, headers, this.#settings.requestSizeMaxBytes)
    if (size > this.#settings.requestSizeMaxBytes) return this.#refuse(delivery, this.#tooLarge('record', size))
    const { partition } = record
    if (this.#takes(topic, size, partition)) return this.#append(topic, record, headers, delivery, place, size)
    const append = () => this.#append(topic, record, headers, delivery, place, size)
    this.#wait(topic, { append, delivery, size, partition })
  }
  /** A batch that was built already (`builtBatch`) goes as it is, behind what waits for its partition. */
  addBatch(to: TopicPartition, bytes: Buffer, delivery: Addressee): void {
    const topic = this.#topicOf(to.topic)
    const size = bytes.length
    if (size > this.#settings.requestSizeMaxBytes) return this.#refuse(delivery, this.#tooLarge('batch', size))
    const append = () => this.#appendBatch(topic, to.partition, bytes, delivery)
    if (this.#takes(topic, size, to.partition)) append()
    else this.#wait(topic, { append, delivery, size, partition: to.partition })
  }
  #topicOf(name: string): TopicQueue {
    let topic = this.#topics.get(name)
    if (topic === undefined) this.#topics.set(name, (topic = new TopicQueue(name, this.#clock.monotonic())))
    return topic
  }
  #refuse(delivery: Addressee, error: unknown): void {
    this.#events.refused(error)
    delivery.fail(error)
  }
  #tooLarge(what: string, size: number): KafkaError {
    const message = `A ${what} of ${size} bytes, where requestSizeMaxBytes allows ${this.#settings.requestSizeMaxBytes}.`
    return new KafkaError('MESSAGE_TOO_LARGE', { message })
  }
  #takes(topic: TopicQueue, size: number, partition: number | undefined): boolean {
    if (!topic.isKnown(this.#cluster.view)) return false
    if (topic.strangers.length > 0) this.#welcome(topic)
    return topic.waiting.length === 0 && this.#hasRoom(size) && !topic.isStranger(partition)
  }
  #wait(topic: TopicQueue, told: Omit<Waiting, 'until'>): void {
    const waiting = { ...told, until: this.#clock.monotonic() + this.#settings.maxBlockMs }
    this.#events.wake(waiting.until)
    const isKnown = topic.isKnown(this.#cluster.view)
    if (isKnown && topic.waiting.length === 0 && topic.isStranger(told.partition)) return this.#estrange(topic, waiting)
    topic.waiting.push(waiting)
    this.#waitingCount++
    if (isKnown) this.#events.wake(-Infinity)
    else this.#load(topic)
  }
  /** It waits for its partition, which the cluster is asked for again and again. */
  #estrange(topic: TopicQueue, waiting: Waiting): void {
    topic.strangers.push(waiting)
    this.#strangerCount++
    void this.#lookForPartitions(topic)
  }
  async #lookForPartitions(topic: TopicQueue): Promise<void> {
    if (topic.isLookingForPartitions) return
    topic.isLookingForPartitions = true
    for (let attempt = 0; topic.strangers.length > 0; attempt++) {
      if (attempt > 0) await this.#pause(backoff(attempt - 1, this.#cluster.options))
      await this.#cluster.refresh([topic.name]).catch(() => {})
      if (topic.isKnown(this.#cluster.view)) this.#welcome(topic)
    }
    topic.isLookingForPartitions = false
  }
  #pause(ms: number): Promise<void> {
    return new Promise(resolve => this.#clock.after(ms, resolve))
  }
  /** Those whose partition is known now go before all that came after them. */
  #welcome(topic: TopicQueue): void {
    const all = topic.strangers.splice(0)
    topic.strangers.push(...all.filter(({ partition }) => topic.isStranger(partition)))
    const known = all.filter(({ partition }) => !topic.isStranger(partition))
    this.#strangerCount -= known.length
    this.#waitingCount += known.length
    topic.waiting.unshift(...known)
    this.#admit(topic)
  }
  /** Resolves when all that was given has found its place in the buffer. */
  room(): Promise<void> {
    if (this.#waitingCount + this.#strangerCount === 0) return Promise.resolve()
    return new Promise(resolve => this.#roomWanted.push(resolve))
  }
  /** What a batch took is free again. */
  release({ reservedBytes }: OutgoingBatch): void {
    this.#bufferedBytes -= reservedBytes
    if (this.#waitingCount > 0) this.#admitAll()
  }
  /**
   * Fails the records that have waited for longer than `maxBlockMs`, or all of them with `error`. Gives when the next one will
   * have; Infinity where none waits.
   */
  expire(now: number, error?: KafkaError): number {
    let next = Infinity
    if (this.#waitingCount + this.#strangerCount === 0) return next
    for (const topic of this.#topics.values()) {
      const isKnown = topic.isKnown(this.#cluster.view)
      const expired = (list: Waiting[]) => {
        const late = error === undefined ? countWhile(list, ({ until }) => until <= now) : list.length
        for (const waiting of list.splice(0, late))
          this.#refuse(waiting.delivery, error ?? topic.tooLate(waiting, isKnown))
        next = Math.min(next, list[0]?.until ?? Infinity)
        return late
      }
      this.#strangerCount -= expired(topic.strangers)
      this.#admitted(expired(topic.waiting))
    }
    return next
  }
  takeBuilder(): BatchBuilder {
    return this.#builders.pop() ?? new BatchBuilder({ sizeMax: this.#settings.batchSizeBytes })
  }
  readonly giveBackBuilder = (builder: BatchBuilder): void => {
    if (this.#builders.length >= idleBuildersMax) return
    builder.reset()
    this.#builders.push(builder)
  }
  /** The open batch of this partition goes out. */
  moveOn({ topic, partition }: PartitionQueue): void {
    const { available, load } = this.#topics.get(topic)!
    this.#sticky.sent(topic, partition, available, load)
  }

  #load(topic: TopicQueue): void {
    if (topic.isLoading) return
    topic.isLoading = true
    this.#cluster.topic(topic.name, { autoCreate: true }).then(
      () => {
        topic.isLoading = false
        this.#admit(topic)
      },
      (error: unknown) => {
        topic.isLoading = false
        const refused = topic.waiting.splice(0)
        for (const { delivery } of refused) this.#refuse(delivery, error)
        this.#admitted(refused.length)
      },
    )
  }
  #hasRoom(size: number): boolean {
    return this.#bufferedBytes === 0 || this.#bufferedBytes + size <= this.#settings.bufferSizeBytes
  }
  #admitAll(): void {
    for (const topic of this.#topics.values()) if (topic.waiting.length > 0) this.#admit(topic)
  }
  #admit(topic: TopicQueue): void {
    if (!topic.isKnown(this.#cluster.view)) return
    let count = 0
    for (const waiting of topic.waiting) {
      if (topic.isStranger(waiting.partition)) this.#estrange(topic, waiting)
      else if (this.#hasRoom(waiting.size)) waiting.append()
      else break
      count++
    }
    topic.waiting.splice(0, count)
    this.#admitted(count)
  }
  #admitted(count: number): void {
    this.#waitingCount -= count
    if (this.#waitingCount + this.#strangerCount === 0) for (const resolve of this.#roomWanted.splice(0)) resolve()
  }

  #append(
    topic: TopicQueue,
    record: OutgoingRecord,
    headers: Headers | undefined,
    delivery: Addressee,
    place: number,
    size: number,
  ): void {
    const { key = null, value = null } = record
    const timestamp = record.timestamp ?? this.#clock.now()
    const chosen = record.partition ?? this.#settings.partitioner(record, topic.partitionCount)
    const { name, available, load } = topic
    if (chosen !== undefined && !topic.has(chosen)) return this.#refuse(delivery, topic.noPartition(chosen))
    let queue = topic.queue(chosen ?? this.#sticky.of(name, available, load))
    const { open } = queue
    if (open !== undefined) {
      if (open.add(timestamp, key, value, headers, delivery, place)) {
        if (chosen === undefined) this.#sticky.added(name, size)
        return this.#reserve(open, size)
      }
      if (chosen === undefined) queue = topic.queue(this.#sticky.filled(name, size, available, load))
      this.#events.wake(-Infinity)
    }
    if (chosen === undefined) this.#sticky.added(name, size)
    let batch = queue.open ?? this.#newBatch(queue)
    if (!batch.add(timestamp, key, value, headers, delivery, place)) {
      batch = this.#newBatch(queue)
      batch.add(timestamp, key, value, headers, delivery, place)
    }
    this.#reserve(batch, size)
  }
  #appendBatch(topic: TopicQueue, partition: number, bytes: Buffer, delivery: Addressee): void {
    if (!topic.has(partition)) return this.#refuse(delivery, topic.noPartition(partition))
    const batch = this.#newBatch(topic.queue(partition), bytes)
    delivery.joined(batch, 0, 0)
    this.#reserve(batch, bytes.length)
    this.#events.wake(-Infinity)
  }
  #reserve(batch: OutgoingBatch, size: number): void {
    batch.reservedBytes += size + pendingBytes
    this.#bufferedBytes += size + pendingBytes
  }
  #newBatch(queue: PartitionQueue, content: BatchBuilder | Buffer = this.takeBuilder()): OutgoingBatch {
    const now = this.#clock.monotonic()
    const { topic, partition } = queue
    this.#lookUpFromTimeToTime(topic, now)
    const batch = new OutgoingBatch({ topic, partition, order: queue.nextOrder() }, now, content)
    queue.waiting.push(batch)
    this.active.add(queue)
    this.#events.wake(now + this.#settings.lingerMs)
    return batch
  }
  /** So that partitions that were added get their share. */
  #lookUpFromTimeToTime(name: string, now: number): void {
    const topic = this.#topics.get(name)!
    if (now - topic.lookedUpAt < this.#cluster.options.metadataMaxAgeMs) return
    topic.lookedUpAt = now
    this.#cluster.refresh([name]).catch(() => {})
  }
}

function countWhile<T>(list: readonly T[], holds: (value: T) => boolean): number {
  const end = list.findIndex(value => !holds(value))
  return end < 0 ? list.length : end
}
