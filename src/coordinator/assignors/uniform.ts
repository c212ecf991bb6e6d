// The uniform assignor: all have as many partitions as each other, as far as subscriptions allow, and keep what they have
// had: what moves is what has to.

import {
  addPartition,
  has,
  partitionsOf,
  type Assignment,
  type MutableAssignment,
} from '../consumer-group/assignment.ts'
import { isSameSet } from '../consumer-group/member.ts'
import type { Subscriber, Subscribers } from './assignor.ts'

export function assignUniform(subscribers: Subscribers): readonly Assignment[] {
  const [first, ...others] = subscribers.members
  if (first === undefined) return []
  const isHomogeneous = others.every(({ topicIds }) => isSameSet(topicIds, first.topicIds))
  return isHomogeneous ? assignAlike(subscribers, first.topicIds) : assignUnlike(subscribers)
}

interface Place {
  readonly topicId: string
  readonly partition: number
}

/** All subscribe to the same: each has a quota, and those that come first in the list may have one more. */
function assignAlike({ members, partitionCount }: Subscribers, topicIds: ReadonlySet<string>): readonly Assignment[] {
  const free = unassigned(members, topicIds, partitionCount)
  let total = 0
  for (const topicId of topicIds) total += partitionCount(topicId)
  const quota = Math.floor(total / members.length)
  let withOneMore = total % members.length
  const room: number[] = []
  const assignments = members.map((member, i) => {
    const mayHaveOneMore = withOneMore > 0
    const quotaMax = mayHaveOneMore ? quota + 1 : quota
    const kept: MutableAssignment = new Map()
    let left = quotaMax
    for (const [topicId, partition] of partitionsOf(member.target)) {
      if (!topicIds.has(topicId) || partition >= partitionCount(topicId)) continue
      if (left > 0) {
        addPartition(kept, topicId, partition)
        left--
      } else free.push({ topicId, partition })
    }
    // The one more is left to a member that has it already, unless there are only as many members as there are to give.
    const leavesIt = mayHaveOneMore && left > 0 && members.length - i > withOneMore
    if (mayHaveOneMore && !leavesIt) withOneMore--
    room.push(leavesIt ? left - 1 : left)
    return kept
  })
  let next = 0
  for (const [i, assignment] of assignments.entries())
    for (let n = room[i]!; n > 0 && next < free.length; n--) {
      const { topicId, partition } = free[next++]!
      addPartition(assignment, topicId, partition)
    }
  return assignments
}
function unassigned(
  members: readonly Subscriber[],
  topicIds: Iterable<string>,
  partitionCount: Subscribers['partitionCount'],
): Place[] {
  const taken = new Map<string, Set<number>>()
  for (const { target } of members)
    for (const [topicId, partition] of partitionsOf(target)) addPartition(taken, topicId, partition)
  const free: Place[] = []
  for (const topicId of topicIds)
    for (let partition = 0; partition < partitionCount(topicId); partition++)
      if (!has(taken, topicId, partition)) free.push({ topicId, partition })
  return free
}

/** A pass of balancing looks at every partition; each that moves makes the loads more even, so it comes to rest. */
const passesMax = 16

interface Load {
  readonly member: Subscriber
  readonly assignment: MutableAssignment
  size: number
}
/** Subscriptions differ: a partition goes to the least loaded of those who want its topic. */
function assignUnlike({ members, partitionCount }: Subscribers): readonly Assignment[] {
  const loads: Load[] = members.map(member => ({ member, assignment: new Map(), size: 0 }))
  const byTopic = new Map<string, Load[]>()
  for (const load of loads)
    for (const topicId of load.member.topicIds) {
      const subscribers = byTopic.get(topicId)
      if (subscribers === undefined) byTopic.set(topicId, [load])
      else subscribers.push(load)
    }
  const owners = new Map<string, (Load | undefined)[]>()
  for (const topicId of byTopic.keys()) owners.set(topicId, Array.from({ length: partitionCount(topicId) }))
  for (const load of loads)
    for (const [topicId, partition] of partitionsOf(load.member.target))
      if (load.member.topicIds.has(topicId) && partition < partitionCount(topicId))
        give(owners, load, topicId, partition)
  // Those whom few can take come first: later there is more choice.
  const topicIds = [...byTopic.keys()].sort((one, other) => {
    const crowding = (topicId: string) => partitionCount(topicId) / byTopic.get(topicId)!.length
    return crowding(other) - crowding(one) || byTopic.get(one)!.length - byTopic.get(other)!.length
  })
  for (const topicId of topicIds)
    for (const [partition, owner] of owners.get(topicId)!.entries())
      if (owner === undefined) give(owners, leastLoaded(byTopic.get(topicId)!), topicId, partition)
  for (let pass = 0, moved = true; moved && pass < passesMax; pass++) {
    moved = false
    for (const topicId of topicIds)
      for (const [partition, owner] of owners.get(topicId)!.entries()) {
        const other = leastLoaded(byTopic.get(topicId)!)
        if (owner!.size - other.size <= 1) continue
        take(owner!, topicId, partition)
        give(owners, other, topicId, partition)
        moved = true
      }
  }
  return loads.map(({ assignment }) => assignment)
}
function leastLoaded(loads: readonly Load[]): Load {
  return loads.reduce((least, load) => (load.size < least.size ? load : least))
}
function give(owners: Map<string, (Load | undefined)[]>, load: Load, topicId: string, partition: number): void {
  owners.get(topicId)![partition] = load
  addPartition(load.assignment, topicId, partition)
  load.size++
}
function take(load: Load, topicId: string, partition: number): void {
  const partitions = load.assignment.get(topicId)!
  partitions.delete(partition)
  if (partitions.size === 0) load.assignment.delete(topicId)
  load.size--
}
