// Groups whose members come and go: every record is given to one of them at least, and what lies below an offset whose
// commit was acknowledged is given to nobody who is assigned the partition later.

import { setTimeout as delay } from 'node:timers/promises'

import {
  cooperativeStickyAssignor,
  rangeAssignor,
  type Consumer,
  type ConsumerOptions,
} from '../../src/client/index.ts'
import { producedTopic as topic } from './producing.ts'
import { pause, readAll, type Workload, type WorkloadContext } from './workload.ts'

const membersMax = 3
const memberMsMax = 6_000
const finishMsMax = 120_000
/** A member that does not poll for this long has left, and some now and then sleep for longer before they commit. */
const maxPollIntervalMs = 2_000
const sleepMs = 2_500
const sleepChance = 0.01

/** Reads what the producers write. */
export function grouping(groupId: string, options: ConsumerOptions): Workload {
  const given = new Set<string>()
  /** By partition, the highest offset whose commit was acknowledged. */
  const acknowledged = new Map<number, number>()
  const wrong: string[] = []
  const counts = { assignments: 0, commits: 0, refused: 0, again: 0 }

  /** One member, until the signal; it hands its partitions back when it goes. */
  async function member({ client, random }: WorkloadContext, signal: AbortSignal): Promise<void> {
    const floors = new Map<number, number>()
    await using consumer = client.consumer({
      groupId,
      ...options,
      maxPollIntervalMs,
      autoCommit: false,
      offsetReset: 'earliest',
      onAssigned: partitions => {
        counts.assignments++
        for (const { partition } of partitions) floors.set(partition, acknowledged.get(partition) ?? 0)
      },
    })
    consumer.subscribe(topic)
    while (!signal.aborted) await readSome(consumer, floors, random.chance(sleepChance))
  }
  async function readSome(consumer: Consumer, floors: ReadonlyMap<number, number>, sleeps: boolean): Promise<void> {
    const batches = await consumer.poll({ maxWaitMs: 200 })
    for (const { partition, offset } of batches.flatMap(batch => [...batch])) {
      const place = `${partition}:${offset}`
      const floor = floors.get(partition) ?? 0
      if (offset < floor) wrong.push(`${groupId}: ${place} was given again, though ${floor} was committed before`)
      if (given.has(place)) counts.again++
      given.add(place)
    }
    if (batches.length === 0) return
    if (sleeps) await delay(sleepMs)
    const offsets = batches.map(({ partition, nextOffset }) => ({ topic, partition, offset: nextOffset }))
    try {
      await consumer.commit(offsets)
      counts.commits++
      for (const { partition, offset } of offsets)
        acknowledged.set(partition, Math.max(offset, acknowledged.get(partition) ?? 0))
    } catch {
      counts.refused++
    }
  }
  /** A place of the group, with one member after the other. */
  async function inTurn(context: WorkloadContext, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const lifeMs = 1_000 + context.random.below(memberMsMax)
      await member(context, AbortSignal.any([signal, AbortSignal.timeout(lifeMs)]))
      await pause(context.random.below(1_000), signal)
    }
  }
  return {
    name: groupId,
    async run(context, signal) {
      await Promise.all(Array.from({ length: membersMax }, () => inTurn(context, signal)))
    },
    async check(context) {
      const all = await readAll(context, topic, 'read_uncommitted')
      const ends = all.map(records => (records.at(-1)?.offset ?? -1) + 1)
      const done = new AbortController()
      const last = member(context, AbortSignal.any([done.signal, AbortSignal.timeout(finishMsMax)]))
      const isDone = () => ends.every((end, partition) => (acknowledged.get(partition) ?? 0) >= end)
      for (const until = performance.now() + finishMsMax; !isDone() && performance.now() < until;)
        await pause(100, done.signal)
      done.abort()
      await last
      const missed = all.flat().filter(({ partition, offset }) => !given.has(`${partition}:${offset}`))
      if (missed.length > 0) wrong.push(`${groupId}: ${missed.length} records were given to nobody`)
      for (const { partition, offset } of await context.quiet.admin.groups.offsets(groupId))
        if (offset < (acknowledged.get(partition) ?? 0))
          wrong.push(
            `${groupId}: ${partition} stands at ${offset}, though ${acknowledged.get(partition)} was committed`,
          )
      return wrong
    },
    told: () => `${given.size} records given, ${JSON.stringify(counts)}`,
  }
}

const quick = { sessionTimeoutMs: 6_000, heartbeatIntervalMs: 300 }
export const groups = (): Workload[] => [
  grouping('group-eager', { assignors: [rangeAssignor], ...quick }),
  grouping('group-cooperative', { assignors: [cooperativeStickyAssignor], ...quick }),
  grouping('group-consumer-protocol', { groupProtocol: 'consumer' }),
]
