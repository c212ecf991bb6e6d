// ListGroups, DescribeGroups, DeleteGroups.

import type { Delete, Describe, List } from '../requests.ts'
import type { Step } from '../step.ts'
import { noAssignment, type ClassicGroup } from './classic-group.ts'

export function list(step: Step, { to }: List): void {
  const groups = [...step.groups.values()].map(({ id, protocolType, state }) => ({
    groupId: id,
    protocolType: protocolType ?? '',
    state,
    type: 'classic' as const,
  }))
  step.answer<'list'>(to, { error: 'NONE', groups })
}

export function describe(step: Step, group: ClassicGroup | undefined, { to }: Describe): void {
  if (group === undefined)
    return step.answer<'describe'>(to, {
      error: 'GROUP_ID_NOT_FOUND',
      state: 'Dead',
      protocolType: '',
      protocol: '',
      members: [],
    })
  // Before it is stable there is no protocol that all members have settled on.
  const isStable = group.state === 'Stable'
  step.answer<'describe'>(to, {
    error: 'NONE',
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
export function deleteGroup(step: Step, group: ClassicGroup | undefined, { to }: Delete): void {
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
export function removeGroup(step: Step, group: ClassicGroup): void {
  if (step.durable.groups.has(group.id)) step.write({ is: 'group', groupId: group.id, value: null })
  for (const memberId of group.pendingJoin) step.endSession(group, memberId)
  step.groups.delete(group.id)
  step.tell(group, 'group is deleted')
}
