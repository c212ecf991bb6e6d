// ListGroups, DescribeGroups, DeleteGroups.

import { ConsumerGroup } from '../consumer-group/consumer-group.ts'
import { removeConsumerGroup } from '../consumer-group/describe.ts'
import type { Delete, Describe, List } from '../requests.ts'
import type { Step } from '../step.ts'
import { consumerProtocolType, noAssignment, type ClassicGroup } from './classic-group.ts'

type AnyGroup = ClassicGroup | ConsumerGroup

export function list(step: Step, { to }: List): void {
  const classic = [...step.groups.values()].map(({ id, protocolType, state }) => ({
    groupId: id,
    protocolType: protocolType ?? '',
    state,
    type: 'classic' as const,
  }))
  const consumer = [...step.durable.consumerGroups.values()].map(({ id, state }) => ({
    groupId: id,
    protocolType: consumerProtocolType,
    state,
    type: 'consumer' as const,
  }))
  step.answer<'list'>(to, { error: 'NONE', groups: [...classic, ...consumer] })
}

export function describe(step: Step, group: ClassicGroup | undefined, { key, to }: Describe): void {
  if (group === undefined)
    return step.answer<'describe'>(to, {
      error: 'GROUP_ID_NOT_FOUND',
      message: `Group ${key} ${step.durable.consumerGroups.has(key) ? 'is not a classic group.' : 'not found.'}`,
      state: 'Dead',
      protocolType: '',
      protocol: '',
      members: [],
    })
  // Before it is stable there is no protocol that all members have settled on.
  const isStable = group.state === 'Stable'
  step.answer<'describe'>(to, {
    error: 'NONE',
    message: null,
    state: group.state,
    protocolType: group.protocolType ?? '',
    protocol: isStable ? (group.protocol ?? '') : '',
    members: [...group.members.values()].map(member => ({
      memberId: member.memberId,
      groupInstanceId: member.groupInstanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      metadata: isStable ? group.metadataOf(member) : noAssignment,
      assignment: member.assignment,
    })),
  })
}

/** A group without members goes, and its offsets with it. */
export function deleteGroup(step: Step, group: AnyGroup | undefined, { to }: Delete): void {
  if (group === undefined) return step.answer<'delete'>(to, { error: 'GROUP_ID_NOT_FOUND' })
  if (group.state !== 'Empty') return step.answer<'delete'>(to, { error: 'NON_EMPTY_GROUP' })
  const offsets = step.durable.offsets.get(group.id)
  if (offsets !== undefined)
    for (const [topic, partitions] of offsets)
      for (const partition of partitions.keys())
        step.write({ is: 'offset', groupId: group.id, topic, partition, value: null })
  // What is pending would come back with the end of its transaction.
  for (const { topic, partition } of step.durable.pending.get(group.id) ?? [])
    if (!offsets?.get(topic)?.has(partition))
      step.write({ is: 'offset', groupId: group.id, topic, partition, value: null })
  removeGroup(step, group)
  step.answer<'delete'>(to, { error: 'NONE' })
}
/** Of the group itself nothing stays; who was about to join begins anew. */
export function removeGroup(step: Step, group: AnyGroup): void {
  if (group instanceof ConsumerGroup) return removeConsumerGroup(step, group)
  if (step.durable.groups.has(group.id)) step.write({ is: 'group', groupId: group.id, value: null })
  for (const memberId of group.pendingJoin) step.endSession(group, memberId)
  step.groups.delete(group.id)
  step.tell(group, 'group is deleted')
}
