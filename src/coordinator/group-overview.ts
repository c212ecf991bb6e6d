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
  for (const [protocol, groups] of [
    ['consumer', durable.consumerGroups],
    ['classic', volatile.classic],
  ] as const)
    for (const [groupId, { state, members }] of groups) {
      const offsets = durable.offsets.get(groupId) ?? noOffsets
      yield { groupId, protocol, state, memberCount: members.size, offsets }
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
