// A group as metrics tell of it, read where it lies: nothing is copied.

import type { GroupOffsets } from './records.ts'
import type { GroupTypes } from './requests.ts'
import type { Runtime } from './runtime.ts'

export interface GroupOverview {
  readonly groupId: string
  readonly protocol: 'classic' | 'consumer'
  /** By Kafka's names of the protocol's states. */
  readonly state: string
  readonly memberCount: number
  /** To be read at once, and not kept. */
  readonly offsets: GroupOffsets
}
const noOffsets: GroupOffsets = new Map()

export function* groupsOf({ isLeading, state }: Runtime<GroupTypes>): Iterable<GroupOverview> {
  if (!isLeading) return
  const { durable, volatile } = state
  for (const [groupId, { state, members }] of durable.consumerGroups)
    yield {
      groupId,
      protocol: 'consumer',
      state,
      memberCount: members.size,
      offsets: durable.offsets.get(groupId) ?? noOffsets,
    }
  for (const [groupId, { state, members }] of volatile.classic)
    yield {
      groupId,
      protocol: 'classic',
      state,
      memberCount: members.size,
      offsets: durable.offsets.get(groupId) ?? noOffsets,
    }
}

/** Partitions of a coordinator's topic: those that are served, and those that are still being read. */
export interface PartitionCounts {
  readonly active: number
  readonly loading: number
}
export function partitionCounts(runtimes: Iterable<{ readonly isLeading: boolean }>): PartitionCounts {
  let active = 0,
    loading = 0
  for (const { isLeading } of runtimes)
    if (isLeading) active++
    else loading++
  return { active, loading }
}
