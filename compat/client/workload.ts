// What an application does with our client while its cluster is in trouble, and what must be true of it afterwards.

import { setTimeout as delay } from 'node:timers/promises'

import type { Random } from '../../src/base/index.ts'
import type { Client, ConsumedRecord } from '../../src/client/index.ts'

export interface WorkloadContext {
  /** Of the cluster in trouble. */
  readonly client: Client
  /** For whoever looks at the outcome. */
  readonly quiet: Client
  readonly random: Random
  readonly partitions: number
  /** In as many replicas as the cluster has brokers. */
  readonly newTopic: (name: string) => Promise<void>
}

export interface Workload {
  readonly name: string
  /** Runs until it is told to end, and then ends what it has begun. */
  run(context: WorkloadContext, signal: AbortSignal): Promise<void>
  /** What is wrong with the outcome. */
  check(context: WorkloadContext): Promise<string[]>
  /** What it did, in a few words. */
  told(): string
}

const endMark = 'end'
const readMsMax = 60_000

/** All that a topic holds, by partition. Of transactions that are open the end is waited for. */
export async function readAll(
  { quiet, partitions }: WorkloadContext,
  topic: string,
  isolation: 'read_committed' | 'read_uncommitted',
): Promise<ConsumedRecord[][]> {
  const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }))
  await using producer = quiet.producer()
  await producer.sendAll(places.map(place => ({ ...place, value: endMark })))
  await using consumer = quiet.consumer({ isolation, offsetReset: 'earliest' })
  consumer.assign(places.map(place => ({ ...place, offset: 'earliest' as const })))
  const read: ConsumedRecord[][] = places.map(() => [])
  const signal = AbortSignal.timeout(readMsMax)
  while (!read.every(records => String(records.at(-1)?.value) === endMark))
    for (const batch of await consumer.poll({ signal })) read[batch.partition]!.push(...batch)
  return read.map(records => records.filter(({ value }) => String(value) !== endMark))
}

/** Sooner if the workload is told to end. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {})
}
