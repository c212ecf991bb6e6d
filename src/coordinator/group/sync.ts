// SyncGroup: the leader hands in the assignment, and each member asks for its part of it.

import type { ErrorName } from '../../protocol/index.ts'
import type { Heartbeat, Sync } from '../requests.ts'
import { noSync, type Step } from '../step.ts'
import { noAssignment, type ClassicGroup, type Member } from './classic-group.ts'
import { hasSynced } from './rebalance.ts'

export function sync(step: Step, group: ClassicGroup | undefined, request: Sync): void {
  const { to, memberId } = request
  const member = group?.members.get(memberId)
  const error = faultOf(group, request)
  if (group === undefined || member === undefined || error !== undefined)
    return step.refuseSync(to, error ?? 'UNKNOWN_MEMBER_ID')
  hasSynced(step, group, memberId)
  if (group.state === 'Stable') {
    step.startSession(group, member)
    return step.answer<'sync'>(to, assigned(group, member))
  }
  // The client has asked twice, so nobody reads the first answer any more.
  step.releaseSync(member, { ...noSync, error: 'REBALANCE_IN_PROGRESS' })
  member.syncing = to
  if (memberId === group.leader) distribute(step, group, request.assignments)
}
function faultOf(group: ClassicGroup | undefined, request: Sync): ErrorName | undefined {
  if (group === undefined) return 'UNKNOWN_MEMBER_ID'
  const fault = group.faultOf(request.memberId, request.groupInstanceId)
  if (fault !== undefined) return fault
  if (!group.isCurrent(request.memberId, request.generation)) return 'ILLEGAL_GENERATION'
  // KIP-559: older clients do not say.
  if (request.protocolType !== null && request.protocolType !== group.protocolType) return 'INCONSISTENT_GROUP_PROTOCOL'
  if (request.protocol !== null && request.protocol !== group.protocol) return 'INCONSISTENT_GROUP_PROTOCOL'
  return group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : undefined
}
/** The leader has spoken: its assignment is written, and once it is committed, all who wait for theirs have it. */
function distribute(step: Step, group: ClassicGroup, assignments: ReadonlyMap<string, Buffer>): void {
  for (const member of group.members.values()) member.assignment = assignments.get(member.memberId) ?? noAssignment
  group.enter('Stable', step.now)
  step.writeGroup(group)
  for (const member of group.members.values())
    if (step.releaseSync(member, assigned(group, member))) step.startSession(group, member)
  const { generation, members } = group
  step.tell(group, 'group is stable', { generation, members: members.size })
}
function assigned({ protocolType, protocol }: ClassicGroup, { assignment }: Member) {
  return { ...noSync, protocolType, protocol, assignment }
}

/** A member lives, and learns whether it is to join again. */
export function heartbeat(step: Step, group: ClassicGroup | undefined, request: Heartbeat): void {
  const { to, memberId, groupInstanceId, generation } = request
  const fault = group === undefined ? 'UNKNOWN_MEMBER_ID' : group.faultOf(memberId, groupInstanceId)
  if (group === undefined || fault !== undefined)
    return step.answer<'heartbeat'>(to, { error: fault ?? 'UNKNOWN_MEMBER_ID' })
  if (!group.isCurrent(memberId, generation)) return step.answer<'heartbeat'>(to, { error: 'ILLEGAL_GENERATION' })
  step.startSession(group, group.members.get(memberId)!)
  step.answer<'heartbeat'>(to, { error: group.state === 'PreparingRebalance' ? 'REBALANCE_IN_PROGRESS' : 'NONE' })
}
