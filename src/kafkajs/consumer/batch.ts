// What a handler is given: the messages of one partition, as they came.

import type { RecordBatch } from '../../client/index.ts'
import type { IHeaders, KafkaMessage, TopicPartition } from '../types/common.ts'
import type { Batch } from '../types/consumer.ts'

export interface FetchedBatch extends Batch {
  readonly beginOffset: number
  /** Where reading goes on: behind what no reader is given, such as the marker that ends a transaction. */
  readonly nextOffset: number
}

/**
 * The messages do not depend on the batches of the client, which are gone with the next poll. `position` is where the
 * client goes on.
 */
export function batchOf(batches: readonly [RecordBatch, ...RecordBatch[]], position: number | undefined): FetchedBatch {
  const [{ topic, partition, baseOffset }] = batches
  const last = batches.at(-1)!
  return fetchedBatch({
    topic,
    partition,
    highWatermark: last.highWatermark,
    messages: batches.flatMap(messagesOf),
    beginOffset: baseOffset,
    nextOffset: position ?? last.nextOffset,
  })
}
/** Of what no handler is given: markers, and messages of aborted transactions. */
export function emptyBatch(
  { topic, partition }: TopicPartition,
  beginOffset: number,
  nextOffset: number,
  highWatermark: number,
): FetchedBatch {
  return fetchedBatch({ topic, partition, highWatermark, messages: [], beginOffset, nextOffset })
}
function fetchedBatch({
  highWatermark,
  beginOffset,
  nextOffset,
  ...rest
}: Pick<FetchedBatch, 'topic' | 'partition' | 'messages' | 'beginOffset' | 'nextOffset'> & {
  readonly highWatermark: number
}): FetchedBatch {
  return {
    ...rest,
    highWatermark: String(highWatermark),
    beginOffset,
    nextOffset,
    isEmpty: () => rest.messages.length === 0,
    firstOffset: () => String(beginOffset),
    lastOffset: () => String(nextOffset - 1),
    offsetLag: () => String(highWatermark - nextOffset),
    offsetLagLow: () => String(highWatermark - 1 - beginOffset),
  }
}
function messagesOf(batch: RecordBatch): KafkaMessage[] {
  return batch.records().map(({ key, value, timestamp, offset, headers }) => ({
    // kafkajs gives these two, though its types do not have them.
    magicByte: 2,
    isControlRecord: false,
    key,
    value,
    timestamp: String(timestamp),
    attributes: 0,
    offset: String(offset),
    headers: headersOf(headers),
  }))
}

/** A name that comes more than once has a list. */
function headersOf(headers: readonly (readonly [name: string, value: Buffer | null])[]): IHeaders {
  const named: Record<string, Buffer | null | (Buffer | null)[]> = {}
  for (const [name, value] of headers) {
    const before = named[name]
    named[name] = !Object.hasOwn(named, name) ? value : Array.isArray(before) ? [...before, value] : [before!, value]
  }
  return named as IHeaders
}
