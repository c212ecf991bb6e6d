// A member of a group of the consumer protocol: what it says of itself, and how far it has come towards its target.
//
//                      the group's epoch grows, and nothing is to be given up
//                                   ┌──┐
//   joins ──────────────────────▶ stable ──── something is to be given up ───▶ unrevoked ──┐
//                                   ▲  │                                          │   ▲    │ the rebalance timeout:
//     all that it is to have is free │  └── what it is to have is another's ──┐    │   │    │ it is fenced
//                                   │                                        ▼    ▼   │    ▼
//                                   └──────────────────────────────────── unreleased ─┘

import { isSameAssignment, noPartitions, assignmentOf, topicPartitionsOf, type Assignment } from './assignment.ts'
import type { ValueOf } from './records.ts'

export type MemberState = 'stable' | 'unrevoked' | 'unreleased' | 'unknown'
export type ClassicMemberMetadata = NonNullable<ValueOf<'consumerGroupMemberMetadata'>['classicMemberMetadata']>
export interface ConsumerMember {
  readonly memberId: string
  readonly instanceId: string | null
  readonly rackId: string | null
  readonly clientId: string
  readonly clientHost: string
  readonly subscribedTopicNames: ReadonlySet<string>
  /** Empty for none. */
  readonly subscribedTopicRegex: string
  readonly rebalanceTimeoutMs: number
  readonly serverAssignor: string | null
  /** Of one that speaks the classic protocol, in a group that migrates. */
  readonly classic: ClassicMemberMetadata | null

  readonly memberEpoch: number
  readonly previousMemberEpoch: number
  readonly state: MemberState
  readonly assigned: Assignment
  readonly pendingRevocation: Assignment
}

/** What epochs of heartbeats say besides. */
export const epochOfJoin = 0
export const epochOfLeave = -1
/** A static member goes, and is to come back. */
export const epochOfStaticLeave = -2

export function newMember(memberId: string): ConsumerMember {
  return {
    memberId,
    instanceId: null,
    rackId: null,
    clientId: '',
    clientHost: '',
    subscribedTopicNames: new Set(),
    subscribedTopicRegex: '',
    rebalanceTimeoutMs: -1,
    serverAssignor: null,
    classic: null,
    memberEpoch: epochOfJoin,
    previousMemberEpoch: -1,
    state: 'stable',
    assigned: noPartitions,
    pendingRevocation: noPartitions,
  }
}
export function isReconciledTo({ state, memberEpoch }: ConsumerMember, targetEpoch: number): boolean {
  return state === 'stable' && memberEpoch === targetEpoch
}

export function metadataRecord(groupId: string, member: ConsumerMember) {
  const { memberId, instanceId, rackId, clientId, clientHost, subscribedTopicRegex } = member
  const value = {
    instanceId,
    rackId,
    clientId,
    clientHost,
    subscribedTopicNames: [...member.subscribedTopicNames].sort(),
    subscribedTopicRegex,
    rebalanceTimeoutMs: member.rebalanceTimeoutMs,
    serverAssignor: member.serverAssignor,
    classicMemberMetadata: member.classic,
  }
  return { is: 'consumerGroupMemberMetadata', groupId, memberId, value } as const
}
export function withMetadata(member: ConsumerMember, value: ValueOf<'consumerGroupMemberMetadata'>): ConsumerMember {
  return {
    ...member,
    instanceId: value.instanceId,
    rackId: value.rackId,
    clientId: value.clientId,
    clientHost: value.clientHost,
    subscribedTopicNames: new Set(value.subscribedTopicNames),
    subscribedTopicRegex: value.subscribedTopicRegex ?? '',
    rebalanceTimeoutMs: value.rebalanceTimeoutMs,
    serverAssignor: value.serverAssignor,
    classic: value.classicMemberMetadata,
  }
}
/** Whether the log has to be told. */
export function saysTheSame(one: ConsumerMember, other: ConsumerMember): boolean {
  return (
    one.instanceId === other.instanceId &&
    one.rackId === other.rackId &&
    one.clientId === other.clientId &&
    one.clientHost === other.clientHost &&
    one.subscribedTopicRegex === other.subscribedTopicRegex &&
    one.rebalanceTimeoutMs === other.rebalanceTimeoutMs &&
    one.serverAssignor === other.serverAssignor &&
    isSameSet(one.subscribedTopicNames, other.subscribedTopicNames) &&
    isSameClassic(one.classic, other.classic)
  )
}
export function isSameSet<T>(one: ReadonlySet<T>, other: ReadonlySet<T>): boolean {
  if (one.size !== other.size) return false
  for (const value of one) if (!other.has(value)) return false
  return true
}
function isSameClassic(one: ClassicMemberMetadata | null, other: ClassicMemberMetadata | null): boolean {
  if (one === null || other === null) return one === other
  return (
    one.sessionTimeoutMs === other.sessionTimeoutMs &&
    one.supportedProtocols.length === other.supportedProtocols.length &&
    one.supportedProtocols.every(({ name, metadata }, i) => {
      const theirs = other.supportedProtocols[i]!
      return name === theirs.name && Buffer.compare(metadata, theirs.metadata) === 0
    })
  )
}

const states: readonly MemberState[] = ['stable', 'unrevoked', 'unreleased']
const unknownState = 127

export function assignmentRecord(groupId: string, member: ConsumerMember) {
  const { memberId, memberEpoch, previousMemberEpoch, state, assigned, pendingRevocation } = member
  const value = {
    memberEpoch,
    previousMemberEpoch,
    state: state === 'unknown' ? unknownState : states.indexOf(state),
    assignedPartitions: topicPartitionsOf(assigned),
    partitionsPendingRevocation: topicPartitionsOf(pendingRevocation),
  }
  return { is: 'consumerGroupCurrentMemberAssignment', groupId, memberId, value } as const
}
/** Null: the assignment was taken back, and the member is about to be. */
export function withAssignment(
  member: ConsumerMember,
  value: ValueOf<'consumerGroupCurrentMemberAssignment'> | null,
): ConsumerMember {
  if (value === null)
    return {
      ...member,
      memberEpoch: epochOfLeave,
      previousMemberEpoch: epochOfLeave,
      state: 'stable',
      assigned: noPartitions,
      pendingRevocation: noPartitions,
    }
  return {
    ...member,
    memberEpoch: value.memberEpoch,
    previousMemberEpoch: value.previousMemberEpoch,
    state: states[value.state] ?? 'unknown',
    assigned: assignmentOf(value.assignedPartitions),
    pendingRevocation: assignmentOf(value.partitionsPendingRevocation),
  }
}
export function hasSameAssignment(one: ConsumerMember, other: ConsumerMember): boolean {
  return (
    one.memberEpoch === other.memberEpoch &&
    one.previousMemberEpoch === other.previousMemberEpoch &&
    one.state === other.state &&
    isSameAssignment(one.assigned, other.assigned) &&
    isSameAssignment(one.pendingRevocation, other.pendingRevocation)
  )
}
