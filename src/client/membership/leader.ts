// What the leader of a classic group does: reads what the members subscribe to, looks up how many partitions there are,
// and has them divided.

import { readSubscription } from '../../protocol/index.ts'
import type { Assignments, Assignor } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { KafkaError } from '../errors.ts'
import { flatten } from './partitions.ts'

/** The topics that a leader divided, and whether they are still what they were. */
export interface GroupTopics {
  changed(): Promise<boolean>
}

export async function assignmentBy(
  assignor: Assignor,
  members: readonly { memberId: string; groupInstanceId: string | null; metadata: Uint8Array }[],
  cluster: Cluster,
): Promise<{ assignments: Assignments; divided: GroupTopics }> {
  const subscriptions = members.map(({ memberId, groupInstanceId, metadata }) => {
    const { topics, ownedPartitions, generationId: generation, userData, rackId: rack } = readSubscription(metadata)
    return { memberId, groupInstanceId, topics, owned: flatten(ownedPartitions), generation, userData, rack }
  })
  const topics = [...new Set(subscriptions.flatMap(({ topics }) => topics))].toSorted()
  const counts = await cluster.retrying(() => partitionCounts(cluster, topics))
  return { assignments: await assignor.assign(subscriptions, counts), divided: watch(cluster, topics, counts) }
}

/** Topics that do not exist (yet) have no partitions to divide. */
async function partitionCounts(cluster: Cluster, topics: readonly string[]): Promise<Map<string, number>> {
  const found = topics.length === 0 ? [] : await cluster.refresh(topics)
  const unsettled = found.find(({ error }) => error === 'LEADER_NOT_AVAILABLE')
  if (unsettled !== undefined) throw new KafkaError(unsettled.error, { context: `topic '${unsettled.name}'` })
  return new Map(found.flatMap(({ name, error, partitions }) => (error === 'NONE' ? [[name, partitions.length]] : [])))
}

function watch(cluster: Cluster, topics: readonly string[], divided: ReadonlyMap<string, number>): GroupTopics {
  const { clock, metadataMaxAgeMs } = cluster.options
  let lookedAt = clock.monotonic()
  return {
    async changed() {
      if (clock.monotonic() - lookedAt < metadataMaxAgeMs) return false
      lookedAt = clock.monotonic()
      try {
        const counts = await partitionCounts(cluster, topics)
        return topics.some(topic => counts.get(topic) !== divided.get(topic))
      } catch {
        return false
      }
    },
  }
}
