// A group of the consumer protocol becomes a classic one, when the last member is gone that speaks the new protocol.

import { writeAssignment } from '../../protocol/index.ts'
import { ClassicGroup } from '../group/classic-group.ts'
import { prepareRebalance } from '../group/rebalance.ts'
import type { Step } from '../step.ts'
import type { TopicNames } from '../topic-names.ts'
import { together, type Assignment } from './assignment.ts'
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

/**
 * They have what they had, also what they were about to give up: it is the rebalance that shares it anew. Undefined as the
 * reason: there is none, and they go on as they are.
 */
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
      assignment: classicAssignment(
        step.topics,
        together(member.assigned, member.pendingRevocation),
        member.classic!.supportedProtocols,
      ),
      isNew: false,
      joining: undefined,
      syncing: undefined,
    })
    classic.epochsBefore.set(member.memberId, member.memberEpoch)
    for (const timer of ['rebalance', 'join', 'sync']) step.cancel(group, `${timer} ${member.memberId}`)
  }
  classic.settle(group.epoch, step.now)
  for (const member of classic.members.values()) step.startSession(classic, member)
  step.awareness.delete(group.id)
  step.groups.set(classic.id, classic)
  // A group without a leader is one that rebalances, should the coordinator restart before it has.
  if (reason !== undefined) classic.leader = null
  step.writeGroup(classic)
  step.tell(classic, 'consumer group becomes a classic group', { members: members.length })
  if (reason !== undefined) prepareRebalance(step, classic, reason)
}

/** As the members of a classic group tell each other, in the version in which the member speaks. */
export function classicAssignment(
  topics: TopicNames,
  assignment: Assignment,
  protocols: ClassicMemberMetadata['supportedProtocols'],
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
