// A classic group becomes one of the consumer protocol while it runs: when the first member joins that speaks it. The others
// go on as they are, and are served by JoinGroup and SyncGroup (classic-members.ts).

import { readAssignment, readSubscription } from '../../protocol/index.ts'
import type { ClassicGroup, Member } from '../group/classic-group.ts'
import { noJoin, noSync, type Step } from '../step.ts'
import { hashOf } from './advance.ts'
import { assignmentByName, divide, has } from './assignment.ts'
import { ConsumerGroup } from './consumer-group.ts'
import type { Fault } from './heartbeat.ts'
import { assignmentRecord, metadataRecord, newMember, type ConsumerMember } from './member.ts'
import { targetRecord, type ConsumerGroupRecord } from './records.ts'

export interface Opened {
  readonly group: ConsumerGroup
  /** The classic group that it takes the place of. */
  readonly replaces: ClassicGroup | undefined
  /** What makes it. */
  readonly records: readonly ConsumerGroupRecord[]
}

/** What the classic group would be; or why it stays what it is. Nothing has changed so far. */
export function openForUpgrade(step: Step, classic: ClassicGroup): Opened | Fault {
  const { upgrades, sizeMax } = step.config.consumer
  const cannot = (why: string): Fault => ({
    error: 'GROUP_ID_NOT_FOUND',
    message: `Cannot upgrade classic group ${classic.id} to consumer group because ${why}.`,
  })
  if (!upgrades) return cannot('online upgrade is disabled')
  if (!classic.usesConsumerProtocol) return cannot('the group does not use the consumer embedded protocol')
  if (classic.members.size > sizeMax) return cannot('the group size exceeds the consumer group maximum size')
  let members: readonly ConsumerMember[]
  try {
    if ([...classic.members.values()].some(hasUserData))
      return cannot(
        'an unsupported custom assignor is in use. Please refer to the documentation or switch to a default assignor before re-attempting the upgrade',
      )
    const assigned = [...classic.members.values()].map(member => memberOf(step, classic, member))
    members = withUnrevoked(step, classic, assigned)
  } catch {
    return cannot('the embedded consumer protocol is malformed')
  }
  const group = new ConsumerGroup(classic.id),
    records = recordsOf(step, classic, members)
  for (const record of records) group.apply(record)
  return { group, replaces: classic, records }
}
function hasUserData({ assignment }: Member): boolean {
  return (readAssignment(assignment).userData?.length ?? 0) > 0
}
/** It has what the leader gave it last. If a rebalance is under way, it is called to join again in any case. */
function memberOf(step: Step, classic: ClassicGroup, member: Member): ConsumerMember {
  const { topics, rackId } = readSubscription(classic.metadataOf(member))
  const { memberId, groupInstanceId: instanceId, clientId, clientHost, rebalanceTimeoutMs, sessionTimeoutMs } = member
  return {
    ...newMember(memberId),
    instanceId,
    rackId: rackId || null,
    clientId,
    clientHost,
    rebalanceTimeoutMs,
    subscribedTopicNames: new Set(topics),
    classic: { sessionTimeoutMs, supportedProtocols: [...member.protocols] },
    memberEpoch: classic.generation,
    previousMemberEpoch: classic.generation,
    assigned: assignmentByName(step.topics, readAssignment(member.assignment).assignedPartitions),
  }
}
/**
 * KIP-429: what a member said to have when it joined, and was not given again, it gives up when it learns of it, and joins
 * once more to say so. Until then it may have it.
 */
function withUnrevoked(step: Step, classic: ClassicGroup, members: readonly ConsumerMember[]): ConsumerMember[] {
  const given = members.map(({ assigned }) => assigned)
  return members.map(member => {
    const { ownedPartitions } = readSubscription(classic.metadataOf(classic.members.get(member.memberId)!))
    const isGiven = (topicId: string, partition: number) => given.some(one => has(one, topicId, partition))
    const { rest: pendingRevocation } = divide(assignmentByName(step.topics, ownedPartitions), isGiven)
    if (pendingRevocation.size === 0) return member
    given.push(pendingRevocation)
    return { ...member, state: 'unrevoked', pendingRevocation }
  })
}
function recordsOf(
  { topics }: Step,
  { id: groupId, generation: epoch }: ClassicGroup,
  members: readonly ConsumerMember[],
): readonly ConsumerGroupRecord[] {
  const names = new Set(members.flatMap(({ subscribedTopicNames }) => [...subscribedTopicNames]))
  const metadataHash = hashOf(names, topics)
  return [
    ...members.map(member => metadataRecord(groupId, member)),
    { is: 'consumerGroupMetadata', groupId, value: { epoch, metadataHash } },
    ...members.map(({ memberId, assigned }) => targetRecord(groupId, memberId, assigned)),
    { is: 'consumerGroupTargetAssignmentMetadata', groupId, value: { assignmentEpoch: epoch } },
    ...members.map(member => assignmentRecord(groupId, member)),
  ]
}

/** The classic group is over; who waits in it is told to join again. */
export function upgrade(step: Step, { group, replaces: classic, records }: Opened): void {
  if (classic === undefined) return
  for (const member of classic.members.values()) {
    step.releaseJoin(member, { ...noJoin, error: 'REBALANCE_IN_PROGRESS', memberId: member.memberId })
    step.releaseSync(member, { ...noSync, error: 'REBALANCE_IN_PROGRESS' })
  }
  for (const memberId of classic.pendingJoin) step.endSession(classic, memberId)
  for (const timer of ['join', 'sync']) step.cancel(classic, timer)
  if (step.durable.groups.has(classic.id)) step.write({ is: 'group', groupId: classic.id, value: null })
  step.groups.delete(classic.id)
  for (const record of records) step.write(record)
  for (const member of group.members.values()) step.startConsumerSession(group, member)
  step.tell(classic, 'classic group becomes a consumer group', { members: group.members.size })
}
