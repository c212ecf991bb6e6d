// What a handler is given: the messages of one partition, as they came.

import type { RecordBatch } from '../../client/index.ts'
import type { IHeaders, KafkaMessage } from '../types/common.ts'
import type { Batch } from '../types/consumer.ts'

export interface FetchedBatch extends Batch {
  /** Where reading goes on: behind what no reader is given, such as the marker that ends a transaction. */
  readonly nextOffset: number
}

/**
 * The messages do not depend on the batches of the client, which are gone with the next poll. `position` is where the
 * client goes on.
 */
export function batchOf(batches: readonly [RecordBatch, ...RecordBatch[]], position: number | undefined): FetchedBatch {
  const [{ topic, partition }] = batches
  const last = batches.at(-1)!
  const messages = batches.flatMap(messagesOf)
  const { highWatermark } = last
  const nextOffset = position ?? last.nextOffset
  const firstOffset = batches[0].baseOffset
  const lastOffset = nextOffset - 1
  return {
    topic,
    partition,
    highWatermark: String(highWatermark),
    messages,
    nextOffset,
    isEmpty: () => messages.length === 0,
    firstOffset: () => String(firstOffset),
    lastOffset: () => String(lastOffset),
    offsetLag: () => String(highWatermark - 1 - lastOffset),
    offsetLagLow: () => String(highWatermark - 1 - firstOffset),
  }
}
function messagesOf(batch: RecordBatch): KafkaMessage[] {
  return batch.records().map(({ key, value, timestamp, offset, headers }) => ({
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
