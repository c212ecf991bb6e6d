// Takes batches that are ready to the leaders of their partitions, a few requests under way to each, and sees to what
// becomes of them: acknowledged, tried again, cut in two, or failed.

import type { Timer } from '../../base/index.ts'
import { errorName, produce, type DecodedResponseOf, type ErrorName } from '../../protocol/index.ts'
import { alarm } from '../alarm.ts'
import type { Cluster } from '../cluster.ts'
import { isStale, KafkaError, mayRetry } from '../errors.ts'
import { backoff } from '../retry.ts'
import { ProducerMetrics } from '../telemetry/client-metrics.ts'
import { TopicRefresh } from '../topic-refresh.ts'
import type { Accumulator } from './accumulator.ts'
import type { ProducerSettings } from './options.ts'
import { unknownPlace, type OutgoingBatch, type Sequencing, type WrittenAt } from './outgoing-batch.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { ProducerIds } from './producer-ids.ts'
import type { Transactions } from './transactions.ts'

const acksOf = { 0: 0, 1: 1, all: -1 } as const
const noTopicId = '0'.repeat(32)

interface Shipment {
  readonly queue: PartitionQueue
  readonly batch: OutgoingBatch
  readonly bytes: Buffer
}
type Answer = DecodedResponseOf<typeof produce>
type PartitionAnswer = Answer['responses'][number]['partitionResponses'][number]

export class Sender {
  readonly #cluster: Cluster
  readonly #settings: ProducerSettings
  readonly #accumulator: () => Accumulator
  readonly #underWay = new Map<number, number>()
  readonly #refresh: TopicRefresh
  readonly #ids: ProducerIds
  readonly #transactions: Transactions | undefined
  readonly #metrics: ProducerMetrics | undefined
  #isGettingId = false
  #flushes = 0
  #isWoken = false
  #timer: Timer | undefined
  #timerAt = Infinity
  #closed = false

  constructor(
    cluster: Cluster,
    settings: ProducerSettings,
    { accumulator, transactions }: { accumulator: () => Accumulator; transactions: Transactions | undefined },
  ) {
    this.#transactions = transactions
    this.#cluster = cluster
    this.#settings = settings
    this.#accumulator = accumulator
    this.#refresh = new TopicRefresh(cluster, () => this.wake(-Infinity))
    this.#ids = new ProducerIds(cluster)
    const { metrics, clientId } = cluster.options
    if (metrics !== undefined)
      this.#metrics = new ProducerMetrics(metrics, clientId, () => this.#accumulator().bufferedBytes)
  }

  /** Looks for what may be sent, at `at`, or, if that is past, when what has come in this turn of the loop was taken in. */
  wake(at: number): void {
    this.#wakeAt(this.#isInHurry ? -Infinity : at)
  }
  refused(error: unknown): void {
    this.#transactions?.fail(error)
  }
  #wakeAt(at: number): void {
    if (this.#closed) return
    const { clock } = this.#cluster.options
    const now = clock.monotonic()
    if (at <= now) {
      if (this.#isWoken) return
      this.#isWoken = true
      clock.soon(() => {
        this.#isWoken = false
        this.#send()
      })
    } else if (at < this.#timerAt) {
      this.#timer?.cancel()
      this.#timerAt = at
      this.#timer = alarm(clock, at - now, () => {
        this.#timerAt = Infinity
        this.wake(-Infinity)
      })
    }
  }
  /** Until `ended`, batches do not wait to be filled. */
  beginFlush(): { ended: () => void } {
    this.#flushes++
    this.wake(-Infinity)
    return { ended: () => this.#flushes-- }
  }
  /** Batches do not wait to be filled. */
  get #isInHurry(): boolean {
    return this.#flushes > 0 || this.#accumulator().isFull
  }

  #send(): void {
    if (this.#closed) return
    const accumulator = this.#accumulator(),
      now = this.#cluster.options.clock.monotonic()
    const nextExpiry = accumulator.expire(now)
    let again: boolean
    do {
      again = false
      for (const [nodeId, queues] of this.#ready(accumulator, now)) {
        const shipments = this.#load(accumulator, nodeId, queues)
        if (shipments.length === 0) continue
        void this.#ship(nodeId, shipments)
        again = true
      }
    } while (again)
    if (nextExpiry < Infinity) this.#wakeAt(nextExpiry)
    else if (accumulator.active.size === 0) this.#sleep()
  }
  /** Nothing is left that a timer could be for, and none should keep the process alive. */
  #sleep(): void {
    this.#timer?.cancel()
    this.#timerAt = Infinity
  }
  /** The partitions that have something to send now, by the broker that leads them. */
  #ready(accumulator: Accumulator, now: number): Map<number, PartitionQueue[]> {
    const byLeader = new Map<number, PartitionQueue[]>()
    const { deliveryTimeoutMs, lingerMs } = this.#settings
    const hurry = this.#isInHurry
    for (const queue of accumulator.active) {
      while (queue.waiting.length > 0 && queue.waiting[0]!.createdAt + deliveryTimeoutMs <= now)
        this.#expire(queue, queue.waiting[0]!)
      if (queue.isIdle) accumulator.active.delete(queue)
      const first = queue.waiting[0]
      if (first === undefined) continue
      this.#wakeAt(first.createdAt + deliveryTimeoutMs)
      const at = queue.readyAt(hurry ? 0 : lingerMs)
      if (at > now) {
        if (at < Infinity) this.#wakeAt(at)
        continue
      }
      if (this.#transactions?.failure !== undefined) {
        this.#drop(queue, this.#transactions.failure)
        continue
      }
      if (this.#transactions?.mayWrite(queue) === false) continue
      const leader = this.#cluster.leaderOf(queue.topic, queue.partition)
      if (leader === undefined) {
        this.#refresh.of(queue.topic)
        continue
      }
      const others = byLeader.get(leader)
      if (others === undefined) byLeader.set(leader, [queue])
      else others.push(queue)
    }
    return byLeader
  }
  /** As many batches as one request takes, one of each partition. */
  #load(accumulator: Accumulator, nodeId: number, queues: readonly PartitionQueue[]): Shipment[] {
    const shipments: Shipment[] = []
    if ((this.#underWay.get(nodeId) ?? 0) >= this.#settings.inFlightMax) return shipments
    const { compression: codec, compressionLevel: level, requestSizeMaxBytes, idempotent } = this.#settings
    const transactions = this.#transactions,
      id = transactions === undefined ? this.#ids.current : transactions.id
    if (idempotent && id === undefined) {
      this.#getProducerId()
      return shipments
    }
    let sizeBytes = 0
    for (const queue of queues) {
      if (sizeBytes > 0 && sizeBytes + queue.waiting[0]!.sizeBytes > requestSizeMaxBytes) break
      let sequencing: Sequencing | undefined
      if (idempotent) {
        sequencing = transactions === undefined ? queue.number(id!) : queue.numberInTransaction(id!)
        if (sequencing === undefined && transactions !== undefined) {
          transactions.fail(new KafkaError('OUT_OF_ORDER_SEQUENCE_NUMBER'))
          break
        }
        if (sequencing === undefined) {
          this.#ids.discard()
          this.#getProducerId()
          break
        }
      }
      const wasOpen = queue.waiting[0]!.isOpen
      const batch = queue.take()
      const bytes = batch.seal(
        { codec, level, transactional: transactions !== undefined },
        sequencing,
        accumulator.giveBackBuilder,
      )
      if (wasOpen && queue.waiting.length === 0) accumulator.moveOn(queue)
      sizeBytes += bytes.length
      shipments.push({ queue, batch, bytes })
      // The next request begins with the partitions that this one had no room for.
      accumulator.active.delete(queue)
      accumulator.active.add(queue)
    }
    return shipments
  }

  async #ship(nodeId: number, shipments: readonly Shipment[]): Promise<void> {
    const { clock, requestTimeoutMs } = this.#cluster.options
    const { acks, transactionalId = null } = this.#settings
    this.#transactions?.wrote()
    this.#underWay.set(nodeId, (this.#underWay.get(nodeId) ?? 0) + 1)
    for (const { batch } of shipments) {
      batch.attempts++
      batch.maybeWritten = true
    }
    const topics = [...Map.groupBy(shipments, ({ batch }) => batch.topic)].map(([name, list]) => ({
      name,
      topicId: this.#cluster.view.topics.get(name)?.id ?? noTopicId,
      partitionData: list.map(({ batch, bytes }) => ({ index: batch.partition, records: bytes })),
    }))
    const sentAt = clock.monotonic()
    try {
      const answer = await this.#cluster.ask(
        nodeId,
        'produce',
        produce,
        { transactionalId, acks: acksOf[acks], timeoutMs: requestTimeoutMs, topicData: topics },
        {
          ...(acks === 0 ? { expectNoResponse: true } : {}),
          versionMax: Math.min(
            topics.some(({ topicId }) => topicId === noTopicId) ? 12 : Infinity,
            this.#transactions?.produceVersionMax ?? Infinity,
          ),
        },
      )
      this.#metrics?.answered(clock.monotonic() - sentAt)
      if (acks === 0) for (const { queue, batch } of shipments) this.#succeed(queue, batch, unknownPlace)
      else this.#takeAnswer(answer, topics, shipments)
    } catch (error) {
      for (const { queue, batch } of shipments) this.#failed(queue, batch, error)
    }
    this.#underWay.set(nodeId, this.#underWay.get(nodeId)! - 1)
    this.wake(clock.monotonic())
  }
  #takeAnswer(
    answer: Answer,
    topics: readonly { readonly name: string; readonly topicId: string }[],
    shipments: readonly Shipment[],
  ): void {
    const names = new Map(topics.map(({ name, topicId }) => [topicId, name]))
    const answers = new Map<string, PartitionAnswer>()
    for (const { name, topicId, partitionResponses } of answer.responses)
      for (const partition of partitionResponses)
        answers.set(`${name || names.get(topicId)}-${partition.index}`, partition)
    for (const { queue, batch } of shipments) {
      const told = answers.get(`${batch.topic}-${batch.partition}`)
      // An answer says that a batch was refused, save where it was written and only the wait for replicas ended.
      const error: ErrorName = told === undefined ? 'UNKNOWN_SERVER_ERROR' : errorName(told.errorCode)
      batch.maybeWritten = error === 'REQUEST_TIMED_OUT' || error === 'NOT_ENOUGH_REPLICAS_AFTER_APPEND'
      if (error === 'NONE') this.#succeed(queue, batch, told!)
      // The broker has it, and no longer knows where.
      else if (error === 'DUPLICATE_SEQUENCE_NUMBER') this.#succeed(queue, batch, unknownPlace)
      else {
        const context = `send to ${batch.topic}-${batch.partition}`
        const refusal = new KafkaError(error, { context, message: messageOf(told) })
        this.#failed(queue, batch, refusal, told !== undefined && this.#learnsLeader(batch, told, answer.nodeEndpoints))
      }
    }
  }

  #succeed(queue: PartitionQueue, batch: OutgoingBatch, place: WrittenAt): void {
    queue.acknowledged(batch)
    this.#metrics?.acknowledged(batch.count, batch.sizeBytes)
    batch.succeed(place)
    this.#accumulator().release(batch)
  }
  /** KIP-951: the broker that refuses a batch says who leads its partition now. False: that is no news. */
  #learnsLeader(batch: OutgoingBatch, { currentLeader }: PartitionAnswer, endpoints: Answer['nodeEndpoints']): boolean {
    return this.#cluster.view.learnLeader(batch, currentLeader, endpoints)
  }
  /** `hasNewLeader`: it need not wait, nor be looked for. */
  #failed(queue: PartitionQueue, batch: OutgoingBatch, error: unknown, hasNewLeader = false): void {
    const { clock } = this.#cluster.options
    const code = error instanceof KafkaError ? error.code : undefined
    if (isStale(error) && !hasNewLeader) this.#refresh.of(batch.topic)
    if (code === 'MESSAGE_TOO_LARGE' && batch.count > 1) {
      this.#metrics?.split()
      queue.leftGap(batch)
      queue.landed(batch)
      return queue.putBack(...batch.split())
    }
    const outOfLine = this.#settings.idempotent && outOfLineErrors.has(code ?? '')
    // Refused behind one that was refused: its turn comes after that one. The first in line has nobody to wait for.
    const isRefused = outOfLine && queue.isFirstInLine(batch)
    if (isRefused) queue.refusedNumber()
    // Within a transaction nothing can begin anew.
    const isLost = isRefused && this.#transactions !== undefined
    if (!this.#closed && !isLost && (outOfLine || mayRetry(error))) {
      const pauseMs = outOfLine || hasNewLeader ? 0 : backoff(batch.attempts - 1, this.#cluster.options)
      batch.retryAt = clock.monotonic() + pauseMs
      this.#metrics?.retried(batch.count)
      return queue.putBack(batch)
    }
    queue.landed(batch)
    this.#giveUp(queue, batch, error)
  }
  #expire(queue: PartitionQueue, batch: OutgoingBatch): void {
    queue.waiting.splice(queue.waiting.indexOf(batch), 1)
    this.#giveUp(
      queue,
      batch,
      new KafkaError('DELIVERY_TIMED_OUT', { context: `send to ${batch.topic}-${batch.partition}` }),
    )
  }
  /** Nothing of what waits is sent any more: the transaction is aborted. */
  drop(error: KafkaError): void {
    const accumulator = this.#accumulator()
    accumulator.expire(Infinity, error)
    for (const queue of accumulator.active) this.#drop(queue, error)
  }
  #drop(queue: PartitionQueue, error: unknown): void {
    for (const batch of queue.waiting.splice(0)) this.#giveUp(queue, batch, error)
  }
  #giveUp(queue: PartitionQueue, batch: OutgoingBatch, error: unknown): void {
    this.#transactions?.fail(error)
    queue.leftGap(batch)
    this.#metrics?.failed(batch.count)
    batch.fail(error)
    this.#accumulator().release(batch)
  }
  /** Everything that is left fails, and nothing more is sent. */
  close(error: KafkaError): void {
    this.#closed = true
    this.#timer?.cancel()
    const accumulator = this.#accumulator()
    accumulator.expire(Infinity, error)
    for (const queue of accumulator.active) {
      for (const batch of [...queue.underWay, ...queue.waiting.splice(0)]) {
        queue.landed(batch)
        batch.fail(error)
      }
    }
  }

  #getProducerId(): void {
    if (this.#isGettingId) return
    this.#isGettingId = true
    this.#ids
      .ask()
      .catch((error: unknown) => {
        if (mayRetry(error)) return
        for (const queue of this.#accumulator().active)
          for (const batch of queue.waiting.splice(0)) this.#giveUp(queue, batch, error)
      })
      .finally(() => {
        this.#isGettingId = false
        this.wake(-Infinity)
      })
  }
}

/** What says that numbers do not follow those that the broker knows (KIP-360). */
const outOfLineErrors = new Set<string>([
  'OUT_OF_ORDER_SEQUENCE_NUMBER',
  'UNKNOWN_PRODUCER_ID',
  'INVALID_PRODUCER_EPOCH',
])

function messageOf(told: PartitionAnswer | undefined): string | null {
  if (told === undefined) return 'The answer does not say what became of the batch.'
  const [first] = told.recordErrors
  return first?.batchIndexErrorMessage ?? told.errorMessage
}
