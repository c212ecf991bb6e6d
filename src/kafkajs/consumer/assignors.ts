// Assigners of kafkajs at work in a member of the client: they see members and assignments as bytes, and the cluster.

import type { Assignor } from '../../client/index.ts'
import { AssignerProtocol } from '../assigner-protocol.ts'
import type { Cluster } from '../types/cluster.ts'
import type { Assigner, PartitionAssigner } from '../types/consumer.ts'

const { MemberMetadata, MemberAssignment } = AssignerProtocol

export function assignorOf(assigner: Assigner, cluster: Cluster, subscribed: () => string[]): Assignor {
  return {
    name: assigner.protocol({ topics: [] }).name,
    protocol: 'eager',
    subscriptionUserData(topics) {
      const { metadata } = assigner.protocol({ topics: [...topics] })
      return MemberMetadata.decode(metadata)?.userData ?? null
    },
    async assign(members) {
      // Partitions may have been added: that may be why the group divides them anew.
      await cluster.addMultipleTargetTopics(subscribed())
      await cluster.refreshMetadata()
      const given = await assigner.assign({
        members: members.map(({ memberId, topics, userData }) => ({
          memberId,
          memberMetadata: MemberMetadata.encode({
            version: assigner.version,
            topics: [...topics],
            userData: Buffer.from(userData ?? []),
          }),
        })),
        topics: subscribed(),
      })
      return new Map(
        given.map(({ memberId, memberAssignment }) => {
          const { assignment = {}, userData = null } = MemberAssignment.decode(memberAssignment) ?? {}
          const partitions = Object.entries(assignment).flatMap(([topic, list]) =>
            list.map(partition => ({ topic, partition })),
          )
          return [memberId, { partitions, userData }]
        }),
      )
    },
  }
}

/** Deals the partitions of all topics out to the members, one after the other. */
const roundRobin: PartitionAssigner = ({ cluster }) => {
  const name = 'RoundRobinAssigner',
    version = 0
  return {
    name,
    version,
    async assign({ members, topics }) {
      const order = members.map(({ memberId }) => memberId).toSorted()
      const partitions = topics.flatMap(topic =>
        cluster.findTopicPartitionMetadata(topic).map(({ partitionId }) => ({ topic, partitionId })),
      )
      const dealt = Map.groupBy(partitions.entries(), ([i]) => order[i % order.length]!)
      return [...dealt].map(([memberId, hand]) => {
        const ofTopic = Map.groupBy(hand, ([, { topic }]) => topic)
        const assignment = Object.fromEntries(
          [...ofTopic].map(([topic, list]) => [topic, list.map(([, { partitionId }]) => partitionId)]),
        )
        const memberAssignment = MemberAssignment.encode({ version, assignment, userData: Buffer.alloc(0) })
        return { memberId, memberAssignment }
      })
    },
    protocol: ({ topics }) => ({
      name,
      metadata: MemberMetadata.encode({ version, topics, userData: Buffer.alloc(0) }),
    }),
  }
}
export const PartitionAssigners: { roundRobin: PartitionAssigner } = { roundRobin }
