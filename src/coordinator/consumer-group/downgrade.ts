// A group of the consumer protocol becomes a classic one, when the last member is gone that speaks the new protocol.

import { writeAssignment } from '../../protocol/index.ts'
import { ClassicGroup, noAssignment } from '../group/classic-group.ts'
import { prepareRebalance } from '../group/rebalance.ts'
import type { Step } from '../step.ts'
import type { TopicNames } from '../topic-names.ts'
import type { Assignment } from './assignment.ts'
import type { ConsumerGroup } from './consumer-group.ts'
import type { ClassicMemberMetadata, ConsumerMember } from './member.ts'

/** Whether the group is a classic one with these members. */
export function canDowngrade({ config }: Step, members: readonly ConsumerMember[]): boolean {
  return (
    config.consumer.downgrades &&
    members.length > 0 &&
    members.length <= config.groupSizeMax &&
    members.every(({ classic }) => classic !== null)
  )
}

/** Undefined as the reason: they go on with what they have. */
export function downgrade(
  step: Step,
  group: ConsumerGroup,
  members: readonly ConsumerMember[],
  reason: string | undefined,
): void {
  for (const record of group.tombstones()) step.write(record)
  const classic = new ClassicGroup(group.id)
  for (const member of members) {
    const { sessionTimeoutMs, supportedProtocols } = member.classic!
    classic.add({
      memberId: member.memberId,
      groupInstanceId: member.instanceId,
      clientId: member.clientId,
      clientHost: member.clientHost,
      protocols: supportedProtocols.map(({ name, metadata }) => ({ name, metadata: Buffer.from(metadata) })),
      sessionTimeoutMs,
      rebalanceTimeoutMs: member.rebalanceTimeoutMs,
      assignment: noAssignment,
      isNew: false,
      joining: undefined,
      syncing: undefined,
    })
    for (const timer of ['rebalance', 'join', 'sync']) step.cancel(group, `${timer} ${member.memberId}`)
  }
  classic.settle(group.epoch, step.now)
  for (const member of classic.members.values()) {
    member.assignment = classicAssignment(step.topics, group.targetOf(member.memberId), member.protocols)
    step.startSession(classic, member)
  }
  step.awareness.delete(group.id)
  step.groups.set(classic.id, classic)
  step.writeGroup(classic)
  step.tell(classic, 'consumer group becomes a classic group', { members: members.length })
  if (reason !== undefined) prepareRebalance(step, classic, reason)
}

/** As the members of a classic group tell each other, in the version in which the member speaks. */
export function classicAssignment(
  topics: TopicNames,
  assignment: Assignment,
  protocols: ClassicMemberMetadata['supportedProtocols'] | readonly { readonly metadata: Buffer }[],
): Buffer {
  const assignedPartitions = [...assignment].flatMap(([topicId, partitions]) => {
    const topic = topics.nameOf(topicId)
    return topic === undefined ? [] : [{ topic, partitions: [...partitions].sort((a, b) => a - b) }]
  })
  return writeAssignment({ assignedPartitions }, versionOf(protocols[0]!.metadata))
}
function versionOf(metadata: Uint8Array): number {
  const version = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.length).readInt16BE(0)
  return Math.min(version, 3)
}
