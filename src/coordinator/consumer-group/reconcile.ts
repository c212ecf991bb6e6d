// A step of a member towards its target: it gives up first, and what another has not given up yet it is not given.

import { divide, has, noPartitions, partitionsOf, together, addPartition, type Assignment } from './assignment.ts'
import { isReconciledTo, type ConsumerMember } from './member.ts'

export interface Reconciliation {
  readonly targetEpoch: number
  readonly target: Assignment
  /** The ids of the topics that the member is subscribed to now: it has no others, whatever the target says. */
  readonly subscribed: ReadonlySet<string>
  readonly hasSubscriptionChanged: boolean
  /** What the member says it has; null where it does not say. */
  readonly owned: Assignment | null
  readonly ownerOf: (topicId: string, partition: number) => string | undefined
}

/** The member itself where nothing changes. */
export function reconcile(member: ConsumerMember, to: Reconciliation): ConsumerMember {
  switch (member.state) {
    case 'stable':
      if (!isReconciledTo(member, to.targetEpoch)) return step(member, to)
      return to.hasSubscriptionChanged ? withoutUnsubscribed(member, to) : member
    case 'unrevoked':
      if (!ownsAny(to.owned, member.pendingRevocation)) return step(member, to)
      return to.hasSubscriptionChanged ? withoutUnsubscribed(member, to) : member
    case 'unreleased':
    case 'unknown':
      return step(member, to)
  }
}

function step(member: ConsumerMember, to: Reconciliation): ConsumerMember {
  const isWanted = (topicId: string, partition: number) =>
    to.subscribed.has(topicId) && has(to.target, topicId, partition)
  const { kept, rest: revoked } = divide(member.assigned, isWanted)
  if (ownsAny(to.owned, revoked)) return moved(member, member.memberEpoch, 'unrevoked', kept, revoked)
  let waits = false
  for (const [topicId, partition] of partitionsOf(to.target)) {
    if (!to.subscribed.has(topicId) || has(kept, topicId, partition)) continue
    const owner = to.ownerOf(topicId, partition)
    if (owner === undefined || owner === member.memberId) addPartition(kept, topicId, partition)
    else waits = true
  }
  return moved(member, to.targetEpoch, waits ? 'unreleased' : 'stable', kept, noPartitions)
}
/** The topics that it has left are to be given up at once, without a look at the target. */
function withoutUnsubscribed(member: ConsumerMember, to: Reconciliation): ConsumerMember {
  const { kept, rest } = divide(member.assigned, topicId => to.subscribed.has(topicId))
  if (rest.size === 0) return member
  const revoked = together(member.pendingRevocation, rest)
  if (ownsAny(to.owned, revoked)) return moved(member, member.memberEpoch, 'unrevoked', kept, revoked)
  return moved(member, member.memberEpoch, member.state, kept, member.pendingRevocation)
}
function moved(
  member: ConsumerMember,
  memberEpoch: number,
  state: ConsumerMember['state'],
  assigned: Assignment,
  pendingRevocation: Assignment,
): ConsumerMember {
  return { ...member, memberEpoch, previousMemberEpoch: member.memberEpoch, state, assigned, pendingRevocation }
}
/** Who does not say may own them still. */
function ownsAny(owned: Assignment | null, partitions: Assignment): boolean {
  if (partitions.size === 0) return false
  if (owned === null) return true
  for (const [topicId, partition] of partitionsOf(partitions)) if (has(owned, topicId, partition)) return true
  return false
}
