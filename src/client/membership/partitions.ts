// Lists of partitions, flat as our code has them, and by topic as messages do.

import type { TopicPartition } from '../assignors/assignor.ts'

type ByTopic = { topic: string; partitions: number[] }

export function flatten(topics: readonly ByTopic[]): TopicPartition[] {
  return topics.flatMap(({ topic, partitions }) => partitions.map(partition => ({ topic, partition })))
}
export function nested(partitions: readonly TopicPartition[]): ByTopic[] {
  return [...Map.groupBy(partitions, ({ topic }) => topic)].map(([topic, list]) => ({
    topic,
    partitions: list.map(({ partition }) => partition),
  }))
}
/** Those of `from` that are not in `others`. */
export function difference(from: readonly TopicPartition[], others: readonly TopicPartition[]): TopicPartition[] {
  const keys = new Set(others.map(keyOf))
  return from.filter(partition => !keys.has(keyOf(partition)))
}
export function keyOf({ topic, partition }: TopicPartition): string {
  return `${topic}-${partition}`
}
