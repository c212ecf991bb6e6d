// The state machine of groups: one partition of __consumer_offsets, all that its groups are and have committed.

import {
  beatConsumerGroup,
  joinConsumerGroup,
  leaveConsumerGroup,
  syncConsumerGroup,
} from './consumer-group/classic-members.ts'
import type { ConsumerGroup } from './consumer-group/consumer-group.ts'
import { describeConsumerGroup, removeConsumerGroup, reviveConsumerGroup } from './consumer-group/describe.ts'
import { memberExpired, revocationDeadline } from './consumer-group/fence.ts'
import { consumerHeartbeat } from './consumer-group/heartbeat.ts'
import { ClassicGroup } from './group/classic-group.ts'
import { deleteGroup, describe, list } from './group/describe.ts'
import { join } from './group/join.ts'
import { leave } from './group/leave.ts'
import { completeJoin, initialDelayOver, prepareRebalance, sessionExpired, syncDeadline } from './group/rebalance.ts'
import { heartbeat, sync } from './group/sync.ts'
import type { Machine, To } from './machine.ts'
import { commit } from './offsets/commit.ts'
import { deleteOffsets, offsetsExpire, topicsDeleted } from './offsets/delete.ts'
import { fetchOffsets } from './offsets/fetch.ts'
import { commitInTransaction, endTransaction, noGroup } from './offsets/transactions.ts'
import { applyRecord, noRecords, type Durable } from './records.ts'
import type { GroupEvent, GroupRequest, GroupTypes, GroupView } from './requests.ts'
import { Step, type Surroundings } from './step.ts'

export function groupMachine(surroundings: Surroundings): Machine<GroupTypes> {
  return {
    create: () => ({ durable: noRecords(), volatile: { classic: new Map(), awareness: new Map() } }),
    keyOf: record => (record.is === 'marker' ? noGroup : record.groupId),
    apply: applyRecord,
    keys: ({ consumerGroups, groups, offsets, pending }) =>
      new Set([...consumerGroups.keys(), ...groups.keys(), ...offsets.keys(), ...pending.keys()]),
    decide(view, request, now) {
      const step = new Step(view, surroundings, now)
      const isNew = !step.groups.has(request.key)
      if ('to' in request) answer(step, request)
      else happen(step, request)
      // One that has lost its last offset is there until the next look for what has expired.
      if (isNew || !('to' in request)) dropTraceless(step, request.key)
      return step
    },
    revive(view, groupId, now) {
      const step = new Step(view, surroundings, now)
      reviveGroup(step, groupId, view)
      return step.effects
    },
    forget({ classic: groups, awareness }, groupId) {
      if (groupId === undefined) awareness.clear()
      else awareness.delete(groupId)
      const all =
        groupId === undefined ? [...groups.values()] : [groups.get(groupId)].filter(group => group !== undefined)
      for (const { id } of all) groups.delete(id)
      return all.flatMap(waitingIn)
    },
  }
}

function answer(step: Step, request: GroupRequest): void {
  const consumers = step.durable.consumerGroups.get(request.key)
  if (consumers !== undefined && answerOfConsumers(step, consumers, request)) return
  const group = step.groups.get(request.key)
  switch (request.is) {
    case 'consumerHeartbeat':
      return consumerHeartbeat(step, request)
    case 'consumerDescribe':
      return describeConsumerGroup(step, request)
    case 'marker':
      return endTransaction(step, request)
    case 'commitInTransaction':
      return commitInTransaction(step, request)
    case 'join':
      return join(step, request)
    case 'sync':
      return sync(step, group, request)
    case 'heartbeat':
      return heartbeat(step, group, request)
    case 'leave':
      return leave(step, group, request)
    case 'commit':
      return commit(step, request)
    case 'fetch':
      return fetchOffsets(step, request)
    case 'deleteOffsets':
      return deleteOffsets(step, consumers ?? group, request)
    case 'list':
      return list(step, request)
    case 'describe':
      return describe(step, group, request)
    case 'delete':
      return deleteGroup(step, consumers ?? group, request)
  }
}
/** What a group of the consumer protocol answers in another way than a classic one; false: all else. */
function answerOfConsumers(step: Step, group: ConsumerGroup, request: GroupRequest): boolean {
  switch (request.is) {
    case 'join':
      if (group.members.size > 0) joinConsumerGroup(step, group, request)
      // Without members it may as well begin as a classic one.
      else if (request.memberId === '') removeConsumerGroup(step, group)
      return group.members.size > 0
    case 'sync':
      syncConsumerGroup(step, group, request)
      return true
    case 'heartbeat':
      beatConsumerGroup(step, group, request)
      return true
    case 'leave':
      leaveConsumerGroup(step, group, request)
      return true
    default:
      return false
  }
}
function happen(step: Step, event: GroupEvent): void {
  const consumers = step.durable.consumerGroups.get(event.key)
  if (consumers !== undefined) return happenToConsumers(step, consumers, event)
  const group = step.groups.get(event.key)
  if (group === undefined) return
  switch (event.is) {
    case 'sessionExpired':
      return sessionExpired(step, group, event.memberId)
    case 'initialDelayOver':
      return initialDelayOver(step, group, event)
    case 'joinDeadline':
      return completeJoin(step, group)
    case 'syncDeadline':
      return syncDeadline(step, group, event.generation)
    case 'topicsDeleted':
      return topicsDeleted(step, group, event.topics)
    case 'offsetsExpire':
      return offsetsExpire(step, group)
    case 'memberExpired':
    case 'revocationDeadline':
      return
  }
}
function happenToConsumers(step: Step, group: ConsumerGroup, event: GroupEvent): void {
  switch (event.is) {
    case 'sessionExpired':
      return memberExpired(step, group, event.memberId, 'its session has expired')
    case 'memberExpired':
      return memberExpired(step, group, event.memberId, event.reason)
    case 'revocationDeadline':
      return revocationDeadline(step, group, event)
    case 'topicsDeleted':
      return topicsDeleted(step, group, event.topics)
    case 'offsetsExpire':
      return offsetsExpire(step, group)
    case 'initialDelayOver':
    case 'joinDeadline':
    case 'syncDeadline':
      return
  }
}
/** A group that nobody is in, and that the log knows nothing of, was only asked for. */
function dropTraceless({ groups, records, durable }: Step, groupId: string): void {
  const group = groups.get(groupId)
  if (group?.state !== 'Empty' || group.pendingJoin.size > 0 || records.length > 0) return
  if (!isKnown(durable, groupId)) groups.delete(groupId)
}

function isKnown({ groups, offsets, pending }: Durable, groupId: string): boolean {
  return groups.has(groupId) || offsets.has(groupId) || pending.has(groupId)
}
function reviveGroup(step: Step, groupId: string, { durable }: GroupView): void {
  const consumers = durable.consumerGroups.get(groupId)
  if (consumers !== undefined) return reviveConsumerGroup(step, consumers)
  const metadata = durable.groups.get(groupId)
  if (!isKnown(durable, groupId)) return
  const group = metadata === undefined ? new ClassicGroup(groupId) : ClassicGroup.of(groupId, metadata)
  step.groups.set(groupId, group)
  for (const member of group.members.values()) step.startSession(group, member)
  if (group.members.size > step.config.groupSizeMax)
    prepareRebalance(step, group, `${group.members.size} members are more than group.max.size`)
  else if (group.members.size > 0 && metadata?.leader === null) prepareRebalance(step, group, 'it has no leader')
}
function waitingIn({ members }: ClassicGroup): To[] {
  return [...members.values()].flatMap(({ joining, syncing }) => [joining, syncing].filter(to => to !== undefined))
}
