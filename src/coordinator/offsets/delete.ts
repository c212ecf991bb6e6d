// How committed offsets go: by OffsetDelete (KIP-496), with their topic, or by their age (KIP-211).

import type { ErrorName } from '../../protocol/index.ts'
import { ConsumerGroup } from '../consumer-group/consumer-group.ts'
import type { ClassicGroup } from '../group/classic-group.ts'
import { removeGroup } from '../group/describe.ts'
import { noTopicId, type CommittedOffset } from '../records.ts'
import type { DeleteOffsets, PartitionErrors } from '../requests.ts'
import type { Step } from '../step.ts'
import { isPending } from './pending.ts'

type AnyGroup = ClassicGroup | ConsumerGroup

export function deleteOffsets(step: Step, group: AnyGroup | undefined, request: DeleteOffsets): void {
  const error: ErrorName =
    group === undefined
      ? 'GROUP_ID_NOT_FOUND'
      : group.state !== 'Empty' && !group.usesConsumerProtocol
        ? 'NON_EMPTY_GROUP'
        : 'NONE'
  if (group === undefined || error !== 'NONE') return step.answer<'deleteOffsets'>(request.to, { error, topics: [] })
  const topics: PartitionErrors['topics'] = request.topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map(partition => ({ partition, error: deleteOne(step, group, name, partition) })),
  }))
  step.answer<'deleteOffsets'>(request.to, { error: 'NONE', topics })
}
function deleteOne(step: Step, group: AnyGroup, topic: string, partition: number): ErrorName {
  if (group.isSubscribedTo(topic)) return 'GROUP_SUBSCRIBED_TO_TOPIC'
  const { offsets, pending } = step.durable
  const isKnown =
    offsets.get(group.id)?.get(topic)?.has(partition) || isPending(pending, group.id, { topic, partition })
  if (isKnown) takeBack(step, group, topic, partition)
  return 'NONE'
}
function takeBack(step: Step, { id: groupId }: AnyGroup, topic: string, partition: number): void {
  step.write({ is: 'offset', groupId, topic, partition, value: null })
}

/** Offsets that were committed with the id of a topic stay where only another topic of that name was deleted. */
export function topicsDeleted(
  step: Step,
  group: AnyGroup,
  topics: readonly { readonly name: string; readonly topicId: string }[],
): void {
  for (const { name, topicId } of topics)
    for (const [partition, committed] of step.durable.offsets.get(group.id)?.get(name) ?? [])
      if (committed.topicId === topicId || committed.topicId === noTopicId) takeBack(step, group, name, partition)
  for (const { topic, partition, value } of step.durable.pending.get(group.id) ?? [])
    if (
      topics.some(({ name, topicId }) => name === topic && (value.topicId === topicId || value.topicId === noTopicId))
    )
      takeBack(step, group, topic, partition)
}
/** Offsets that nobody has needed for the time of retention go; and so does a group of which nothing is left. */
export function offsetsExpire(step: Step, group: AnyGroup): void {
  const { pending, offsets } = step.durable
  let anyIsLeft = pending.has(group.id)
  for (const [topic, partitions] of offsets.get(group.id) ?? [])
    for (const [partition, committed] of partitions) {
      const isKept = group.isSubscribedTo(topic) || isPending(pending, group.id, { topic, partition })
      if (!isKept && isExpired(step, group, committed)) takeBack(step, group, topic, partition)
      else anyIsLeft = true
    }
  if (!anyIsLeft && isDeserted(group)) removeGroup(step, group)
}
function isDeserted(group: AnyGroup): boolean {
  return group.state === 'Empty' && (group instanceof ConsumerGroup || group.pendingJoin.size === 0)
}
function isExpired({ now, config }: Step, group: AnyGroup, committed: CommittedOffset): boolean {
  const from = retainedFrom(group, committed)
  if (from === undefined) return false
  return committed.expireTimestamp !== -1 ? now >= committed.expireTimestamp : now - from >= config.offsetsRetentionMs
}
/** KIP-211: the time from which an offset is kept so long; undefined where it is in use. */
function retainedFrom(group: AnyGroup, { commitTimestamp }: CommittedOffset): number | undefined {
  if (group instanceof ConsumerGroup || group.protocolType === null) return commitTimestamp
  if (group.state === 'Empty') return group.stateSince ?? commitTimestamp
  const knowsItsTopics = group.state === 'Stable' && group.subscribedTopics !== undefined
  return knowsItsTopics ? commitTimestamp : undefined
}
