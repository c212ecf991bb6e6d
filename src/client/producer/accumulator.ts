// What was given to the producer and is not acknowledged yet: by partition, within the buffer's size. Records of a topic that
// is not known yet, and those that find the buffer full, wait in the order in which they came.

import type { Clock } from '../../base/index.ts'
import { BatchBuilder } from '../../protocol/index.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { KafkaError } from '../errors.ts'
import { StickyPartitions } from '../partitioner.ts'
import type { Bytes, OutgoingHeaders, OutgoingRecord } from '../record.ts'
import type { TopicInfo } from '../topics.ts'
import type { Addressee } from './delivery.ts'
import type { ProducerSettings } from './options.ts'
import { OutgoingBatch } from './outgoing-batch.ts'
import { PartitionQueue } from './partition-queue.ts'

/** What a record takes in a batch beside its key, value and headers, at most. */
const recordOverhead = 32
/** What else a record takes until it is acknowledged, by estimate: what `send` gave, mostly. It counts against the buffer's size. */
const pendingBytes = 100
/** How many bytes a character of a text takes at most, as JavaScript counts characters. */
const textRatioMax = 3
/** Builders are kept for the next batch; more would hold on to their memory for nothing. */
const idleBuildersMax = 64

interface Waiting {
  readonly append: () => void
  readonly delivery: Addressee
  readonly size: number
  readonly until: number
}
class TopicQueue {
  readonly name: string
  readonly waiting: Waiting[] = []
  isLoading = false
  /** Of which `available` was made. */
  info: TopicInfo | undefined
  lookedUpAt: number
  /** The partitions that have a leader, or all of them where none has. */
  available: readonly number[] = []
  /** By number; those that nothing was sent to are left out. */
  readonly partitions: (PartitionQueue | undefined)[] = []

  constructor(name: string, now: number) {
    this.name = name
    this.lookedUpAt = now
  }
}

export interface AccumulatorEvents {
  /** A batch may go now, or from `at` on. */
  wake(at: number): void
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

  constructor(cluster: Cluster, settings: ProducerSettings, events: AccumulatorEvents) {
    this.#cluster = cluster
    this.#clock = cluster.options.clock
    this.#settings = settings
    this.#events = events
    this.#sticky = new StickyPartitions(cluster.options.random)
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
    const size = this.#sizeOf(record, headers)
    if (size > this.#settings.requestSizeMaxBytes) return delivery.fail(this.#tooLarge('record', size))
    if (this.#takes(topic, size)) return this.#append(topic, record, headers, delivery, place, size)
    this.#wait(topic, { append: () => this.#append(topic, record, headers, delivery, place, size), delivery, size })
  }
  /** What a record may take at most; of texts that are not long, as if each character were one byte. */
  #sizeOf(record: OutgoingRecord, headers: Headers | undefined): number {
    const least = sizeOf(record, headers, length)
    return least * textRatioMax <= this.#settings.requestSizeMaxBytes ? least : sizeOf(record, headers, byteLength)
  }
  /** A batch that was built already (`builtBatch`) goes as it is, behind what waits for its partition. */
  addBatch(to: TopicPartition, bytes: Buffer, delivery: Addressee): void {
    const topic = this.#topicOf(to.topic)
    const size = bytes.length
    if (size > this.#settings.requestSizeMaxBytes) return delivery.fail(this.#tooLarge('batch', size))
    const append = () => this.#appendBatch(topic, to.partition, bytes, delivery)
    if (this.#takes(topic, size)) append()
    else this.#wait(topic, { append, delivery, size })
  }
  #topicOf(name: string): TopicQueue {
    let topic = this.#topics.get(name)
    if (topic === undefined) this.#topics.set(name, (topic = new TopicQueue(name, this.#clock.monotonic())))
    return topic
  }
  #tooLarge(what: string, size: number): KafkaError {
    const message = `A ${what} of ${size} bytes, where requestSizeMaxBytes allows ${this.#settings.requestSizeMaxBytes}.`
    return new KafkaError('MESSAGE_TOO_LARGE', { message })
  }
  #takes(topic: TopicQueue, size: number): boolean {
    return topic.waiting.length === 0 && this.#isKnown(topic) && this.#hasRoom(size)
  }
  #wait(topic: TopicQueue, waiting: Omit<Waiting, 'until'>): void {
    const until = this.#clock.monotonic() + this.#settings.maxBlockMs
    topic.waiting.push({ ...waiting, until })
    this.#waitingCount++
    this.#events.wake(until)
    if (!this.#isKnown(topic)) this.#load(topic)
    else this.#events.wake(-Infinity)
  }
  /** Resolves when all that was given has found its place in the buffer. */
  room(): Promise<void> {
    if (this.#waitingCount === 0) return Promise.resolve()
    return new Promise(resolve => this.#roomWanted.push(resolve))
  }
  /** What a batch took is free again. */
  release({ reservedBytes }: OutgoingBatch): void {
    this.#bufferedBytes -= reservedBytes
    if (this.#waitingCount > 0) this.#admitAll()
  }
  /** Fails the records that have waited for longer than `maxBlockMs`, or all of them with `error`. */
  expire(now: number, error?: KafkaError): void {
    if (this.#waitingCount === 0) return
    for (const topic of this.#topics.values()) {
      const late = error === undefined ? countWhile(topic.waiting, ({ until }) => until <= now) : topic.waiting.length
      for (const { delivery } of topic.waiting.splice(0, late))
        delivery.fail(
          error ?? new KafkaError(this.#isKnown(topic) ? 'BUFFER_FULL' : 'REQUEST_TIMED_OUT', contextOf(topic)),
        )
      this.#admitted(late)
    }
  }
  takeBuilder(): BatchBuilder {
    return this.#builders.pop() ?? new BatchBuilder({ sizeMax: this.#settings.batchSizeBytes })
  }
  readonly giveBackBuilder = (builder: BatchBuilder): void => {
    if (this.#builders.length >= idleBuildersMax) return
    builder.reset()
    this.#builders.push(builder)
  }
  /** The open batch of this partition goes out: what has no key goes to another from now on. */
  moveOn(queue: PartitionQueue): void {
    const topic = this.#topics.get(queue.topic)!
    if (this.#sticky.of(queue.topic, topic.available) === queue.partition)
      this.#sticky.next(queue.topic, topic.available)
  }

  #isKnown(topic: TopicQueue): boolean {
    const info = this.#cluster.view.topics.get(topic.name)
    if (info === undefined || info.error !== 'NONE' || info.partitions.length === 0) return false
    if (info !== topic.info) {
      topic.info = info
      const led = info.partitions.filter(({ leader }) => leader >= 0)
      topic.available = (led.length > 0 ? led : info.partitions).map(({ partition }) => partition)
    }
    return true
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
        for (const { delivery } of refused) delivery.fail(error)
        this.#admitted(refused.length)
      },
    )
  }
  #hasRoom(size: number): boolean {
    return this.#bufferedBytes === 0 || this.#bufferedBytes + size <= this.#settings.bufferSizeBytes
  }
  #admitAll(): void {
    for (const topic of this.#topics.values()) if (topic.waiting.length > 0 && this.#isKnown(topic)) this.#admit(topic)
  }
  #admit(topic: TopicQueue): void {
    if (!this.#isKnown(topic)) return
    let count = 0
    for (const { append, size } of topic.waiting) {
      if (!this.#hasRoom(size)) break
      append()
      count++
    }
    topic.waiting.splice(0, count)
    this.#admitted(count)
  }
  #admitted(count: number): void {
    this.#waitingCount -= count
    if (this.#waitingCount === 0) for (const resolve of this.#roomWanted.splice(0)) resolve()
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
    const partitionCount = topic.info!.partitions.length
    const chosen = record.partition ?? this.#settings.partitioner(record, partitionCount)
    let queue: PartitionQueue
    if (chosen === undefined) queue = this.#queue(topic, this.#sticky.of(topic.name, topic.available))
    else if (hasPartition(topic, chosen)) queue = this.#queue(topic, chosen)
    else return delivery.fail(noPartition(topic, chosen))
    const { open } = queue
    if (open !== undefined) {
      if (open.add(timestamp, key, value, headers, delivery, place)) return this.#reserve(open, size)
      // What has no key goes on elsewhere.
      if (chosen === undefined) queue = this.#queue(topic, this.#sticky.next(topic.name, topic.available))
      this.#events.wake(-Infinity)
    }
    let batch = queue.open ?? this.#newBatch(queue)
    if (!batch.add(timestamp, key, value, headers, delivery, place)) {
      batch = this.#newBatch(queue)
      batch.add(timestamp, key, value, headers, delivery, place)
    }
    this.#reserve(batch, size)
  }
  #appendBatch(topic: TopicQueue, partition: number, bytes: Buffer, delivery: Addressee): void {
    if (!hasPartition(topic, partition)) return delivery.fail(noPartition(topic, partition))
    const batch = this.#newBatch(this.#queue(topic, partition), bytes)
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
  #queue(topic: TopicQueue, partition: number): PartitionQueue {
    return (topic.partitions[partition] ??= new PartitionQueue(topic.name, partition))
  }
}

type Length = (bytes: Bytes | null | undefined) => number
const length: Length = bytes => (bytes === null || bytes === undefined ? 0 : bytes.length)
const byteLength: Length = bytes => (typeof bytes === 'string' ? Buffer.byteLength(bytes) : length(bytes))
function sizeOf({ key, value }: OutgoingRecord, headers: Headers | undefined, lengthOf: Length): number {
  let size = recordOverhead + lengthOf(key) + lengthOf(value)
  if (headers !== undefined) for (const [name, value] of headers) size += lengthOf(name) + lengthOf(value) + 2
  return size
}

type Headers = readonly (readonly [string, Bytes | null])[]
function headersOf(headers: OutgoingHeaders): Headers {
  return Array.isArray(headers) ? headers : Object.entries(headers as Readonly<Record<string, Bytes | null>>)
}
function countWhile<T>(list: readonly T[], holds: (value: T) => boolean): number {
  const end = list.findIndex(value => !holds(value))
  return end < 0 ? list.length : end
}
function hasPartition(topic: TopicQueue, partition: number): boolean {
  return Number.isInteger(partition) && partition >= 0 && partition < topic.info!.partitions.length
}
function noPartition({ name, info }: TopicQueue, partition: number): KafkaError {
  return new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', {
    message: `There is no partition ${partition} of topic '${name}': it has ${info!.partitions.length}.`,
  })
}
const contextOf = ({ name }: TopicQueue) => ({ context: `send to topic '${name}'` })
