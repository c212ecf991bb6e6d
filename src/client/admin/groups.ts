// Consumer groups: who they are, what they have read, and their offsets.

import {
  deleteGroups,
  describeGroups,
  errorName,
  leaveGroup,
  listGroups,
  offsetCommit,
  offsetDelete,
  offsetFetch,
  readAssignment,
  type AnyApi,
  type DecodedResponseOf,
} from '../../protocol/index.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster, DraftFor } from '../cluster.ts'
import { check, KafkaError } from '../errors.ts'
import { flatten } from '../membership/partitions.ts'

export interface GroupListing {
  readonly groupId: string
  /** 'consumer', 'connect', … or '' for one that only keeps offsets. */
  readonly protocolType: string
  /** '' where the broker is too old to say. */
  readonly state: string
  /** 'classic' or 'consumer'. */
  readonly type: string
}
export interface GroupDescription {
  readonly groupId: string
  /** Empty, PreparingRebalance, CompletingRebalance, Stable or Dead: Dead is what the broker does not know. */
  readonly state: string
  readonly protocolType: string
  /** The assignor in use. */
  readonly protocol: string
  readonly coordinator: number
  readonly members: readonly GroupMemberDescription[]
}
export interface GroupMemberDescription {
  readonly memberId: string
  readonly groupInstanceId: string | null
  readonly clientId: string
  readonly clientHost: string
  /** Empty for groups that are not of consumers. */
  readonly partitions: readonly TopicPartition[]
}
export interface CommittedOffset extends TopicPartition {
  readonly offset: number
  readonly leaderEpoch?: number
  readonly metadata?: string | null
}

export class GroupAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /** The groups of all brokers. */
  list(): Promise<GroupListing[]> {
    return this.#cluster.retrying(async () => {
      await this.#cluster.refresh([])
      const brokers = [...this.#cluster.view.brokers.keys()]
      const answers = await Promise.all(brokers.map(nodeId => this.#cluster.ask(nodeId, 'main', listGroups, {})))
      return answers
        .flatMap(answer => {
          check(answer.errorCode, { context: 'list groups' })
          return answer.groups.map(({ groupId, protocolType, groupState, groupType }) => ({
            groupId,
            protocolType,
            state: groupState,
            type: groupType,
          }))
        })
        .toSorted((a, b) => (a.groupId < b.groupId ? -1 : 1))
    })
  }

  describe(groupId: string): Promise<GroupDescription> {
    return this.#cluster.retrying(async () => {
      const answer = await this.#ask(groupId, describeGroups, { groups: [groupId] }, ({ groups }) => {
        // Version 6 says so where the older ones call the group dead.
        const error = errorName(groups[0]?.errorCode ?? -1)
        if (error !== 'GROUP_ID_NOT_FOUND') check(groups[0]?.errorCode ?? -1, { context: `group '${groupId}'` })
      })
      const group = answer.groups[0]!
      return {
        groupId,
        state: group.groupState || 'Dead',
        protocolType: group.protocolType,
        protocol: group.protocolData,
        coordinator: await this.#cluster.coordinator(groupId),
        members: group.members.map(({ memberId, groupInstanceId, clientId, clientHost, memberAssignment }) => ({
          memberId,
          groupInstanceId,
          clientId,
          clientHost,
          partitions:
            group.protocolType === 'consumer' ? flatten(readAssignment(memberAssignment).assignedPartitions) : [],
        })),
      }
    })
  }

  /** What the group has committed, of all topics. */
  async offsets(groupId: string): Promise<CommittedOffset[]> {
    const answer = await this.#ask(
      groupId,
      offsetFetch,
      version => (version >= 8 ? { groups: [{ groupId, topics: null }] } : { groupId, topics: null }),
      answer => check(answer.groups[0]?.errorCode ?? answer.errorCode, { context: `offsets of group '${groupId}'` }),
      // Above it, topics have ids, and those of deleted topics no names.
      9,
    )
    return (answer.groups[0] ?? answer).topics
      .flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, committedOffset, committedLeaderEpoch, metadata, errorCode }) => {
          check(errorCode, { context: `offset of group '${groupId}' for ${name}-${partitionIndex}` })
          return {
            topic: name,
            partition: partitionIndex,
            offset: committedOffset,
            leaderEpoch: committedLeaderEpoch,
            metadata,
          }
        }),
      )
      .toSorted((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1))
  }

  /** Sets offsets from outside: only of a group without members, or one that does not exist yet. */
  async setOffsets(groupId: string, offsets: readonly CommittedOffset[]): Promise<void> {
    const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, list]) => ({
      name,
      partitions: list.map(({ partition, offset, leaderEpoch = -1, metadata = '' }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: leaderEpoch,
        committedMetadata: metadata,
      })),
    }))
    await this.#ask(
      groupId,
      offsetCommit,
      { groupId, memberId: '', topics },
      answer => {
        for (const { name, partitions } of answer.topics)
          for (const { partitionIndex, errorCode } of partitions)
            check(errorCode, { context: `offset of group '${groupId}' for ${name}-${partitionIndex}` })
      },
      9,
    )
  }

  async deleteOffsets(groupId: string, partitions: readonly TopicPartition[]): Promise<void> {
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, list]) => ({
      name,
      partitions: list.map(({ partition }) => ({ partitionIndex: partition })),
    }))
    await this.#ask(groupId, offsetDelete, { groupId, topics }, answer => {
      check(answer.errorCode, { context: `group '${groupId}'` })
      for (const { name, partitions } of answer.topics)
        for (const { partitionIndex, errorCode } of partitions)
          check(errorCode, { context: `offset of group '${groupId}' for ${name}-${partitionIndex}` })
    })
  }

  /** Makes all members of a classic group leave it (KIP-345). One that lives learns it by its next heartbeat, and may join again. */
  async removeMembers(groupId: string): Promise<void> {
    const { members } = await this.describe(groupId)
    if (members.length === 0) return
    const leaving = members.map(({ memberId, groupInstanceId }) =>
      groupInstanceId === null ? { memberId } : { memberId: '', groupInstanceId },
    )
    await this.#ask(groupId, leaveGroup, { groupId, members: leaving }, answer => {
      check(answer.errorCode, { context: `group '${groupId}'` })
      for (const { memberId, errorCode } of answer.members)
        if (errorName(errorCode) !== 'UNKNOWN_MEMBER_ID')
          check(errorCode, { context: `member ${memberId} of group '${groupId}'` })
    })
  }

  /** Throws NON_EMPTY_GROUP for one that has members. */
  async delete(groupIds: readonly string[]): Promise<void> {
    for (const groupId of groupIds) {
      await this.#ask(groupId, deleteGroups, { groupsNames: [groupId] }, ({ results }) => {
        if (results[0] === undefined)
          throw new KafkaError('UNKNOWN_SERVER_ERROR', { context: `delete group '${groupId}'` })
        check(results[0].errorCode, { context: `delete group '${groupId}'` })
      })
    }
  }

  #ask<A extends AnyApi>(
    groupId: string,
    api: A,
    draft: DraftFor<A>,
    accept: (answer: DecodedResponseOf<A>) => void,
    versionMax?: number,
  ): Promise<DecodedResponseOf<A>> {
    return this.#cluster.askCoordinator(groupId, api, draft, accept, versionMax === undefined ? {} : { versionMax })
  }
}
