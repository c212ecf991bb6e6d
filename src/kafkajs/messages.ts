// Messages to send: checked, and turned into the client's records; and where they went.

import type { OutgoingRecord, RecordMetadata as Acknowledged } from '../client/index.ts'
import { KafkaJSNonRetriableError } from './errors.ts'
import type { IHeaders, Message, RecordMetadata, TopicMessages } from './types/common.ts'

/** Throws for what cannot be meant. */
export function checkMessages(topicMessages: readonly TopicMessages[]): void {
  if (topicMessages.some(({ topic }) => !topic)) throw new KafkaJSNonRetriableError('Invalid topic')
  for (const { topic, messages } of topicMessages) {
    if (!messages) throw new KafkaJSNonRetriableError(`Invalid messages array [${messages}] for topic "${topic}"`)
    const lacking = messages.find(({ value }) => value === undefined)
    if (lacking !== undefined)
      throw new KafkaJSNonRetriableError(
        `Invalid message without value for topic "${topic}": ${JSON.stringify(lacking)}`,
      )
  }
}

export function recordOf(topic: string, partition: number, message: Message, now: number): OutgoingRecord {
  const { key, value, timestamp, headers } = message
  return {
    topic,
    partition,
    key: bytes(key),
    value: bytes(value),
    timestamp: timestamp === undefined || timestamp === null ? now : Number(timestamp),
    ...(headers === undefined || headers === null ? {} : { headers: headerList(headers) }),
  }
}
/** kafkajs takes whatever has a text, numbers above all. */
const bytes = (given: unknown): string | Buffer | null =>
  given === null || given === undefined ? null : Buffer.isBuffer(given) ? given : String(given as string | number)

function headerList(headers: IHeaders): [string, string | Buffer | null][] {
  return Object.entries(headers).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value): [string, string | Buffer | null] => [name, bytes(value)]),
  )
}

/** One entry a partition, as its request was answered. */
export function results(records: readonly OutgoingRecord[], acknowledged: readonly Acknowledged[]): RecordMetadata[] {
  const first = new Map<string, RecordMetadata & { baseOffset: string }>()
  for (const [i, { topic, partition, offset, timestamp, logStartOffset }] of acknowledged.entries()) {
    const place = `${topic}-${partition}`
    const known = first.get(place)
    if (known !== undefined && Number(known.baseOffset) <= offset) continue
    // The broker's own time is told where it took the place of the message's.
    const logAppendTime = timestamp === records[i]!.timestamp ? '-1' : String(timestamp)
    first.set(place, {
      topicName: topic,
      partition,
      errorCode: 0,
      baseOffset: String(offset),
      logAppendTime,
      logStartOffset: String(logStartOffset),
    })
  }
  return [...first.values()]
}
