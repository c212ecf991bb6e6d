// The offsets that a group has stored, as one of its members, or a reader that only keeps its offsets there, sees them.

import { offsetCommit, offsetFetch } from '../../protocol/index.ts'
import type { CommittedOffset } from '../admin/groups.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { check, KafkaError } from '../errors.ts'
import type { MemberIdentity } from '../membership/membership.ts'
import { keyOf } from '../membership/partitions.ts'

/** Above it, topics go by their ids. */
const versionMax = 9

export class GroupOffsets {
  readonly #cluster: Cluster
  readonly #groupId: string
  readonly #requireStable: boolean
  readonly #identity: () => MemberIdentity

  constructor(
    cluster: Cluster,
    options: { readonly groupId: string; readonly requireStable: boolean },
    identity: () => MemberIdentity,
  ) {
    this.#cluster = cluster
    this.#groupId = options.groupId
    this.#requireStable = options.requireStable
    this.#identity = identity
  }

  /** Of these partitions, those that have an offset stored. */
  async fetch(partitions: readonly TopicPartition[]): Promise<CommittedOffset[]> {
    if (partitions.length === 0) return []
    const groupId = this.#groupId,
      requireStable = this.#requireStable
    const topics = [...Map.groupBy(partitions, ({ topic }) => topic)].map(([name, list]) => ({
      name,
      partitionIndexes: list.map(({ partition }) => partition),
    }))
    const answer = await this.#cluster.askCoordinator(
      groupId,
      offsetFetch,
      version => ({
        ...(version >= 8 ? { groups: [{ groupId, topics }] } : { groupId, topics }),
        ...(version >= 7 ? { requireStable } : {}),
      }),
      answer => {
        const group = answer.groups[0] ?? answer
        check(group.errorCode, { context: `offsets of group '${groupId}'` })
        for (const { name, partitions } of group.topics)
          for (const { partitionIndex, errorCode } of partitions) check(errorCode, this.#of(name, partitionIndex))
      },
      { versionMax },
    )
    return (answer.groups[0] ?? answer).topics.flatMap(({ name, partitions }) =>
      partitions.flatMap(({ partitionIndex, committedOffset, committedLeaderEpoch, metadata }) =>
        committedOffset < 0
          ? []
          : [
              {
                topic: name,
                partition: partitionIndex,
                offset: committedOffset,
                leaderEpoch: committedLeaderEpoch,
                metadata,
              },
            ],
      ),
    )
  }

  /** Refused once the group has gone on without this member. It is never sent again as another member than it was. */
  async commit(offsets: readonly CommittedOffset[]): Promise<void> {
    if (offsets.length === 0) return
    const asked = this.#identity()
    const topics = [...Map.groupBy(offsets, ({ topic }) => topic)].map(([name, list]) => ({
      name,
      partitions: list.map(({ partition, offset, leaderEpoch = -1, metadata = '' }) => ({
        partitionIndex: partition,
        committedOffset: offset,
        committedLeaderEpoch: leaderEpoch,
        committedMetadata: metadata,
      })),
    }))
    await this.#cluster.askCoordinator(
      this.#groupId,
      offsetCommit,
      version => {
        const now = this.#identity()
        const context = `commit of group '${this.#groupId}'`
        if (now.memberId !== asked.memberId) throw new KafkaError('UNKNOWN_MEMBER_ID', { context })
        if (now.generation !== asked.generation)
          throw new KafkaError(now.hasEpoch ? 'STALE_MEMBER_EPOCH' : 'ILLEGAL_GENERATION', { context })
        return {
          groupId: this.#groupId,
          generationIdOrMemberEpoch: asked.generation,
          memberId: asked.memberId,
          ...(version >= 7 ? { groupInstanceId: asked.groupInstanceId } : {}),
          topics,
        }
      },
      answer => {
        for (const { name, partitions } of answer.topics)
          for (const { partitionIndex, errorCode } of partitions) check(errorCode, this.#of(name, partitionIndex))
      },
      { versionMax },
    )
  }
  #of(topic: string, partition: number): { context: string } {
    return { context: `offset of group '${this.#groupId}' for ${keyOf({ topic, partition })}` }
  }
}
