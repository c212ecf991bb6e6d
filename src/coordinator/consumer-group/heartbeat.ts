// ConsumerGroupHeartbeat: a member joins, says what it wants and has, is told what it is to have, and leaves.

import type { ErrorName } from '../../protocol/index.ts'
import type { ConsumerHeartbeat, ConsumerHeartbeatAnswer } from '../requests.ts'
import type { Step } from '../step.ts'
import { growEpoch, reconcileMember, updateSubscription, updateTarget } from './advance.ts'
import { covers, isSameAssignment, noPartitions } from './assignment.ts'
import { ConsumerGroup } from './consumer-group.ts'
import { Draft } from './draft.ts'
import { cancelTimers, fence } from './fence.ts'
import { assignmentRecord, epochOfJoin, epochOfStaticLeave, newMember, type ConsumerMember } from './member.ts'
import { faultOfExpression } from './regular-expressions.ts'
import { openForUpgrade, upgrade, type Opened } from './upgrade.ts'

export interface Fault {
  readonly error: Exclude<ErrorName, 'NONE'>
  readonly message: string
}
const noHeartbeat: ConsumerHeartbeatAnswer = {
  error: 'NONE',
  message: null,
  memberId: null,
  memberEpoch: 0,
  heartbeatIntervalMs: 0,
  assignment: null,
}

export function consumerHeartbeat(step: Step, request: ConsumerHeartbeat): void {
  const fault = request.memberEpoch < 0 ? leave(step, request) : stay(step, request)
  if (fault !== undefined) step.answer<'consumerHeartbeat'>(request.to, { ...noHeartbeat, ...fault })
}

function stay(step: Step, request: ConsumerHeartbeat): Fault | undefined {
  const opened = open(step, request)
  if ('error' in opened) return opened
  const { group } = opened
  const found = findMember(step, group, request)
  if ('error' in found) return found
  const { subscribedTopicRegex: expression } = request
  if (expression && !group.expressions.has(expression)) {
    const message = faultOfExpression(expression)
    if (message !== undefined) return { error: 'INVALID_REGULAR_EXPRESSION', message }
  }

  upgrade(step, opened)
  const draft = new Draft(step, group)
  const { member, replaces } = found
  if (replaces !== undefined) {
    draft.replaceMember(replaces, member)
    cancelTimers(step, group, replaces.memberId)
  }
  if (member.classic !== null) cancelTimers(step, group, member.memberId)
  const { epoch } = draft.group
  const hasSubscriptionChanged = updateSubscription(draft, member, updated(member, request))
  // What the classic group had taken from a member that left, or had not yet seen of its topics, is nobody's: it is given
  // now, even where the member that joins only takes the place of another that wanted the same. Kafka leaves it.
  if (opened.records.length > 0 && draft.group.epoch === epoch) growEpoch(draft)
  updateTarget(draft)
  const { owned } = request
  const now = reconcileMember(draft, member.memberId, { hasSubscriptionChanged, owned })
  step.startConsumerSession(draft.group, now)
  // Who says all that it can say wants to know all: it has joined, or lost an answer.
  const asksForAll =
    request.rebalanceTimeoutMs !== -1 &&
    (request.subscribedTopicNames !== null || expression !== null) &&
    owned !== null
  const isTold = request.memberEpoch === epochOfJoin || asksForAll || !isSameAssignment(member.assigned, now.assigned)
  step.answer<'consumerHeartbeat'>(request.to, {
    ...noHeartbeat,
    memberId: now.memberId,
    memberEpoch: now.memberEpoch,
    heartbeatIntervalMs: step.config.consumer.heartbeatIntervalMs(group.id),
    assignment: isTold ? now.assigned : null,
  })
  return undefined
}

/** The group; one that joins makes it, or makes it what it is not yet. Nothing has changed so far. */
function open(step: Step, { key, memberEpoch }: ConsumerHeartbeat): Opened | Fault {
  const group = step.durable.consumerGroups.get(key),
    classic = step.groups.get(key)
  if (group !== undefined) return { group, replaces: undefined, records: [] }
  if (memberEpoch !== epochOfJoin) return groupNotFound(step, key)
  if (classic === undefined || classic.state === 'Empty')
    return { group: new ConsumerGroup(key), replaces: classic, records: [] }
  return openForUpgrade(step, classic)
}
function groupNotFound(step: Step, groupId: string): Fault {
  const message = step.groups.has(groupId) ? 'is not a consumer group.' : 'not found.'
  return { error: 'GROUP_ID_NOT_FOUND', message: `Group ${groupId} ${message}` }
}

interface Found {
  readonly member: ConsumerMember
  /** A static member that it takes the place of. */
  readonly replaces?: ConsumerMember
}
function findMember(step: Step, group: ConsumerGroup, request: ConsumerHeartbeat): Found | Fault {
  const { instanceId, memberEpoch } = request,
    memberId = request.memberId || request.freshId,
    holder = group.staticMember(instanceId),
    sizeMax = step.config.consumer.sizeMax
  if (group.members.size >= sizeMax && holder === undefined && !group.members.has(memberId)) {
    const message = `The consumer group has reached its maximum capacity of ${sizeMax} members.`
    return { error: 'GROUP_MAX_SIZE_REACHED', message }
  }
  if (memberEpoch === epochOfJoin && instanceId !== null) return joinStatic(group, holder, memberId, instanceId)
  const member = group.members.get(memberId)
  if (memberEpoch === epochOfJoin) return { member: member ?? newMember(memberId) }
  const named = instanceId === null ? member : holder
  const fault =
    faultOfIdentity(group, memberId, instanceId) ?? (named === undefined ? undefined : faultOfEpoch(named, request))
  return fault ?? { member: named! }
}
function joinStatic(
  group: ConsumerGroup,
  holder: ConsumerMember | undefined,
  memberId: string,
  instanceId: string,
): Found | Fault {
  if (holder === undefined) return { member: group.members.get(memberId) ?? newMember(memberId) }
  // One that speaks the classic protocol is asked to give way, so that a client can be upgraded.
  if (holder.classic === null && holder.memberEpoch !== epochOfStaticLeave) {
    const message = `Static member ${memberId} with instance id ${instanceId} cannot join the group because the instance id is owned by ${holder.memberId} member.`
    return { error: 'UNRELEASED_INSTANCE_ID', message }
  }
  return { member: { ...holder, memberId, memberEpoch: 0, previousMemberEpoch: 0 }, replaces: holder }
}
/** Why it is not the member that it says it is, if it is not. */
export function faultOfIdentity(group: ConsumerGroup, memberId: string, instanceId: string | null): Fault | undefined {
  if (instanceId === null)
    return group.members.has(memberId)
      ? undefined
      : { error: 'UNKNOWN_MEMBER_ID', message: `Member ${memberId} is not a member of group ${group.id}.` }
  const holder = group.staticMember(instanceId)
  if (holder === undefined) return { error: 'UNKNOWN_MEMBER_ID', message: `Instance id ${instanceId} is unknown.` }
  if (holder.memberId === memberId) return undefined
  const message = `Static member ${memberId} with instance id ${instanceId} was fenced by member ${holder.memberId}.`
  return { error: 'FENCED_INSTANCE_ID', message }
}
function faultOfEpoch(member: ConsumerMember, { memberEpoch, owned }: ConsumerHeartbeat): Fault | undefined {
  const fenced = (message: string): Fault => ({
    error: 'FENCED_MEMBER_EPOCH',
    message: `${message} The member must abandon all its partitions and rejoin.`,
  })
  const against = (how: string) =>
    `The consumer group member has a ${how} member epoch (${memberEpoch}) than the one known by the group coordinator (${member.memberEpoch}).`
  if (memberEpoch > member.memberEpoch) return fenced(against('greater'))
  if (memberEpoch < member.memberEpoch) {
    // The answer with the new epoch may have been lost: then it has nothing that it was not given before.
    const isRetry = memberEpoch === member.previousMemberEpoch && owned !== null && covers(member.assigned, owned)
    if (!isRetry) return fenced(against('smaller'))
  }
  if (member.state === 'unknown' && (owned === null || owned.size > 0))
    return fenced('The consumer group member is in a unknown state.')
  return undefined
}
/** What is not said is as before. */
function updated(member: ConsumerMember, request: ConsumerHeartbeat): ConsumerMember {
  const { subscribedTopicNames: names, rebalanceTimeoutMs } = request
  return {
    ...member,
    instanceId: request.instanceId ?? member.instanceId,
    rackId: request.rackId ?? member.rackId,
    clientId: request.clientId,
    clientHost: request.clientHost,
    rebalanceTimeoutMs: rebalanceTimeoutMs === -1 ? member.rebalanceTimeoutMs : rebalanceTimeoutMs,
    serverAssignor: request.serverAssignor ?? member.serverAssignor,
    subscribedTopicNames: names === null ? member.subscribedTopicNames : new Set(names),
    subscribedTopicRegex: request.subscribedTopicRegex ?? member.subscribedTopicRegex,
    classic: null,
  }
}

function leave(step: Step, request: ConsumerHeartbeat): Fault | undefined {
  const { key, memberId, memberEpoch, instanceId } = request
  const group = step.durable.consumerGroups.get(key)
  if (group === undefined) return groupNotFound(step, key)
  const fault = faultOfIdentity(group, memberId, instanceId)
  if (fault !== undefined) return fault
  const member = group.members.get(memberId)!
  step.answer<'consumerHeartbeat'>(request.to, { ...noHeartbeat, memberId, memberEpoch })
  // A static member keeps its partitions, and its session, for the one that comes in its place.
  if (instanceId !== null && memberEpoch === epochOfStaticLeave)
    step.write(assignmentRecord(key, { ...member, memberEpoch, pendingRevocation: noPartitions }))
  else fence(step, group, [member], 'it leaves')
  return undefined
}
