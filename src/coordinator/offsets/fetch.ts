// OffsetFetch: what a group has committed. A partition without an offset is no error.

import { noTopicId, type CommittedOffset, type GroupOffsets } from '../records.ts'
import type { Fetch, FetchAnswer } from '../requests.ts'
import type { Step } from '../step.ts'

export function fetchOffsets(step: Step, { to, key: groupId, topics }: Fetch): void {
  const offsets = step.durable.offsets.get(groupId)
  step.answer<'fetch'>(to, { error: 'NONE', topics: topics === null ? all(offsets) : some(offsets, topics) })
}
function some(offsets: GroupOffsets | undefined, topics: NonNullable<Fetch['topics']>): FetchAnswer['topics'] {
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
function all(offsets: GroupOffsets | undefined): FetchAnswer['topics'] {
  return [...(offsets ?? [])].map(([name, partitions]) => ({
    name,
    topicId: noTopicId,
    partitions: [...partitions].map(([partition, committed]) => ({ partition, committed })),
  }))
}
