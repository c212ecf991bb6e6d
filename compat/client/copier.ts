// A copier by our own client, in a process that is killed like those of others: each batch is read, changed, written and
// committed in one transaction. It speaks the lines of `suite/agent.ts`.

import { setTimeout as delay } from 'node:timers/promises'

import { createClient, KafkaError, type Consumer, type Producer } from '../../src/client/index.ts'
import type { Task } from '../chaos/crew.ts'
import { describe, serve, tell } from '../clients/node-agent.ts'

const [bootstrap = ''] = process.argv.slice(2)
const client = createClient({ bootstrap, requestTimeoutMs: 10_000 })
let copying: Promise<void> | undefined
let isEnding = false

serve(
  'of the checkout',
  {
    copy: async (task: Task & { id: string }) => {
      copying = copy(task).catch((error: unknown) => tell('failed', { message: describe(error) }))
    },
    endCopy: async () => {
      isEnding = true
      await copying
    },
  },
  () => undefined,
)

async function copy(task: Task & { id: string }): Promise<void> {
  const { group, protocol, from, id } = task
  await using producer = client.producer({ transactionalId: id, transactionTimeoutMs: 10_000, lingerMs: 0 })
  await using consumer = client.consumer({
    groupId: group,
    autoCommit: false,
    isolation: 'read_committed',
    offsetReset: 'earliest',
    maxWaitMs: 200,
    pollRecordsMax: 200,
    ...(protocol === 'consumer' ? { groupProtocol: protocol } : { sessionTimeoutMs: 6_000, heartbeatIntervalMs: 300 }),
  })
  consumer.subscribe(from)
  while (!isEnding) await copySome(task, consumer, producer)
}

async function copySome({ group, to, end, last, holdMs }: Task, consumer: Consumer, producer: Producer): Promise<void> {
  const batches = await consumer.poll({ maxWaitMs: 200 })
  if (batches.length === 0) return
  const offsets = new Map<string, { topic: string; partition: number; offset: number }>()
  const copies = batches.flatMap(batch => {
    const { topic, partition, nextOffset } = batch
    offsets.set(`${topic}-${partition}`, { topic, partition, offset: nextOffset })
    return [...batch].map(({ key, value }) => {
      const [name, hops] = String(value).split(':')
      const made = Number(hops) + 1
      return { topic: made === last ? end! : to, partition, key, value: `${name}:${made}` }
    })
  })
  try {
    await producer.transaction(async () => {
      await producer.sendAll(copies)
      await delay(holdMs)
      await producer.sendOffsets({ groupId: group, member: consumer.member, offsets: [...offsets.values()] })
    })
    tell('copied', { count: copies.length })
  } catch (error) {
    // Who was fenced, or cannot know whether the commit went through, is of no use any more: another comes in its place.
    if (!(error instanceof KafkaError) || error.cause !== undefined || isOver(error)) throw error
    process.stderr.write(`aborted: ${describe(error)}\n`)
    await goBack(consumer)
  }
}
const isOver = ({ code }: KafkaError) => code === 'PRODUCER_FENCED' || code === 'INVALID_PRODUCER_EPOCH'

/** What an aborted transaction had read is read again. */
async function goBack(consumer: Consumer): Promise<void> {
  const committed = await consumer.committed(consumer.assignment)
  for (const { topic, partition } of consumer.assignment) {
    const at = committed.find(offset => offset.topic === topic && offset.partition === partition)
    consumer.seek({ topic, partition, offset: at?.offset ?? 'earliest' })
  }
}
