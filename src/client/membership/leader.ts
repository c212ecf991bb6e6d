// What the leader of a classic group does: reads what the members subscribe to, looks up how many partitions there are,
// and has them divided.

import { readSubscription } from '../../protocol/index.ts'
import type { Assignments, Assignor, RacksOf } from '../assignors/assignor.ts'
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
  const found = await cluster.retrying(() => topicsOf(cluster, topics))
  const counts = new Map([...found].map(([name, racks]) => [name, racks.length]))
  const racksOf: RacksOf = ({ topic, partition }) => found.get(topic)?.[partition] ?? []
  const assignments = await assignor.assign(subscriptions, counts, racksOf)
  const racksCount = subscriptions.some(({ rack }) => rack !== null)
  return { assignments, divided: watch(cluster, topics, { found, racksCount }) }
}

/** For each partition of a topic the racks that it is in (KIP-881). Topics that do not exist (yet) have nothing to divide. */
type Found = ReadonlyMap<string, readonly (readonly string[])[]>
async function topicsOf(cluster: Cluster, topics: readonly string[]): Promise<Found> {
  const found = topics.length === 0 ? [] : await cluster.refresh(topics)
  const unsettled = found.find(({ error }) => error === 'LEADER_NOT_AVAILABLE')
  if (unsettled !== undefined) throw new KafkaError(unsettled.error, { context: `topic '${unsettled.name}'` })
  const racksOf = (replicas: readonly number[]) =>
    replicas.flatMap(nodeId => cluster.view.brokers.get(nodeId)?.rack ?? []).toSorted()
  return new Map(
    found.flatMap(({ name, error, partitions }) =>
      error === 'NONE' ? [[name, partitions.map(({ replicas }) => racksOf(replicas))] as const] : [],
    ),
  )
}

interface Divided {
  readonly found: Found
  /** A member says where it is. */
  readonly racksCount: boolean
}
function watch(cluster: Cluster, topics: readonly string[], { found, racksCount }: Divided): GroupTopics {
  const { clock, metadataMaxAgeMs } = cluster.options
  const seen = (of: Found) =>
    JSON.stringify(topics.map(topic => (racksCount ? of.get(topic) : of.get(topic)?.length) ?? null))
  const divided = seen(found)
  let lookedAt = clock.monotonic()
  return {
    async changed() {
      if (clock.monotonic() - lookedAt < metadataMaxAgeMs) return false
      lookedAt = clock.monotonic()
      try {
        return seen(await topicsOf(cluster, topics)) !== divided
      } catch {
        return false
      }
    },
  }
}
