// The range assignor: of each topic a member has a run of partitions, and of topics with as many partitions and the same
// subscribers the same run: so they can be joined. Static members come first, so that their runs stay when others come.

import { addPartition, type Assignment, type MutableAssignment } from '../consumer-group/assignment.ts'
import type { Subscriber, Subscribers } from './assignor.ts'

export function assignRange({ members, partitionCount }: Subscribers): readonly Assignment[] {
  const assignments = new Map<Subscriber, MutableAssignment>(members.map(member => [member, new Map()]))
  const byTopic = new Map<string, Subscriber[]>()
  for (const member of members.toSorted(byInstanceThenId))
    for (const topicId of member.topicIds) {
      const subscribers = byTopic.get(topicId)
      if (subscribers === undefined) byTopic.set(topicId, [member])
      else subscribers.push(member)
    }
  for (const [topicId, subscribers] of byTopic) {
    const count = partitionCount(topicId),
      each = Math.floor(count / subscribers.length),
      withOneMore = count % subscribers.length
    let next = 0
    for (const [i, member] of subscribers.entries())
      for (const end = next + each + (i < withOneMore ? 1 : 0); next < end; next++)
        addPartition(assignments.get(member)!, topicId, next)
  }
  return [...assignments.values()]
}
function byInstanceThenId(one: Subscriber, other: Subscriber): number {
  if (one.instanceId !== null && other.instanceId !== null) return compare(one.instanceId, other.instanceId)
  if (one.instanceId !== null) return -1
  return other.instanceId !== null ? 1 : compare(one.memberId, other.memberId)
}
function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}
