// Records by their places: the offsets of times, and deletion from the start of a log.

import {
  deleteRecords,
  listOffsets,
  type AnyApi,
  type DecodedResponseOf,
  type RequestDraftOf,
} from '../../protocol/index.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'
import { check, isStale, KafkaError } from '../errors.ts'

/** A time in ms since 1970: the first record at or after it. */
export type OffsetSpec = 'earliest' | 'latest' | 'max-timestamp' | number

export interface OffsetAt extends TopicPartition {
  /** −1: no record is that late. */
  readonly offset: number
  /** Of the record found; −1 for earliest and latest. */
  readonly timestamp: number
  readonly leaderEpoch: number
}

export class RecordAdmin {
  readonly #cluster: Cluster
  constructor(cluster: Cluster) {
    this.#cluster = cluster
  }

  offsets(
    partitions: readonly TopicPartition[],
    at: OffsetSpec,
    { isolation = 'read_uncommitted' as 'read_uncommitted' | 'read_committed' } = {},
  ): Promise<OffsetAt[]> {
    return offsetsAt(this.#cluster, partitions, at, isolation)
  }

  /** Deletes the records before `offset`; 'latest' deletes all. Gives the new start of each log. */
  async deleteBefore(
    partitions: readonly (TopicPartition & { readonly offset: number | 'latest' })[],
    { timeoutMs = 30_000 } = {},
  ): Promise<(TopicPartition & { lowWatermark: number })[]> {
    const answers = await toLeaders(this.#cluster, partitions, deleteRecords, topics => ({
      timeoutMs,
      topics: topics.map(([name, list]) => ({
        name,
        partitions: list.map(({ partition, offset }) => ({
          partitionIndex: partition,
          offset: offset === 'latest' ? -1 : offset,
        })),
      })),
    }))
    return answers.flatMap(({ topics }) =>
      topics.flatMap(({ name, partitions }) =>
        partitions.map(({ partitionIndex, lowWatermark, errorCode }) => {
          check(errorCode, { context: `delete records of ${name}-${partitionIndex}` })
          return { topic: name, partition: partitionIndex, lowWatermark }
        }),
      ),
    )
  }
}

/** Asks the leader of each partition for the offset of a time. */
export async function offsetsAt(
  cluster: Cluster,
  partitions: readonly TopicPartition[],
  at: OffsetSpec,
  isolation: 'read_uncommitted' | 'read_committed',
): Promise<OffsetAt[]> {
  const timestamp = typeof at === 'number' ? at : { earliest: -2, latest: -1, 'max-timestamp': -3 }[at]
  return cluster.retrying(
    async () => {
      const answers = await toLeaders(cluster, partitions, listOffsets, topics => ({
        replicaId: -1,
        isolationLevel: isolation === 'read_committed' ? 1 : 0,
        topics: topics.map(([name, list]) => ({
          name,
          partitions: list.map(({ partition }) => ({ partitionIndex: partition, timestamp })),
        })),
      }))
      return answers.flatMap(({ topics }) =>
        topics.flatMap(({ name, partitions }) =>
          partitions.map(({ partitionIndex, errorCode, offset, timestamp, leaderEpoch }) => {
            check(errorCode, { context: `offsets of ${name}-${partitionIndex}` })
            return { topic: name, partition: partitionIndex, offset, timestamp, leaderEpoch }
          }),
        ),
      )
    },
    {
      before: error => {
        if (isStale(error)) for (const { topic } of partitions) cluster.view.forget(topic)
      },
    },
  )
}

/** Sends to each leader what concerns its partitions, grouped by topic. */
export async function toLeaders<A extends AnyApi, P extends TopicPartition>(
  cluster: Cluster,
  partitions: readonly P[],
  api: A,
  draft: (topics: [topic: string, partitions: P[]][]) => RequestDraftOf<A>,
): Promise<DecodedResponseOf<A>[]> {
  for (const topic of new Set(partitions.map(({ topic }) => topic))) await cluster.topic(topic)
  const byLeader = Map.groupBy(partitions, ({ topic, partition }) => {
    const leader = cluster.leaderOf(topic, partition)
    if (leader !== undefined) return leader
    const known = (cluster.view.topics.get(topic)?.partitions.length ?? 0) > partition
    throw new KafkaError(known ? 'LEADER_NOT_AVAILABLE' : 'UNKNOWN_TOPIC_OR_PARTITION', {
      context: `${topic}-${partition}`,
    })
  })
  return Promise.all(
    [...byLeader].map(([nodeId, list]) =>
      cluster.ask(nodeId, 'main', api, draft([...Map.groupBy(list, ({ topic }) => topic)])),
    ),
  )
}
