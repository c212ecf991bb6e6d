// JoinGroup: who may join, and what a join means in each state of the group.

import type { ErrorName } from '../../protocol/index.ts'
import type { Join } from '../requests.ts'
import { noJoin, type Step } from '../step.ts'
import { ClassicGroup, noAssignment, type Member } from './classic-group.ts'
import { completeJoinIfAllHave, joined, prepareRebalance, rebalanceOrCompleteJoin } from './rebalance.ts'

/**
 * A new member that waits in a rebalance has no session yet, and its client gives up and asks again under a new id: this
 * is for how long the one left behind counts as a member.
 */
const newMemberJoinMsMax = 5 * 60_000

export function join(step: Step, request: Join): void {
  const { to, memberId, protocolType, protocols } = request
  let group = step.groups.get(request.key)
  if (group === undefined) {
    if (memberId !== '') return step.refuseJoin(to, 'UNKNOWN_MEMBER_ID', memberId)
    group = new ClassicGroup(request.key)
    step.groups.set(group.id, group)
  }
  if (!hasRoomFor(group, memberId, step.config.groupSizeMax)) {
    group.remove(memberId)
    return step.refuseJoin(to, 'GROUP_MAX_SIZE_REACHED')
  }
  if (!group.supports(protocolType, protocols)) return step.refuseJoin(to, 'INCONSISTENT_GROUP_PROTOCOL', memberId)
  if (memberId === '') joinAsNew(step, group, request)
  else if (group.pendingJoin.has(memberId)) joinPending(step, group, request)
  else rejoin(step, group, request)
}

/** While members join, those count that have: the last to come back may find a group that was made smaller full. */
function hasRoomFor(group: ClassicGroup, memberId: string, sizeMax: number): boolean {
  const member = group.members.get(memberId)
  switch (group.state) {
    case 'Empty':
      return true
    case 'PreparingRebalance':
      return member?.joining !== undefined || group.joiningCount < sizeMax
    case 'CompletingRebalance':
    case 'Stable':
      return member !== undefined || group.members.size < sizeMax
  }
}

function joinAsNew(step: Step, group: ClassicGroup, request: Join): void {
  const { to, groupInstanceId, clientId, freshId, comesAgain, sessionTimeoutMs } = request
  const memberId = `${groupInstanceId ?? clientId}-${freshId}`
  const holder = groupInstanceId === null ? undefined : group.staticMembers.get(groupInstanceId)
  if (holder !== undefined) return replace(step, group, group.members.get(holder)!, memberId, request)
  if (groupInstanceId !== null || !comesAgain) return addMember(step, group, memberId, request)
  group.pendingJoin.add(memberId)
  step.start(`session ${memberId}`, sessionTimeoutMs, { is: 'sessionExpired', key: group.id, memberId })
  step.refuseJoin(to, 'MEMBER_ID_REQUIRED', memberId)
}
/** KIP-394: it comes back with the id that it was given. A static member is never given one to come back with. */
function joinPending(step: Step, group: ClassicGroup, request: Join): void {
  if (request.groupInstanceId === null) addMember(step, group, request.memberId, request)
  else step.refuseJoin(request.to, 'UNKNOWN_MEMBER_ID', request.memberId)
}
function addMember(step: Step, group: ClassicGroup, memberId: string, request: Join): void {
  if (group.members.size === 0) group.protocolType = request.protocolType
  if (group.isInitialRebalance) group.newMemberAdded = true
  const member: Member = {
    memberId,
    groupInstanceId: request.groupInstanceId,
    clientId: request.clientId,
    clientHost: request.clientHost,
    protocols: request.protocols,
    sessionTimeoutMs: request.sessionTimeoutMs,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    assignment: noAssignment,
    isNew: true,
    joining: request.to,
    syncing: undefined,
  }
  group.add(member)
  step.startSession(group, member, newMemberJoinMsMax)
  rebalanceOrCompleteJoin(step, group, because(`${memberId} joins`, request))
}

function rejoin(step: Step, group: ClassicGroup, request: Join): void {
  const { to, memberId, groupInstanceId } = request
  const fault = group.faultOf(memberId, groupInstanceId)
  const member = group.members.get(memberId)
  if (fault !== undefined || member === undefined) return step.refuseJoin(to, fault ?? 'UNKNOWN_MEMBER_ID', memberId)
  const isUnchanged = hasSameProtocols(member, request)
  switch (group.state) {
    case 'Empty':
      return step.refuseJoin(to, 'UNKNOWN_MEMBER_ID', memberId)
    case 'PreparingRebalance':
      return updateMember(step, group, member, request, `${memberId} joins again`)
    case 'CompletingRebalance':
      // The answer may have been lost on its way: the same again tells no news.
      if (isUnchanged) return step.answer<'join'>(to, joined(group, member))
      return updateMember(step, group, member, request, `${memberId} has changed what it says of itself`)
    case 'Stable':
      // The leader joins again when something has changed that it knows of alone: the partitions of a topic, for one.
      if (group.leader === memberId)
        return updateMember(step, group, member, request, `the leader ${memberId} joins again`)
      if (!isUnchanged)
        return updateMember(step, group, member, request, `${memberId} has changed what it says of itself`)
      return step.answer<'join'>(to, joined(group, member))
  }
}
function updateMember(step: Step, group: ClassicGroup, member: Member, request: Join, event: string): void {
  // The client has asked twice, so nobody reads the first answer any more.
  step.releaseJoin(member, { ...noJoin, error: 'REBALANCE_IN_PROGRESS', memberId: member.memberId })
  update(member, request)
  member.joining = request.to
  rebalanceOrCompleteJoin(step, group, because(event, request))
}
function update(member: Member, { protocols, sessionTimeoutMs, rebalanceTimeoutMs }: Join): void {
  Object.assign(member, { protocols, sessionTimeoutMs, rebalanceTimeoutMs })
}
function hasSameProtocols({ protocols }: Member, request: Join): boolean {
  return (
    protocols.length === request.protocols.length &&
    protocols.every(({ name, metadata }, i) => {
      const other = request.protocols[i]!
      return name === other.name && metadata.equals(other.metadata)
    })
  )
}

/** KIP-345: a static member that has restarted takes its own place again. Whoever held it is fenced. */
function replace(step: Step, group: ClassicGroup, old: Member, memberId: string, request: Join): void {
  const leaderBefore = group.leader ?? ''
  const fenced = { error: 'FENCED_INSTANCE_ID' satisfies ErrorName, memberId: old.memberId } as const
  step.releaseJoin(old, { ...noJoin, ...fenced })
  if (old.syncing !== undefined) step.refuseSync(old.syncing, fenced.error)
  step.endSession(group, old.memberId)
  const member = group.replaceStatic(old, memberId)
  step.startSession(group, member)
  update(member, request)
  switch (group.state) {
    case 'Stable': {
      if (group.vote() !== group.protocol) {
        member.joining = request.to
        return prepareRebalance(step, group, because(`with ${memberId} the members choose another protocol`, request))
      }
      step.writeGroup(group)
      step.tell(group, 'static member is back', { member: memberId, fenced: old.memberId })
      return step.answer<'join'>(request.to, keptIts(group, member, { ...request, leaderBefore }))
    }
    case 'CompletingRebalance':
      // The leader may be assigning to the old id at this moment, and the new one would get nothing.
      member.joining = request.to
      return prepareRebalance(step, group, because(`static member ${memberId} is back`, request))
    default:
      member.joining = request.to
      return completeJoinIfAllHave(step, group)
  }
}
/**
 * The member keeps its assignment. A leader does not have to assign again: KIP-814 says so in the answer; for older clients
 * the answer names the old id as the leader, so that it does not know itself in it.
 */
function keptIts(
  group: ClassicGroup,
  member: Member,
  { canSkipAssignment, leaderBefore }: { readonly canSkipAssignment: boolean; readonly leaderBefore: string },
) {
  const answer = joined(group, member)
  return canSkipAssignment
    ? { ...answer, skipAssignment: group.leader === member.memberId }
    : { ...answer, leader: leaderBefore, members: [] }
}

function because(event: string, { reason }: Join): string {
  return reason === null || reason === '' ? event : `${event}: ${reason}`
}
