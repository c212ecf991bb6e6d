// Partitions by topic: what a member has, is to have, or is to give up.

import type { TopicNames } from '../topic-names.ts'

/** By the id of the topic; no set is empty. */
export type Assignment = ReadonlyMap<string, ReadonlySet<number>>
export type MutableAssignment = Map<string, Set<number>>
export interface TopicPartitions {
  readonly topicId: string
  readonly partitions: readonly number[]
}
export const noPartitions: Assignment = new Map()

export function assignmentOf(topics: readonly TopicPartitions[]): Assignment {
  const assignment: MutableAssignment = new Map()
  for (const { topicId, partitions } of topics)
    for (const partition of partitions) addPartition(assignment, topicId, partition)
  return assignment
}
/** As members of classic groups say it, by the names of topics. Those that there are not are left out. */
export function assignmentByName(
  topics: TopicNames,
  named: readonly { readonly topic: string; readonly partitions: readonly number[] }[],
): Assignment {
  return assignmentOf(
    named.flatMap(({ topic, partitions }) => {
      const topicId = topics.byName(topic)?.topicId
      return topicId === undefined ? [] : [{ topicId, partitions }]
    }),
  )
}
export function topicPartitionsOf(assignment: Assignment): { topicId: string; partitions: number[] }[] {
  return [...assignment].map(([topicId, partitions]) => ({
    topicId,
    partitions: [...partitions].sort((a, b) => a - b),
  }))
}
export function addPartition(assignment: MutableAssignment, topicId: string, partition: number): void {
  const partitions = assignment.get(topicId)
  if (partitions === undefined) assignment.set(topicId, new Set([partition]))
  else partitions.add(partition)
}
export function has(assignment: Assignment, topicId: string, partition: number): boolean {
  return assignment.get(topicId)?.has(partition) ?? false
}
export function sizeOf(assignment: Assignment): number {
  let size = 0
  for (const partitions of assignment.values()) size += partitions.size
  return size
}
export function* partitionsOf(assignment: Assignment): Generator<readonly [topicId: string, partition: number]> {
  for (const [topicId, partitions] of assignment) for (const partition of partitions) yield [topicId, partition]
}
export function covers(assignment: Assignment, other: Assignment): boolean {
  for (const [topicId, partition] of partitionsOf(other)) if (!has(assignment, topicId, partition)) return false
  return true
}
export function isSameAssignment(one: Assignment, other: Assignment): boolean {
  return one === other || (sizeOf(one) === sizeOf(other) && covers(one, other))
}
/** Those of which the test holds, and the others. */
export function divide(
  assignment: Assignment,
  test: (topicId: string, partition: number) => boolean,
): { readonly kept: MutableAssignment; readonly rest: MutableAssignment } {
  const kept: MutableAssignment = new Map(),
    rest: MutableAssignment = new Map()
  for (const [topicId, partition] of partitionsOf(assignment))
    addPartition(test(topicId, partition) ? kept : rest, topicId, partition)
  return { kept, rest }
}
export function together(one: Assignment, other: Assignment): Assignment {
  const all: MutableAssignment = new Map()
  for (const assignment of [one, other])
    for (const [topicId, partition] of partitionsOf(assignment)) addPartition(all, topicId, partition)
  return all
}
