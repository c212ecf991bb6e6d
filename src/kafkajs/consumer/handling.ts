// How the application's handler deals with a batch: message by message, or all of it.

import type { Clock } from '../../base/index.ts'
import { KafkaJSError } from '../errors.ts'
import { consumerEvents, type Instrumentation } from '../instrumentation.ts'
import { offsetOf } from '../offsets.ts'
import type { TopicPartition } from '../types/common.ts'
import type { Logger } from '../types/config.ts'
import type { ConsumerRunConfig } from '../types/consumer.ts'
import type { FetchedBatch } from './batch.ts'
import type { Committer } from './committer.ts'
import type { OffsetTracker } from './offset-tracker.ts'

export interface HandlingOutside {
  readonly instrumentation: Instrumentation
  readonly logger: Logger
  readonly clock: Clock
  readonly tracker: OffsetTracker
  readonly committer: Committer
  isRunning(): boolean
  isStale(place: TopicPartition): boolean
  isPaused(place: TopicPartition): boolean
  pause(place: TopicPartition): () => void
  /** Throws REBALANCE_IN_PROGRESS while the group waits for this member. */
  heartbeat(): Promise<void>
}

type Handle = (batch: FetchedBatch) => Promise<void>

export class Handling {
  readonly #outside: HandlingOutside
  readonly #handle: Handle

  constructor({ eachMessage, eachBatch, eachBatchAutoResolve = true }: ConsumerRunConfig, outside: HandlingOutside) {
    this.#outside = outside
    if (eachMessage !== undefined && eachMessage !== null) this.#handle = messageByMessage(eachMessage, outside)
    else if (eachBatch !== undefined && eachBatch !== null)
      this.#handle = wholeBatch(eachBatch, eachBatchAutoResolve, outside)
    else this.#handle = async () => {}
  }

  /** Throws what the handler throws, after what it has dealt with was stored. */
  async handle(batch: FetchedBatch): Promise<void> {
    const { instrumentation, clock, committer, tracker } = this.#outside
    const startedAt = clock.monotonic()
    const about = () => ({
      topic: batch.topic,
      partition: batch.partition,
      highWatermark: batch.highWatermark,
      offsetLag: batch.offsetLag(),
      offsetLagLow: batch.offsetLagLow(),
      batchSize: batch.messages.length,
      firstOffset: batch.firstOffset(),
      lastOffset: batch.lastOffset(),
    })
    instrumentation.emit(consumerEvents.START_BATCH_PROCESS, about)
    try {
      if (batch.isEmpty()) tracker.resolve(batch.topic, batch.partition, batch.nextOffset)
      else await this.#handle(batch)
    } catch (error) {
      await committer.auto()
      throw error
    }
    const duration = Math.round(clock.monotonic() - startedAt)
    instrumentation.emit(consumerEvents.END_BATCH_PROCESS, () => ({ ...about(), duration }))
    await committer.auto()
  }
}

function messageByMessage(
  eachMessage: NonNullable<ConsumerRunConfig['eachMessage']>,
  outside: HandlingOutside,
): Handle {
  const { tracker, clock } = outside
  return async batch => {
    const { topic, partition, messages, nextOffset } = batch
    for (const [i, message] of messages.entries()) {
      if (!outside.isRunning() || outside.isStale(batch)) return
      try {
        await eachMessage({
          topic,
          partition,
          message,
          heartbeat: () => outside.heartbeat(),
          pause: () => outside.pause(batch),
        })
      } catch (error) {
        logFailure(outside, 'eachMessage', batch, message.offset, error)
        throw error
      }
      const isLast = i === messages.length - 1
      tracker.resolve(topic, partition, isLast ? nextOffset : Number(message.offset) + 1)
      await outside.heartbeat()
      if (tracker.isDue(clock.now())) await outside.committer.auto()
      if (outside.isPaused(batch)) return
    }
  }
}

function wholeBatch(
  eachBatch: NonNullable<ConsumerRunConfig['eachBatch']>,
  autoResolve: boolean,
  outside: HandlingOutside,
): Handle {
  const { tracker, clock } = outside
  return async batch => {
    const { topic, partition, nextOffset } = batch
    const lastMessage = batch.messages.at(-1)
    try {
      await eachBatch({
        batch,
        // Behind the last message may come what no handler sees: it is dealt with together with that.
        resolveOffset: offset =>
          tracker.resolve(topic, partition, offset === lastMessage?.offset ? nextOffset : offsetOf(offset) + 1),
        heartbeat: () => outside.heartbeat(),
        pause: () => outside.pause(batch),
        async commitOffsetsIfNecessary(offsets) {
          if (offsets !== undefined && offsets !== null) await outside.committer.commit(offsets.topics)
          else if (tracker.isDue(clock.now())) await outside.committer.commit(tracker.uncommitted())
        },
        uncommittedOffsets: () => ({ topics: tracker.uncommitted() }),
        isRunning: () => outside.isRunning(),
        isStale: () => outside.isStale(batch),
      })
    } catch (error) {
      logFailure(outside, 'eachBatch', batch, batch.firstOffset(), error)
      throw error
    }
    if (autoResolve && !outside.isStale(batch)) tracker.resolve(topic, partition, nextOffset)
  }
}

function logFailure(
  { logger }: HandlingOutside,
  handler: string,
  { topic, partition }: FetchedBatch,
  offset: string | null,
  error: unknown,
): void {
  if (error instanceof KafkaJSError) return
  const stack = error instanceof Error ? error.stack : undefined
  logger.error(`Error when calling ${handler}`, { topic, partition, offset, stack, error: String(error) })
}
