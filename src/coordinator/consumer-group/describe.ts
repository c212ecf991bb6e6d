// ConsumerGroupDescribe, and what the coordinator does with a group besides: begins its timers anew, and removes it.

import type { ConsumerDescribe } from '../requests.ts'
import type { Step } from '../step.ts'
import { keepRebalanceTimer } from './advance.ts'
import { together } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'

export function describeConsumerGroup(step: Step, { key, to }: ConsumerDescribe): void {
  const group = step.durable.consumerGroups.get(key)
  const message = `Group ${key} ${step.groups.has(key) ? 'is not a consumer group.' : 'not found.'}`
  if (group === undefined)
    return step.answer<'consumerDescribe'>(to, { error: 'GROUP_ID_NOT_FOUND', message, group: undefined })
  step.answer<'consumerDescribe'>(to, {
    error: 'NONE',
    message: null,
    group: {
      state: group.state,
      epoch: group.epoch,
      assignmentEpoch: group.assignmentEpoch,
      assignor: group.preferredAssignor ?? step.config.consumer.assignors[0]!,
      members: [...group.members.values()].map(member => ({
        ...member,
        // What it has not given up yet it answers for.
        assigned: together(member.assigned, member.pendingRevocation),
        target: group.targetOf(member.memberId),
      })),
    },
  })
}
export function reviveConsumerGroup(step: Step, group: ConsumerGroup): void {
  for (const member of group.members.values()) {
    step.startConsumerSession(group, member)
    if (member.state === 'unrevoked' && member.classic === null) keepRebalanceTimer({ step, group }, member)
  }
}
export function removeConsumerGroup(step: Step, group: ConsumerGroup): void {
  for (const record of group.tombstones()) step.write(record)
  step.awareness.delete(group.id)
  step.tell(group, 'group is deleted')
}
