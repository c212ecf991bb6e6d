// Partitions and the brokers that have them: moved to others (KIP-455), and given leaders (KIP-460).

import { alterPartitionReassignments, electLeaders, listPartitionReassignments } from '../../protocol/index.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { check, KafkaError } from '../errors.ts'

export interface PartitionReassignment extends TopicPartition {
  /** The brokers that are to have it, the preferred leader first; null calls off what is under way. */
  readonly replicas: readonly number[] | null
}
export interface OngoingReassignment extends TopicPartition {
  /** All of them, the old ones too. */
  readonly replicas: readonly number[]
  readonly addingReplicas: readonly number[]
  readonly removingReplicas: readonly number[]
}

const timeoutMsDefault = 30_000

export class PartitionAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  /**
   * Begins to move partitions; `reassignments` tells when they are there. Throws NO_REASSIGNMENT_IN_PROGRESS where there
   * is nothing to call off, INVALID_REPLICA_ASSIGNMENT for brokers that do not exist.
   */
  async reassign(
    reassignments: readonly PartitionReassignment[],
    {
      timeoutMs = timeoutMsDefault,
      allowReplicationFactorChange = true,
    }: { readonly timeoutMs?: number; readonly allowReplicationFactorChange?: boolean } = {},
  ): Promise<void> {
    const topics = byTopic(reassignments, (name, partitions) => ({
      name,
      partitions: partitions.map(({ partition, replicas }) => ({ partitionIndex: partition, replicas })),
    }))
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askController(alterPartitionReassignments, (version: number) => {
        // Version 0 would change the number without a word.
        if (version === 0 && !allowReplicationFactorChange)
          throw new KafkaError('UNSUPPORTED_VERSION', { context: 'allowReplicationFactorChange' })
        return version === 0 ? { timeoutMs, topics } : { timeoutMs, topics, allowReplicationFactorChange }
      }),
    )
    check(answer.errorCode, { context: 'reassign partitions', message: answer.errorMessage })
    for (const { name, partitions } of answer.responses)
      for (const { partitionIndex, errorCode, errorMessage } of partitions)
        check(errorCode, { context: `reassign ${name}-${partitionIndex}`, message: errorMessage })
  }

  /** What is under way, of these partitions or of all. */
  async reassignments(partitions?: readonly TopicPartition[]): Promise<OngoingReassignment[]> {
    const topics =
      partitions === undefined
        ? null
        : byTopic(partitions, (name, asked) => ({ name, partitionIndexes: asked.map(({ partition }) => partition) }))
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askController(listPartitionReassignments, { timeoutMs: timeoutMsDefault, topics }),
    )
    check(answer.errorCode, { context: 'list reassignments', message: answer.errorMessage })
    return answer.topics.flatMap(({ name, partitions }) =>
      partitions.map(({ partitionIndex, replicas, addingReplicas, removingReplicas }) => ({
        topic: name,
        partition: partitionIndex,
        replicas,
        addingReplicas,
        removingReplicas,
      })),
    )
  }

  /**
   * Gives leadership to the preferred replica, or ('unclean', where nobody in sync is left) to any, losing what it lacks.
   * Gives the partitions that have a new leader; those that need none are left out. Throws for the first other refusal.
   */
  async electLeaders(
    election: 'preferred' | 'unclean',
    partitions?: readonly TopicPartition[],
    { timeoutMs = timeoutMsDefault } = {},
  ): Promise<TopicPartition[]> {
    const topicPartitions =
      partitions === undefined
        ? null
        : byTopic(partitions, (topic, named) => ({ topic, partitions: named.map(({ partition }) => partition) }))
    const electionType = election === 'preferred' ? 0 : 1
    const answer = await this.#cluster.retrying(() =>
      this.#cluster.askController(electLeaders, version =>
        version === 0 ? { topicPartitions, timeoutMs } : { electionType, topicPartitions, timeoutMs },
      ),
    )
    check(answer.errorCode, { context: 'elect leaders' })
    return answer.replicaElectionResults.flatMap(({ topic, partitionResult }) =>
      partitionResult.flatMap(({ partitionId: partition, errorCode, errorMessage }) => {
        if (errorCode === electionNotNeeded) return []
        check(errorCode, { context: `elect a leader of ${topic}-${partition}`, message: errorMessage })
        return [{ topic, partition }]
      }),
    )
  }
}
/** Kafka's error of those that have the leader that they should have. */
const electionNotNeeded = 84

function byTopic<P extends TopicPartition, T>(
  partitions: readonly P[],
  entry: (topic: string, partitions: readonly P[]) => T,
): T[] {
  return [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, ofTopic]) => entry(topic, ofTopic))
}
