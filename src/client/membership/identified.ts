// Partitions by the ids of their topics, as coordinators of the consumer protocol speak of them, and by their names.

import { metadata } from '../../protocol/index.ts'
import type { TopicPartition } from '../assignors/assignor.ts'
import type { Cluster } from '../cluster.ts'

export interface IdentifiedPartition extends TopicPartition {
  readonly topicId: string
}
export interface PartitionsOfId {
  readonly topicId: string
  readonly partitions: readonly number[]
}

export function byTopicId(partitions: readonly IdentifiedPartition[]): { topicId: string; partitions: number[] }[] {
  return [...Map.groupBy(partitions, ({ topicId }) => topicId)].map(([topicId, list]) => ({
    topicId,
    partitions: list.map(({ partition }) => partition),
  }))
}
/** Those of `from` that are not in `others`. A topic that was made anew under its name is another one. */
export function differenceById(
  from: readonly IdentifiedPartition[],
  others: readonly IdentifiedPartition[],
): IdentifiedPartition[] {
  const key = ({ topicId, partition }: IdentifiedPartition) => `${topicId}-${partition}`
  const keys = new Set(others.map(key))
  return from.filter(partition => !keys.has(key(partition)))
}

/** With their names, which are asked for where they are not known. Not whole: the cluster does not know all of the topics (yet). */
export async function named(
  cluster: Cluster,
  topics: readonly PartitionsOfId[],
): Promise<{ readonly partitions: IdentifiedPartition[]; readonly isWhole: boolean }> {
  const { view } = cluster
  const unknown = topics.filter(({ topicId }) => view.nameOf(topicId) === undefined)
  if (unknown.length > 0) {
    const draft = { topics: unknown.map(({ topicId }) => ({ topicId, name: null })), allowAutoTopicCreation: false }
    view.learn(await cluster.retrying(() => cluster.askAny(metadata, draft)))
  }
  const partitions = topics.flatMap(({ topicId, partitions }) => {
    const topic = view.nameOf(topicId)
    return topic === undefined ? [] : partitions.map(partition => ({ topicId, topic, partition }))
  })
  return { partitions, isWhole: topics.every(({ topicId }) => view.nameOf(topicId) !== undefined) }
}
