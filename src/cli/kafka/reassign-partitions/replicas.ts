// Where the replicas of partitions are: on which brokers, and there in which log directories.

import { KafkaError, type Client, type TopicInfo } from '../../../client/index.ts'
import { describeLogDirs } from '../../../protocol/index.ts'
import { accept, javaMessage } from '../java-exceptions.ts'
import { partitionName, type PartitionPlan, replicaName, type ReplicaPlace } from './plan.ts'

/** All that there are of these topics. Throws UNKNOWN_TOPIC_OR_PARTITION where one does not exist. */
export async function replicasOfTopics(client: Client, names: readonly string[]): Promise<PartitionPlan[]> {
  if (names.length === 0) return []
  const topics = await client.admin.requests.topics(names)
  for (const { name, error } of topics) {
    if (error === 'UNKNOWN_TOPIC_OR_PARTITION') throw new KafkaError(error, { message: `Topic ${name} not found.` })
    if (error !== 'NONE') throw new KafkaError(error, { message: javaMessage(error) })
  }
  return topics.flatMap(placesOf)
}
export const placesOf = ({ name, partitions }: TopicInfo): PartitionPlan[] =>
  partitions.map(({ partition, replicas }) => ({ topic: name, partition, replicas }))

/** Of just these partitions. Throws UNKNOWN_TOPIC_OR_PARTITION where one does not exist. */
export async function replicasOf(client: Client, wanted: readonly PartitionPlan[]): Promise<PartitionPlan[]> {
  const names = new Set(wanted.map(partitionName))
  const found = await replicasOfTopics(client, [...new Set(wanted.map(({ topic }) => topic))])
  const current = found.filter(place => names.has(partitionName(place)))
  for (const place of current) names.delete(partitionName(place))
  if (names.size > 0)
    throw new KafkaError('UNKNOWN_TOPIC_OR_PARTITION', {
      message: `Unable to find partition: ${[...names].join(', ')}`,
    })
  return current
}

export interface LogDirsOfReplica {
  /** Undefined where no log directory that works has it. */
  readonly current?: string
  /** Where it is being moved to. */
  readonly future?: string
}
export type LogDirs = (replica: ReplicaPlace) => LogDirsOfReplica

/** Asks each of these brokers what lies where. */
export async function logDirsOn(client: Client, brokers: Iterable<number>): Promise<LogDirs> {
  const found = new Map<string, LogDirsOfReplica>()
  const ask = async (brokerId: number) => {
    const answer = await client.admin.requests.broker(brokerId, describeLogDirs, { topics: null })
    accept(answer.errorCode)
    for (const { logDir, topics } of answer.results)
      for (const { name, partitions } of topics)
        for (const { partitionIndex, isFutureKey } of partitions) {
          const replica = replicaName({ topic: name, partition: partitionIndex, brokerId })
          found.set(replica, { ...found.get(replica), [isFutureKey ? 'future' : 'current']: logDir })
        }
  }
  await Promise.all([...new Set(brokers)].map(ask))
  return replica => found.get(replicaName(replica)) ?? {}
}

/** The log directories that replicas lie in, of the brokers that answer. */
export async function logDirsOf(client: Client, partitions: readonly PartitionPlan[]): Promise<LogDirs> {
  const alive = new Set(await brokerIds(client))
  return logDirsOn(
    client,
    partitions.flatMap(({ replicas }) => replicas.filter(id => alive.has(id))),
  )
}

/** Of the brokers that live, ascending. */
export async function brokerIds(client: Client): Promise<number[]> {
  return (await client.admin.requests.brokers()).map(({ nodeId }) => nodeId)
}
