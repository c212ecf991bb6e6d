// OffsetFetch: what a group has committed. A partition without an offset is no error.

import { noTopicId, type CommittedOffset, type GroupOffsets } from '../records.ts'
import type { Fetch } from '../requests.ts'
import type { Step } from '../step.ts'
import { isPending } from './pending.ts'

export function fetchOffsets(step: Step, { to, key: groupId, topics, requireStable = false }: Fetch): void {
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
