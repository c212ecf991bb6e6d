// What follows from what a member says of itself: the group's epoch grows where the subscriptions, or the topics, are other
// than before; a target is computed for the epoch; and the member goes a step towards it.

import { createHash } from 'node:crypto'

import { assignors } from '../assignors/index.ts'
import type { TopicNames } from '../topic-names.ts'
import { isSameAssignment, type Assignment } from './assignment.ts'
import type { Draft } from './draft.ts'
import {
  assignmentRecord,
  hasSameAssignment,
  isReconciledTo,
  isSameSet,
  metadataRecord,
  saysTheSame,
  type ConsumerMember,
} from './member.ts'
import { reconcile } from './reconcile.ts'
import { targetRecord } from './records.ts'
import { resolveExpressions } from './regular-expressions.ts'

/** Says whether the member subscribes to others than before. */
export function updateSubscription(draft: Draft, before: ConsumerMember, updated: ConsumerMember): boolean {
  const { step } = draft,
    awareness = step.awarenessOf(draft.group.id)
  const haveTopicsChanged = awareness.topicsVersion !== step.topics.version
  const saysNews = !draft.group.members.has(updated.memberId) || !saysTheSame(before, updated)
  // Nearly all heartbeats: they must not cost more in a large group.
  if (!saysNews && !haveTopicsChanged) return false
  const assignorBefore = assignorOf(draft)
  if (saysNews) draft.write(metadataRecord(draft.group.id, updated))
  const hasSubscriptionChanged =
    !isSameSet(before.subscribedTopicNames, updated.subscribedTopicNames) ||
    before.subscribedTopicRegex !== updated.subscribedTopicRegex
  const isResolvedAnew = resolveExpressions(draft, { haveTopicsChanged })
  const grows = hasSubscriptionChanged || isResolvedAnew || assignorBefore !== assignorOf(draft)
  if (grows || haveTopicsChanged) {
    const metadataHash = hashOf(draft.group.subscribedTopics, step.topics)
    if (grows || metadataHash !== draft.group.metadataHash) growEpoch(draft, metadataHash)
  }
  awareness.topicsVersion = step.topics.version
  return hasSubscriptionChanged
}
export function growEpoch(
  draft: Draft,
  metadataHash: bigint = hashOf(draft.group.subscribedTopics, draft.step.topics),
) {
  const { id: groupId, epoch } = draft.group
  draft.write({ is: 'consumerGroupMetadata', groupId, value: { epoch: epoch + 1, metadataHash } })
}
function assignorOf({ group, step }: Draft): string {
  const preferred = group.preferredAssignor
  return preferred !== undefined && assignors.has(preferred) ? preferred : step.config.consumer.assignors[0]!
}
/**
 * Of ids and sizes of the topics that there are. It is not the number that Kafka computes: a group that comes from there
 * grows by an epoch at its first heartbeat.
 */
export function hashOf(names: Iterable<string>, topics: TopicNames): bigint {
  const hash = createHash('sha256')
  let isEmpty = true
  for (const name of [...names].sort()) {
    const topic = topics.byName(name)
    if (topic === undefined) continue
    hash.update(`${name} ${topic.topicId} ${topic.partitionCount}\n`)
    isEmpty = false
  }
  return isEmpty ? 0n : hash.digest().readBigInt64BE()
}

/** Nothing to do where there is a target for the epoch. */
export function updateTarget(draft: Draft): void {
  const { group, step } = draft,
    { topics } = step
  if (group.assignmentEpoch >= group.epoch) return
  const assignor = assignorOf(draft),
    members = [...group.members.values()]
  const targets = assignors.get(assignor)!({
    members: members.map(member => ({
      memberId: member.memberId,
      instanceId: member.instanceId,
      topicIds: group.topicIdsOf(member, topics),
      target: group.targetOf(member.memberId),
    })),
    partitionCount: topicId => topics.byName(topics.nameOf(topicId) ?? '')?.partitionCount ?? 0,
  })
  for (const [i, { memberId }] of members.entries())
    if (!group.targets.has(memberId) || !isSameAssignment(group.targetOf(memberId), targets[i]!))
      draft.write(targetRecord(group.id, memberId, targets[i]!))
  const value = { assignmentEpoch: group.epoch }
  draft.write({ is: 'consumerGroupTargetAssignmentMetadata', groupId: group.id, value })
  step.tell(group, 'group is assigned', { epoch: group.epoch, members: members.length, assignor })
}

export interface Owning {
  readonly hasSubscriptionChanged: boolean
  /** What the member says it has; null where it does not say. */
  readonly owned: Assignment | null
}
/** Gives the member as it is afterwards. */
export function reconcileMember(
  draft: Draft,
  memberId: string,
  { hasSubscriptionChanged, owned }: Owning,
): ConsumerMember {
  const { group, step } = draft,
    member = group.members.get(memberId)!
  if (!hasSubscriptionChanged && isReconciledTo(member, group.assignmentEpoch)) return member
  const next = reconcile(member, {
    targetEpoch: group.assignmentEpoch,
    target: group.targetOf(memberId),
    subscribed: group.topicIdsOf(member, step.topics),
    hasSubscriptionChanged,
    owned,
    ownerOf: (topicId, partition) => group.ownerOf(topicId, partition),
  })
  if (hasSameAssignment(member, next)) return member
  draft.write(assignmentRecord(group.id, next))
  // Who speaks the classic protocol has the time of its own join and sync instead.
  if (next.classic === null) keepRebalanceTimer(draft, next)
  return next
}
export function keepRebalanceTimer(
  { group, step }: Pick<Draft, 'group' | 'step'>,
  { memberId, memberEpoch, state, rebalanceTimeoutMs }: ConsumerMember,
): void {
  const name = `rebalance ${memberId}`
  if (state !== 'unrevoked') step.cancel(group, name)
  else step.start(name, rebalanceTimeoutMs, { is: 'revocationDeadline', key: group.id, memberId, memberEpoch })
}
