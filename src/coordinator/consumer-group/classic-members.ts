// Members that speak the classic protocol in a group of the consumer protocol: JoinGroup is to them what a heartbeat is to
// the others, and SyncGroup brings what it came to. Nobody waits for anybody.
//
//   Heartbeat: REBALANCE_IN_PROGRESS ──▶ JoinGroup: what it has, a step on ──▶ SyncGroup: what it is to have ──▶ Heartbeat …

import { readSubscription, type ConsumerSubscription } from '../../protocol/index.ts'
import type { ErrorName } from '../../protocol/index.ts'
import { consumerProtocolType } from '../group/classic-group.ts'
import type { Heartbeat, Join, Leave, Sync } from '../requests.ts'
import { noJoin, noSync, type Step } from '../step.ts'
import { reconcileMember, updateSubscription, updateTarget } from './advance.ts'
import { assignmentByName, has, partitionsOf } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { canDowngrade, classicAssignment, downgrade } from './downgrade.ts'
import { Draft } from './draft.ts'
import { cancelTimers, fence } from './fence.ts'
import { faultOfIdentity } from './heartbeat.ts'
import { isReconciledTo, newMember, type ConsumerMember } from './member.ts'

export function joinConsumerGroup(step: Step, group: ConsumerGroup, request: Join): void {
  const { to, groupInstanceId, freshId, clientId } = request
  const memberId = request.memberId || `${groupInstanceId ?? clientId}-${freshId}`
  const refuse = (error: ErrorName) => step.refuseJoin(to, error, error === 'MEMBER_ID_REQUIRED' ? memberId : '')
  const subscription = subscriptionOf(request)
  const fault = faultOfJoin(step, group, memberId, request)
  if (fault !== undefined) return refuse(fault)
  if (subscription === undefined) return refuse('INCONSISTENT_GROUP_PROTOCOL')
  // KIP-394: it comes back with the id that it is given.
  if (request.memberId === '' && groupInstanceId === null && request.comesAgain) return refuse('MEMBER_ID_REQUIRED')
  const holder = group.staticMember(groupInstanceId)
  if (request.memberId !== '' && groupInstanceId !== null) {
    const identityFault = faultOfIdentity(group, memberId, groupInstanceId)
    if (identityFault !== undefined) return refuse(identityFault.error)
  }

  const draft = new Draft(step, group)
  let member = holder ?? group.members.get(memberId) ?? newMember(memberId)
  if (holder !== undefined && holder.memberId !== memberId) {
    member = { ...holder, memberId, memberEpoch: 0, previousMemberEpoch: 0 }
    draft.replaceMember(holder, member)
    cancelTimers(step, group, holder.memberId)
  }
  const updated = asClassic(member, request, subscription)
  const hasSubscriptionChanged = updateSubscription(draft, member, updated)
  const owned = assignmentByName(step.topics, subscription.ownedPartitions)
  const members = () => [...draft.group.members.values()]
  // The last that spoke the new protocol may have come back with the old one.
  const downgrades = holder !== undefined && holder.classic === null && canDowngrade(step, members())
  if (!downgrades) updateTarget(draft)
  const isTargeted = draft.group.assignmentEpoch >= draft.group.epoch
  const now = isTargeted ? reconcileMember(draft, memberId, { hasSubscriptionChanged, owned }) : updated
  step.cancel(group, `join ${memberId}`)
  step.answer<'join'>(to, {
    ...noJoin,
    memberId,
    generation: now.memberEpoch,
    protocolType: consumerProtocolType,
    protocol: request.protocols[0]!.name,
  })
  if (downgrades) {
    const hasAll = isTargeted && members().every(one => isReconciledTo(one, draft.group.epoch))
    const reason = hasAll ? undefined : `${memberId} is the last to come back to the classic protocol`
    return downgrade(step, draft.group, members(), reason)
  }
  step.startConsumerSession(draft.group, now)
  expect(step, draft.group, now, 'sync')
}
function faultOfJoin(step: Step, group: ConsumerGroup, memberId: string, request: Join): ErrorName | undefined {
  const { consumer } = step.config
  if (!consumer.upgrades && !consumer.downgrades) return 'INCONSISTENT_GROUP_PROTOCOL'
  const isThere = group.members.has(memberId) || group.staticMember(request.groupInstanceId) !== undefined
  if (group.members.size >= consumer.sizeMax && !isThere) return 'GROUP_MAX_SIZE_REACHED'
  return supports(group, request) ? undefined : 'INCONSISTENT_GROUP_PROTOCOL'
}
/** One of its protocols is known to all who speak the classic protocol. */
function supports(group: ConsumerGroup, { protocolType, protocols }: Join): boolean {
  if (protocolType !== consumerProtocolType) return false
  const classic = [...group.members.values()].map(member => member.classic).filter(classic => classic !== null)
  return protocols.some(({ name }) =>
    classic.every(({ supportedProtocols }) => supportedProtocols.some(protocol => protocol.name === name)),
  )
}
function subscriptionOf({ protocols }: Join): ConsumerSubscription | undefined {
  try {
    return protocols[0] && readSubscription(protocols[0].metadata)
  } catch {
    return undefined
  }
}
function asClassic(member: ConsumerMember, request: Join, subscription: ConsumerSubscription): ConsumerMember {
  return {
    ...member,
    instanceId: request.groupInstanceId ?? member.instanceId,
    rackId: subscription.rackId || member.rackId,
    clientId: request.clientId,
    clientHost: request.clientHost,
    rebalanceTimeoutMs: request.rebalanceTimeoutMs,
    subscribedTopicNames: new Set(subscription.topics),
    subscribedTopicRegex: '',
    classic: { sessionTimeoutMs: request.sessionTimeoutMs, supportedProtocols: [...request.protocols] },
  }
}
/** Who has been called has the time of a rebalance to come. */
function expect(step: Step, { id: key }: ConsumerGroup, member: ConsumerMember, what: 'join' | 'sync'): void {
  const { memberId, rebalanceTimeoutMs } = member
  const reason = `no ${what} came from it within ${rebalanceTimeoutMs} ms`
  const event = { is: 'memberExpired', key, memberId, reason } as const
  if (what === 'sync') step.start(`sync ${memberId}`, rebalanceTimeoutMs, event)
  else step.startUnlessRunning(`join ${memberId}`, rebalanceTimeoutMs, event)
}

export function syncConsumerGroup(step: Step, group: ConsumerGroup, request: Sync): void {
  const { to, memberId, protocolType, protocol } = request
  const found = classicMember(group, request)
  if (typeof found === 'string') return step.refuseSync(to, found)
  const { supportedProtocols } = found.classic!
  if ((protocolType ?? consumerProtocolType) !== consumerProtocolType)
    return step.refuseSync(to, 'INCONSISTENT_GROUP_PROTOCOL')
  if (protocol !== null && protocol !== supportedProtocols[0]!.name)
    return step.refuseSync(to, 'INCONSISTENT_GROUP_PROTOCOL')
  if (group.epoch > found.memberEpoch && found.state !== 'unrevoked') {
    expect(step, group, found, 'join')
    return step.refuseSync(to, 'REBALANCE_IN_PROGRESS')
  }
  step.cancel(group, `sync ${memberId}`)
  step.startConsumerSession(group, found)
  const assignment = classicAssignment(step.topics, found.assigned, supportedProtocols)
  step.answer<'sync'>(to, { ...noSync, protocolType, protocol, assignment })
}
export function beatConsumerGroup(step: Step, group: ConsumerGroup, request: Heartbeat): void {
  const found = classicMember(group, request)
  if (typeof found === 'string') return step.answer<'heartbeat'>(request.to, { error: found })
  step.startConsumerSession(group, found)
  const isCalled =
    found.memberEpoch < group.epoch ||
    found.state === 'unrevoked' ||
    (found.state === 'unreleased' && !waitsForOthers(group, found))
  if (isCalled) expect(step, group, found, 'join')
  step.answer<'heartbeat'>(request.to, { error: isCalled ? 'REBALANCE_IN_PROGRESS' : 'NONE' })
}
function classicMember(group: ConsumerGroup, request: Sync | Heartbeat): ConsumerMember | ErrorName {
  const { memberId, groupInstanceId, generation } = request
  const fault = faultOfIdentity(group, memberId, groupInstanceId)
  if (fault !== undefined) return fault.error
  const member = group.members.get(memberId)!
  if (member.classic === null) return 'UNKNOWN_MEMBER_ID'
  return member.memberEpoch === generation ? member : 'ILLEGAL_GENERATION'
}
function waitsForOthers(group: ConsumerGroup, { memberId, assigned }: ConsumerMember): boolean {
  for (const [topicId, partition] of partitionsOf(group.targetOf(memberId)))
    if (!has(assigned, topicId, partition) && group.ownerOf(topicId, partition) !== undefined) return true
  return false
}

export function leaveConsumerGroup(step: Step, group: ConsumerGroup, { to, members }: Leave): void {
  const leaving = new Set<ConsumerMember>()
  const results = members.map(({ memberId, groupInstanceId }) => {
    // An administrator takes static members out by their instance id alone.
    const named = memberId === '' ? (group.staticMember(groupInstanceId)?.memberId ?? '') : memberId
    const fault = faultOfIdentity(group, named, groupInstanceId)
    if (fault === undefined) leaving.add(group.members.get(named)!)
    return { memberId, groupInstanceId, error: fault?.error ?? ('NONE' as const) }
  })
  step.answer<'leave'>(to, { error: 'NONE', members: results })
  fence(step, group, [...leaving], 'it leaves')
}
