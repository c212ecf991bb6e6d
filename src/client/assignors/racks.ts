// KIP-881: members that say where they are get, as far as the balance allows, partitions with a replica nearby, which they may
// read from (KIP-392).

import { topicsOf, type GroupMember, type RacksOf, type TopicPartition } from './assignor.ts'

/** Whether a replica of the partition is where the member is. */
export type IsNear = (member: GroupMember, partition: TopicPartition) => boolean

/** Undefined where it makes no difference: nobody is near anything, or each partition has replicas in every rack. */
export function nearness(
  members: readonly GroupMember[],
  partitionCounts: ReadonlyMap<string, number>,
  racksOf: RacksOf | undefined,
): IsNear | undefined {
  const ofMembers = new Set(members.flatMap(({ rack }) => (rack === null ? [] : [rack])))
  if (racksOf === undefined || ofMembers.size === 0) return undefined
  const ofPartitions = topicsOf(members).flatMap(topic =>
    Array.from({ length: partitionCounts.get(topic) ?? 0 }, (_, partition) => new Set(racksOf({ topic, partition }))),
  )
  const all = new Set(ofPartitions.flatMap(racks => [...racks]))
  if (![...all].some(rack => ofMembers.has(rack)) || ofPartitions.every(racks => racks.size === all.size))
    return undefined
  return ({ rack }, partition) => rack !== null && racksOf(partition).includes(rack)
}
