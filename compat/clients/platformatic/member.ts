// A member of a group with @platformatic/kafka: it commits when it is told to.

import { Consumer, type BaseOptions } from '@platformatic/kafka'

import type { JoinOptions } from '../../suite/operations.ts'
import { describe, tell } from '../node-agent.ts'

export function memberMethods(base: BaseOptions) {
  let member: Consumer | undefined
  const positions = new Map<number, { topic: string; partition: number; offset: bigint; leaderEpoch: number }>()

  async function join({
    group,
    topic,
    instanceId,
    sessionTimeoutMs = 10_000,
    reset = 'earliest',
  }: JoinOptions): Promise<void> {
    const consumer = new Consumer({
      ...base,
      groupId: group,
      ...(instanceId === undefined ? {} : { groupInstanceId: instanceId }),
      autocommit: false,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: Math.max(10_000, sessionTimeoutMs),
      heartbeatInterval: Math.min(300, sessionTimeoutMs),
    })
    member = consumer
    consumer.on('consumer:group:join', ({ assignments = [] }) => {
      tell('assigned', { partitions: assignments.find(one => one.topic === topic)?.partitions ?? [] })
    })
    consumer.on('consumer:group:rebalance', () => tell('revoked'))
    const stream = await consumer.consume({
      topics: [topic],
      mode: 'committed',
      fallbackMode: reset,
      maxWaitTime: 200,
    })
    stream.on('error', error => tell('failed', { message: describe(error), code: codeOf(error) }))
    stream.on('data', ({ partition, offset, leaderEpoch }) => {
      positions.set(partition, { topic, partition, offset: offset + 1n, leaderEpoch })
      tell('record', { partition, offset: Number(offset) })
    })
  }

  return {
    join,
    commit: async () => member?.commit({ offsets: [...positions.values()] }),
    leave: async () => member?.close(true),
  }
}

/** Errors of the broker lie in lists of errors, with their number as `apiCode`; -1 stands before those of records. */
export function codeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined
  if ('apiCode' in error && typeof error.apiCode === 'number') return error.apiCode
  // What is missing in its metadata it refuses itself.
  if (error.message.startsWith('Unknown topic')) return 3
  const inside: unknown[] = error instanceof AggregateError ? error.errors : []
  const codes = [...inside, error.cause].map(codeOf).filter(code => code !== undefined)
  return codes.find(code => code > 0) ?? codes[0]
}
