// OffsetFetch: what a group has committed. A partition without an offset is no error.

import type { ErrorName } from '../../protocol/index.ts'
import { noTopicId, type CommittedOffset, type GroupOffsets } from '../records.ts'
import type { Fetch } from '../requests.ts'
import type { Step } from '../step.ts'
import { isPending } from './pending.ts'

export function fetchOffsets(step: Step, request: Fetch): void {
  const { to, key: groupId, topics, requireStable = false } = request
  const fault = faultOf(step, request)
  if (fault !== undefined) return step.answer<'fetch'>(to, { error: fault, topics: [] })
  const offsets = step.durable.offsets.get(groupId)
  const found = topics === null ? all(offsets) : some(offsets, topics)
  const isUnstable = (topic: string, partition: number) =>
    requireStable && isPending(step.durable.pending, groupId, { topic, partition })
  step.answer<'fetch'>(to, {
    error: 'NONE',
    topics: found.map(topic => ({
      ...topic,
      partitions: topic.partitions.map(one => ({ ...one, isUnstable: isUnstable(topic.name, one.partition) })),
    })),
  })
}
/** KIP-848: a member asks by its present epoch. Of classic groups nobody is asked who it is. */
function faultOf({ durable }: Step, { key, memberId = null, memberEpoch = -1 }: Fetch): ErrorName | undefined {
  const group = durable.consumerGroups.get(key)
  if (group === undefined || (memberId === null && memberEpoch < 0)) return undefined
  const member = group.members.get(memberId ?? '')
  if (member === undefined) return 'UNKNOWN_MEMBER_ID'
  if (member.memberEpoch === memberEpoch) return undefined
  return member.classic === null ? 'STALE_MEMBER_EPOCH' : 'ILLEGAL_GENERATION'
}
type Found = readonly {
  readonly name: string
  readonly topicId: string
  readonly partitions: readonly { readonly partition: number; readonly committed: CommittedOffset | undefined }[]
}[]
function some(offsets: GroupOffsets | undefined, topics: NonNullable<Fetch['topics']>): Found {
  return topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map(partition => {
      const committed = offsets?.get(name)?.get(partition)
      return { partition, committed: isOfAnotherTopic(committed, topicId) ? undefined : committed }
    }),
  }))
}
/** KIP-848: the topic was deleted since, and another has its name. */
function isOfAnotherTopic(committed: CommittedOffset | undefined, topicId: string): boolean {
  const was = committed?.topicId ?? noTopicId
  return was !== noTopicId && topicId !== noTopicId && was !== topicId
}
function all(offsets: GroupOffsets | undefined): Found {
  return [...(offsets ?? [])].map(([name, partitions]) => ({
    name,
    topicId: noTopicId,
    partitions: [...partitions].map(([partition, committed]) => ({ partition, committed })),
  }))
}
