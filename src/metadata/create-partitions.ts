// Topics get more partitions: Kafka's ReplicationControlManager.createPartitions.

import type { Random } from '../base/index.ts'
import { assignedPartition, placedPartitions } from './create-topics.ts'
import { type Decision, isRefusal, type Refusal, refusal, type Result } from './decision.ts'
import type { ClusterImage, TopicImage } from './image.ts'
import type { MetadataRecord, NewPartition } from './records.ts'

/** In the words of Kafka's CreatePartitions request. */
export interface CreatePartitionsTopic {
  readonly name: string
  /** How many there are to be in all. */
  readonly count: number
  /** The brokers of each new partition; null: as Kafka places them. */
  readonly assignments: readonly { readonly brokerIds: readonly number[] }[] | null
}
export type CreatePartitionsOutcome = { readonly name: string } & Result

export function createPartitions(
  image: ClusterImage,
  topics: readonly CreatePartitionsTopic[],
  { random, validateOnly = false }: { readonly random: Random; readonly validateOnly?: boolean },
): Decision<readonly CreatePartitionsOutcome[]> {
  const names = topics.map(({ name }) => name)
  const twice = new Set(names.filter((name, index) => names.indexOf(name) !== index))
  const records: MetadataRecord[] = []
  const outcome: CreatePartitionsOutcome[] = [...twice].map(name => ({
    name,
    ...refusal('INVALID_REQUEST', 'Duplicate topic name.'),
  }))
  for (const wanted of topics) {
    if (twice.has(wanted.name)) continue
    const topic = image.topics.get(wanted.name)
    const added =
      topic === undefined ? refusal('UNKNOWN_TOPIC_OR_PARTITION', '') : addedPartitions(image, topic, wanted, random)
    if (isRefusal(added)) outcome.push({ name: wanted.name, ...added })
    else {
      records.push({ type: 'partitionsAdded', topicId: topic!.id, partitions: added })
      outcome.push({ name: wanted.name, error: 'NONE' })
    }
  }
  return { records: validateOnly ? [] : records, outcome }
}

function addedPartitions(
  image: ClusterImage,
  { name, partitions }: TopicImage,
  { count, assignments }: CreatePartitionsTopic,
  random: Random,
): NewPartition[] | Refusal {
  const additional = count - partitions.length
  if (additional === 0) return refusal('INVALID_PARTITIONS', `Topic already has ${partitions.length} partition(s).`)
  if (additional < 0)
    return refusal(
      'INVALID_PARTITIONS',
      `The topic ${name} currently has ${partitions.length} partition(s); ${count} would not be an increase.`,
    )
  const replicationFactor = partitions[0]!.replicas.length
  if (assignments === null) return placedPartitions(image, { partitions: additional, replicationFactor, random })
  if (assignments.length !== additional)
    return refusal(
      'INVALID_REPLICA_ASSIGNMENT',
      `Attempted to add ${additional} additional partition(s), but only ${assignments.length} assignment(s) were specified.`,
    )
  const added: NewPartition[] = []
  for (const { brokerIds } of assignments) {
    const partitionIndex = partitions.length + added.length
    const partition = assignedPartition(image, { partitionIndex, brokerIds, replicationFactor })
    if (isRefusal(partition)) return partition
    added.push(partition)
  }
  return added
}
