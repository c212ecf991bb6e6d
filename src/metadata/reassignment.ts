// Partitions move to other replicas (KIP-455), as Kafka's ReplicationControlManager moves them.
//
//   [1,2,3] ──asked for [4,2]──▶ [4,2,1,3] adding 4, removing 1,3 ──4 is in sync──▶ [4,2]
//                                    └──called off──▶ [1,2,3] again
//
// The new replicas follow the leader like any other; the ISR that has them all ends the reassignment. Where nobody is to
// be waited for, it is over at once.

import { assignmentFault } from './create-topics.ts'
import { type Decision, isRefusal, type Refusal, refusal, type Result } from './decision.ts'
import { type ClusterImage, isAlive, type PartitionImage, type TopicImage } from './image.ts'
import { type AllowsUnclean, changePartition, elect, type PartitionChange } from './leadership.ts'
import type { MetadataRecord } from './records.ts'

export interface Reassignment {
  readonly topic: string
  readonly partition: number
  /** null calls off what is under way. */
  readonly replicas: readonly number[] | null
}
export type ReassignmentOutcome = Pick<Reassignment, 'topic' | 'partition'> & { readonly result: Result }
export interface ReassignmentOptions {
  readonly allowsUnclean: AllowsUnclean
  /** KIP-860: whether there may be more or fewer replicas afterwards. */
  readonly allowReplicationFactorChange: boolean
}

/** Each by itself; the outcome is in the order of the request. */
export function alterPartitionReassignments(
  image: ClusterImage,
  reassignments: readonly Reassignment[],
  options: ReassignmentOptions,
): Decision<readonly ReassignmentOutcome[]> {
  const records: MetadataRecord[] = []
  const outcome = reassignments.map(({ topic: name, partition: index, replicas }): ReassignmentOutcome => {
    const topic = image.topics.get(name)
    const change =
      topic === undefined
        ? refusal('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find a topic named ${name}.`)
        : topic.partitions[index] === undefined
          ? refusal('UNKNOWN_TOPIC_OR_PARTITION', `Unable to find partition ${name}:${index}.`)
          : replicas === null
            ? calledOff(image, topic, index, options)
            : moved(image, topic.partitions[index], replicas, options)
    if (isRefusal(change)) return { topic: name, partition: index, result: change }
    if (change !== unchanged) records.push(changePartition(topic!, index, change))
    return { topic: name, partition: index, result: { error: 'NONE' } }
  })
  return { records, outcome }
}

export function isReassigned({ addingReplicas, removingReplicas }: PartitionImage): boolean {
  return addingReplicas.length > 0 || removingReplicas.length > 0
}

/** What becomes of a partition with this ISR: where it has all of the new replicas, their reassignment is over. */
export function withIsr(image: ClusterImage, partition: PartitionImage, isr: readonly number[]): PartitionChange {
  return completed(image, partition, { ...partition, isr }) ?? { isr }
}

function moved(
  image: ClusterImage,
  partition: PartitionImage,
  target: readonly number[],
  { allowReplicationFactorChange }: ReassignmentOptions,
): PartitionChange | Refusal {
  if (!allowReplicationFactorChange) {
    const count = partition.replicas.filter(id => !partition.removingReplicas.includes(id)).length
    if (count !== target.length)
      return refusal(
        'INVALID_REPLICATION_FACTOR',
        `The replication factor is changed from ${count} to ${target.length}`,
      )
  }
  const fault = assignmentFault(image, target)
  if (fault !== undefined) return fault
  const { replicas: current } = partition
  const removing = sorted(current.filter(id => !target.includes(id)))
  const adding = sorted(target.filter(id => !current.includes(id)))
  const replicas = [...target, ...removing]
  const next = {
    replicas,
    // As Kafka: where none is added or removed, those of a reassignment that is under way stay so.
    addingReplicas: adding.length > 0 ? adding : partition.addingReplicas,
    removingReplicas: removing.length > 0 ? removing : partition.removingReplicas,
    isr: partition.isr,
  }
  const isTheSame = (['replicas', 'addingReplicas', 'removingReplicas'] as const).every(
    list => next[list].join() === partition[list].join(),
  )
  return isTheSame ? unchanged : (completed(image, partition, next) ?? next)
}
const unchanged: PartitionChange = {}

/** The last step, where it can be taken: those that leave have left, and if the leader was one of them another leads. */
function completed(
  image: ClusterImage,
  { leader }: PartitionImage,
  next: Pick<PartitionImage, 'replicas' | 'addingReplicas' | 'removingReplicas' | 'isr'>,
): PartitionChange | undefined {
  if (next.addingReplicas.length === 0 && next.removingReplicas.length === 0) return undefined
  const stays = (id: number) => !next.removingReplicas.includes(id)
  const isr = next.isr.filter(stays)
  const replicas = next.replicas.filter(stays)
  if (replicas.length === 0 || !replicas.every(id => isr.includes(id))) return undefined
  return { ...ledBy(image, leader, { replicas, isr }), replicas, addingReplicas: [], removingReplicas: [] }
}
/** The leader stays where it can. */
function ledBy(
  image: ClusterImage,
  leader: number,
  { replicas, isr, unclean = false }: Pick<PartitionImage, 'replicas' | 'isr'> & { readonly unclean?: boolean },
): Pick<PartitionImage, 'leader' | 'isr'> {
  const answers = (id: number) => isAlive(image, id)
  return isr.includes(leader) && answers(leader) ? { leader, isr } : elect({ replicas, isr }, answers, unclean)
}

function calledOff(
  image: ClusterImage,
  topic: TopicImage,
  index: number,
  { allowsUnclean }: ReassignmentOptions,
): PartitionChange | Refusal {
  const partition = topic.partitions[index]!
  if (!isReassigned(partition))
    return refusal('NO_REASSIGNMENT_IN_PROGRESS', 'No partition reassignment is in progress.')
  const { addingReplicas, leader } = partition
  const stays = (id: number) => !addingReplicas.includes(id)
  const replicas = partition.replicas.filter(stays)
  const unclean = allowsUnclean(topic)
  let isr = partition.isr.filter(stays)
  if (isr.length === 0) {
    // Only the new ones are in sync: to go back is to lose what the old ones do not have.
    if (!unclean)
      return refusal(
        'INVALID_REPLICA_ASSIGNMENT',
        `Unable to revert partition assignment for ${topic.name}:${index} because it would require an unclean leader election.`,
      )
    isr = replicas.slice(0, 1)
  }
  return { ...ledBy(image, leader, { replicas, isr, unclean }), replicas, addingReplicas: [], removingReplicas: [] }
}
const sorted = (ids: readonly number[]) => ids.toSorted((one, other) => one - other)
