// How members go: they leave, their session ends, or they do not give up in time what is another's. Then the group's epoch
// grows, and the rest share what they had; or, where none is left but members of the classic protocol, it is theirs alone.

import type { Step } from '../step.ts'
import { growEpoch } from './advance.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import { canDowngrade, downgrade } from './downgrade.ts'
import { Draft } from './draft.ts'
import type { ConsumerMember } from './member.ts'
import { dropExpressions } from './regular-expressions.ts'

export function fence(step: Step, group: ConsumerGroup, members: readonly ConsumerMember[], reason: string): void {
  if (members.length === 0) return
  for (const { memberId } of members) {
    step.tell(group, 'member is out', { member: memberId, reason })
    cancelTimers(step, group, memberId)
  }
  const staying = [...group.members.values()].filter(member => !members.includes(member))
  if (canDowngrade(step, staying)) return downgrade(step, group, staying, reason)
  const draft = new Draft(step, group)
  for (const { memberId } of members) draft.removeMember(memberId)
  dropExpressions(draft)
  growEpoch(draft)
  if (draft.group.members.size > 0) return
  const value = { assignmentEpoch: draft.group.epoch }
  draft.write({ is: 'consumerGroupTargetAssignmentMetadata', groupId: group.id, value })
}
export function cancelTimers(step: Step, group: ConsumerGroup, memberId: string): void {
  for (const timer of ['session', 'rebalance', 'join', 'sync']) step.cancel(group, `${timer} ${memberId}`)
}
export function revocationDeadline(
  step: Step,
  group: ConsumerGroup,
  { memberId, memberEpoch }: { readonly memberId: string; readonly memberEpoch: number },
): void {
  const member = group.members.get(memberId)
  if (member?.memberEpoch === memberEpoch && member.state === 'unrevoked')
    fence(step, group, [member], `it has not given up its partitions within ${member.rebalanceTimeoutMs} ms`)
}
export function memberExpired(step: Step, group: ConsumerGroup, memberId: string, reason: string): void {
  const member = group.members.get(memberId)
  if (member !== undefined) fence(step, group, [member], reason)
}
