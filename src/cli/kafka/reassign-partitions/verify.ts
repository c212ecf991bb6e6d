// kafka-reassign-partitions --verify: how far a reassignment is; when nothing is under way any more, its throttles go.

import { KafkaError, type Client, type OngoingReassignment } from '../../../client/index.ts'
import type { Terminal } from '../../command.ts'
import { javaMessage } from '../java-exceptions.ts'
import { logDirMoves, moveTold } from './log-dirs.ts'
import { byPartition, partitionName, type PartitionPlan, type Plan } from './plan.ts'
import { placesOf } from './replicas.ts'
import { clearThrottles } from './throttles.ts'

export async function verify(
  client: Client,
  { partitions, logDirs }: Plan,
  { keepsThrottles }: { readonly keepsThrottles: boolean },
  terminal: Terminal,
): Promise<void> {
  const ongoing = await client.admin.partitions.reassignments()
  const states = await statesOf(client, partitions, ongoing)
  terminal.out('Status of partition reassignment:')
  for (const state of states) terminal.out(state)
  const moves = await logDirMoves(client, logDirs)
  terminal.out(moves.map(moveTold).join('\n'))
  const isMoving = moves.some(({ future }) => future !== undefined)
  if (ongoing.length === 0 && !isMoving && !keepsThrottles) await clearThrottles(client, partitions, terminal)
}

async function statesOf(
  client: Client,
  plans: readonly PartitionPlan[],
  ongoing: readonly OngoingReassignment[],
): Promise<string[]> {
  const underWay = new Set(ongoing.map(partitionName))
  // Of a partition that is named twice the last word counts.
  const wanted = new Map(plans.map(plan => [partitionName(plan), plan]))
  const settled = [...wanted].filter(([name]) => !underWay.has(name)).map(([, { topic }]) => topic)
  const current = await existing(client, new Set(settled))
  return [...wanted.values()].toSorted(byPartition).map(plan => {
    const name = partitionName(plan)
    if (underWay.has(name)) return `Reassignment of partition ${name} is still in progress.`
    const replicas = (current.get(name) ?? []).join(',')
    return replicas === plan.replicas.join(',')
      ? `Reassignment of partition ${name} is completed.`
      : `There is no active reassignment of partition ${name}, but replica set is ${replicas} rather than ${plan.replicas.join(',')}.`
  })
}

/** The replicas of the partitions that there are. */
async function existing(client: Client, names: ReadonlySet<string>): Promise<Map<string, readonly number[]>> {
  const topics = names.size === 0 ? [] : await client.admin.requests.topics([...names])
  for (const { error } of topics)
    if (error !== 'NONE' && error !== 'UNKNOWN_TOPIC_OR_PARTITION')
      throw new KafkaError(error, { message: javaMessage(error) })
  return new Map(topics.flatMap(placesOf).map(place => [partitionName(place), place.replicas]))
}
