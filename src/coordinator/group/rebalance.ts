// A rebalance: all members join again, the leader is told who they are, and each asks for its assignment.

import type { JoinAnswer } from '../requests.ts'
import { noJoin, noSync, type Step } from '../step.ts'
import { noAssignment, type ClassicGroup, type Member } from './classic-group.ts'

const joinTimer = 'join',
  syncTimer = 'sync'

/** Something has changed: the members are called, or, if they are called already, this may have been the last to wait for. */
export function rebalanceOrCompleteJoin(step: Step, group: ClassicGroup, reason: string): void {
  if (group.state === 'PreparingRebalance') completeJoinIfAllHave(step, group)
  else prepareRebalance(step, group, reason)
}

/** Calls all members to join again. Those who wait for an assignment learn it now, the others by their heartbeat. */
export function prepareRebalance(step: Step, group: ClassicGroup, reason: string): void {
  if (group.state === 'CompletingRebalance')
    for (const member of group.members.values()) {
      member.assignment = noAssignment
      if (step.releaseSync(member, { ...noSync, error: 'REBALANCE_IN_PROGRESS' })) step.startSession(group, member)
    }
  group.pendingSync.clear()
  step.cancel(group, syncTimer)
  group.enter('PreparingRebalance', step.now)
  step.tell(group, 'group rebalances', { generation: group.generation, reason })
  if (!group.isInitialRebalance) {
    if (group.hasAllJoined) completeJoin(step, group)
    else startJoinTimer(step, group)
    return
  }
  const delayMs = step.config.initialRebalanceDelayMs
  waitForMore(step, group, delayMs, Math.max(group.rebalanceTimeoutMs - delayMs, 0))
}
function startJoinTimer(step: Step, group: ClassicGroup): void {
  step.start(joinTimer, group.rebalanceTimeoutMs, { is: 'joinDeadline', key: group.id })
}
function waitForMore(step: Step, group: ClassicGroup, delayMs: number, remainingMs: number): void {
  group.newMemberAdded = false
  if (delayMs === 0) completeJoin(step, group)
  else step.start(joinTimer, delayMs, { is: 'initialDelayOver', key: group.id, delayMs, remainingMs })
}
/** The first rebalance of a group waits for as long as more members come, up to their rebalance timeout. */
export function initialDelayOver(
  step: Step,
  group: ClassicGroup,
  { delayMs, remainingMs }: { readonly delayMs: number; readonly remainingMs: number },
): void {
  if (!group.newMemberAdded || remainingMs === 0) return completeJoin(step, group)
  const nextDelayMs = Math.min(step.config.initialRebalanceDelayMs, remainingMs)
  waitForMore(step, group, nextDelayMs, Math.max(remainingMs - delayMs, 0))
}

export function completeJoinIfAllHave(step: Step, group: ClassicGroup): void {
  if (group.state === 'PreparingRebalance' && !group.isInitialRebalance && group.hasAllJoined) completeJoin(step, group)
}
/** The next generation: those who have joined, and static members, who may come back until their session ends. */
export function completeJoin(step: Step, group: ClassicGroup): void {
  if (group.state !== 'PreparingRebalance') return
  step.cancel(group, joinTimer)
  for (const member of group.members.values())
    if (member.joining === undefined && member.groupInstanceId === null) {
      group.remove(member.memberId)
      step.endSession(group, member.memberId)
    }
  if (group.members.size > 0 && !electJoinedLeader(group)) {
    startJoinTimer(step, group)
    return
  }
  group.nextGeneration(step.now)
  const { generation } = group
  if (group.members.size === 0) {
    step.writeGroup(group)
    step.tell(group, 'group is empty', { generation })
    return
  }
  for (const member of group.members.values()) {
    step.releaseJoin(member, joined(group, member))
    step.startSession(group, member)
    member.isNew = false
    group.pendingSync.add(member.memberId)
  }
  step.start(syncTimer, group.rebalanceTimeoutMs, { is: 'syncDeadline', key: group.id, generation })
  step.tell(group, 'group has joined', { generation, members: group.members.size, leader: group.leader ?? '' })
}
/** A leader that did not come back (it is static, else it would be out) cannot assign: one who did takes over. */
function electJoinedLeader(group: ClassicGroup): boolean {
  if (group.leader !== null && group.members.get(group.leader)?.joining !== undefined) return true
  for (const { memberId, joining } of group.members.values())
    if (joining !== undefined) {
      group.leader = memberId
      return true
    }
  return false
}

/** What a member is told that is in the present generation. */
export function joined(group: ClassicGroup, { memberId }: Member): JoinAnswer {
  return {
    ...noJoin,
    memberId,
    generation: group.generation,
    protocolType: group.protocolType,
    protocol: group.protocol,
    leader: group.leader ?? '',
    members: memberId === group.leader ? subscriptions(group) : [],
  }
}
function subscriptions(group: ClassicGroup): JoinAnswer['members'] {
  return [...group.members.values()].map(member => ({
    memberId: member.memberId,
    groupInstanceId: member.groupInstanceId,
    metadata: group.metadataOf(member),
  }))
}

/** Those who joined and never asked for their assignment hold up the rest no longer. */
export function syncDeadline(step: Step, group: ClassicGroup, generation: number): void {
  const isOver = group.state === 'CompletingRebalance' || group.state === 'Stable'
  if (!isOver || generation !== group.generation || group.pendingSync.size === 0) return
  const missing = [...group.pendingSync]
  for (const memberId of missing) {
    group.remove(memberId)
    step.endSession(group, memberId)
  }
  prepareRebalance(step, group, `no sync came from ${missing.join(', ')}`)
}
/** The last one has asked for its assignment: nobody is waited for. */
export function hasSynced(step: Step, group: ClassicGroup, memberId: string): void {
  if (group.pendingSync.delete(memberId) && group.pendingSync.size === 0) step.cancel(group, syncTimer)
}

export function sessionExpired(step: Step, group: ClassicGroup, memberId: string): void {
  if (group.pendingJoin.has(memberId)) {
    group.remove(memberId)
    completeJoinIfAllHave(step, group)
    return
  }
  const member = group.members.get(memberId)
  // Who waits for an answer cannot send heartbeats, and is taken to be alive. A new member that waits is given up: its
  // client has long asked again.
  if (member === undefined || (!member.isNew && (member.joining !== undefined || member.syncing !== undefined))) return
  removeMember(step, group, member)
  rebalanceOrCompleteJoin(step, group, `the session of ${memberId} has expired`)
}
/** Takes the member out, whatever it waits for. The group is not told yet. */
export function removeMember(step: Step, group: ClassicGroup, member: Member): void {
  step.releaseJoin(member, { ...noJoin, error: 'UNKNOWN_MEMBER_ID' })
  step.releaseSync(member, { ...noSync, error: 'UNKNOWN_MEMBER_ID' })
  group.remove(member.memberId)
  step.endSession(group, member.memberId)
}
