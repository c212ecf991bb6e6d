// What the tests of consumers share: topics with records that say where they are, and members that tell what happens to them.

import assert from 'node:assert/strict'

import { systemClock } from '../../base/index.ts'
import type { Client, Consumer, ConsumerOptions } from '../index.ts'

export interface TopicOptions {
  readonly partitions?: number
  /** Records in each partition: the i-th is `PARTITION:i`, of time 1000 + i. */
  readonly count?: number
  /** Records in one record batch. */
  readonly batch?: number
}
export async function filledTopic(
  client: Client,
  topic: string,
  { partitions = 1, count = 10, batch = 4 }: TopicOptions,
): Promise<string> {
  await client.admin.topics.create([{ name: topic, partitions }])
  await using producer = client.producer({ lingerMs: 0 })
  for (let at = 0; at < count; at += batch) {
    const length = Math.min(batch, count - at)
    await producer.sendAll(
      Array.from({ length: partitions }, (_, partition) =>
        Array.from({ length }, (_, i) => ({
          topic,
          partition,
          value: `${partition}:${at + i}`,
          timestamp: 1_000 + at + i,
        })),
      ).flat(),
    )
  }
  return topic
}
export const numbered = (from: number, to: number, partition = 0): string[] =>
  Array.from({ length: to - from }, (_, i) => `${partition}:${from + i}`)

/** The values of the next `count` records, or a few more. */
export async function take(consumer: Consumer, count: number): Promise<string[]> {
  const values: string[] = []
  while (values.length < count)
    for (const batch of await consumer.poll()) for (const { value } of batch) values.push(String(value))
  return values
}

export interface Member {
  readonly consumer: Consumer
  readonly seen: string[]
  /** 'assigned 0,1', 'revoked 1', 'lost 0'. */
  readonly events: string[]
  readonly done: Promise<void>
}
/** Joins, and reads until it is closed. */
export function memberOf(
  client: Client,
  { topic, ...options }: ConsumerOptions & { readonly groupId: string; readonly topic: string | RegExp },
): Member {
  const events: string[] = []
  const told = (what: string) => (partitions: readonly { partition: number }[]) =>
    void events.push(`${what} ${partitions.map(({ partition }) => partition).toSorted(byNumber)}`)
  const consumer = client.consumer({
    offsetReset: 'earliest',
    onAssigned: told('assigned'),
    onRevoked: told('revoked'),
    onLost: told('lost'),
    ...options,
  })
  consumer.subscribe(topic)
  const seen: string[] = []
  const done = (async () => {
    for await (const { value } of consumer) seen.push(String(value))
  })()
  done.catch(() => {})
  return { consumer, seen, events, done }
}
export const partitionsOf = ({ consumer }: Member): number[] =>
  consumer.assignment.map(({ partition }) => partition).toSorted(byNumber)
export const byNumber = (a: number, b: number): number => a - b

export async function until(holds: () => boolean, what: string): Promise<void> {
  const deadline = systemClock.monotonic() + 30_000
  while (!holds()) {
    assert(systemClock.monotonic() < deadline, `not within 30 s: ${what}`)
    await systemClock.sleep(5)
  }
}
