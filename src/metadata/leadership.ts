// Who leads a partition when brokers come and go, or when somebody asks for an election.
//
// A leader is a replica that is in sync and answers; the earlier in the list of replicas, the better. Where no replica in
// sync answers there is no leader, unless the topic prefers an answer that may have lost records (unclean election).

import { type Decision, refusal, type Result } from './decision.ts'
import { type ClusterImage, isAlive, type PartitionImage, type TopicImage } from './image.ts'
import type { MetadataRecord } from './records.ts'

type PartitionChanged = Extract<MetadataRecord, { type: 'partitionChanged' }>

export type AllowsUnclean = (topic: TopicImage) => boolean

export type PartitionChange = Partial<
  Pick<PartitionImage, 'leader' | 'isr' | 'replicas' | 'addingReplicas' | 'removingReplicas'>
>
/** The record that gives a partition another leader, ISR or replicas, with the epochs that follow. */
export function changePartition(topic: TopicImage, partition: number, to: PartitionChange): PartitionChanged {
  const { leader: before, replicas, isr, leaderEpoch, partitionEpoch } = topic.partitions[partition]!
  const leader = to.leader ?? before
  // A replica that goes must be known to nobody any more as one that acknowledges.
  const begins = leader !== before || !replicas.every(id => (to.replicas ?? replicas).includes(id))
  return {
    type: 'partitionChanged',
    topicId: topic.id,
    partition,
    ...to,
    leader,
    isr: to.isr ?? isr,
    leaderEpoch: begins ? leaderEpoch + 1 : leaderEpoch,
    partitionEpoch: partitionEpoch + 1,
  }
}

/** Takes brokers out of leadership and ISRs. All at once, so that what fails together keeps its ISR together. */
export function withoutBrokers(
  image: ClusterImage,
  gone: ReadonlySet<number>,
  allowsUnclean: AllowsUnclean,
): MetadataRecord[] {
  const answers = (id: number) => isAlive(image, id) && !gone.has(id)
  const records: MetadataRecord[] = []
  for (const topic of image.topics.values())
    for (const [index, partition] of topic.partitions.entries()) {
      const left = partition.isr.filter(id => !gone.has(id))
      // The last ones in sync stay so: whoever of them comes back has everything that was acknowledged.
      const isr = left.length > 0 ? left : partition.isr
      if (partition.leader !== -1 && answers(partition.leader)) {
        if (isr.length !== partition.isr.length) records.push(changePartition(topic, index, { isr }))
        continue
      }
      const elected = elect({ ...partition, isr }, answers, allowsUnclean(topic))
      if (elected.leader !== partition.leader || elected.isr.length !== partition.isr.length)
        records.push(changePartition(topic, index, elected))
    }
  return records
}

/** Gives leadership to a broker that has come (back), where nobody leads, or where it is preferred and in sync. */
export function withBroker(image: ClusterImage, id: number, allowsUnclean: AllowsUnclean): MetadataRecord[] {
  const records: MetadataRecord[] = []
  for (const topic of image.topics.values())
    for (const [index, partition] of topic.partitions.entries()) {
      if (!partition.replicas.includes(id)) continue
      if (partition.leader === -1) {
        const elected = elect(partition, other => other === id || isAlive(image, other), allowsUnclean(topic))
        if (elected.leader !== -1) records.push(changePartition(topic, index, elected))
      } else if (partition.replicas[0] === id && partition.leader !== id && partition.isr.includes(id))
        // It is in sync although it just came: all of the cluster was started anew, and somebody was quicker.
        records.push(changePartition(topic, index, { leader: id }))
    }
  return records
}

/** Who leads, and who is in sync then: not the same as before where the election is unclean. */
export function elect(
  { replicas, isr }: Pick<PartitionImage, 'replicas' | 'isr'>,
  answers: (id: number) => boolean,
  unclean: boolean,
): { leader: number; isr: readonly number[] } {
  const clean = replicas.find(id => isr.includes(id) && answers(id))
  if (clean !== undefined) return { leader: clean, isr }
  const any = unclean ? replicas.find(answers) : undefined
  return any === undefined ? { leader: -1, isr } : { leader: any, isr: [any] }
}

export interface ElectionRequest {
  /** PREFERRED: the first replica, if in sync. UNCLEAN: whoever answers, where nobody in sync does. */
  readonly election: 'PREFERRED' | 'UNCLEAN'
  /** undefined: all that need it. */
  readonly partitions: readonly { readonly topic: string; readonly partition: number }[] | undefined
}
export interface ElectionOutcome {
  readonly topic: string
  readonly partition: number
  readonly result: Result
}

/** KIP-460. Partitions that were not asked for by name and need no election are not in the outcome. */
export function electLeaders(
  image: ClusterImage,
  { election, partitions }: ElectionRequest,
): Decision<readonly ElectionOutcome[]> {
  const records: MetadataRecord[] = []
  const outcome: ElectionOutcome[] = []
  for (const { topic, partition } of partitions ?? allPartitions(image)) {
    const result = electOne(image, topic, partition, election, records)
    if (partitions !== undefined || result.error !== 'ELECTION_NOT_NEEDED') outcome.push({ topic, partition, result })
  }
  return { records, outcome }
}
function electOne(
  image: ClusterImage,
  name: string,
  index: number,
  election: ElectionRequest['election'],
  records: MetadataRecord[],
): Result {
  const topic = image.topics.get(name)
  if (topic === undefined) return refusal('UNKNOWN_TOPIC_OR_PARTITION', `No such topic as ${name}`)
  const partition = topic.partitions[index]
  if (partition === undefined) return refusal('UNKNOWN_TOPIC_OR_PARTITION', `No such partition as ${name}-${index}`)
  const { replicas, isr, leader } = partition
  const answers = (id: number) => isAlive(image, id)
  if (election === 'PREFERRED') {
    const [preferred] = replicas
    if (leader === preferred) return refusal('ELECTION_NOT_NEEDED', 'Leader election not needed for topic partition.')
    if (!isr.includes(preferred!) || !answers(preferred!))
      return refusal('PREFERRED_LEADER_NOT_AVAILABLE', 'The preferred leader was not available.')
    records.push(changePartition(topic, index, { leader: preferred! }))
    return { error: 'NONE' }
  }
  if (leader !== -1) return refusal('ELECTION_NOT_NEEDED', 'Leader election not needed for topic partition.')
  const elected = elect(partition, answers, true)
  if (elected.leader === -1)
    return refusal('ELIGIBLE_LEADERS_NOT_AVAILABLE', 'Eligible topic partition leaders are not available.')
  records.push(changePartition(topic, index, elected))
  return { error: 'NONE' }
}
function* allPartitions(image: ClusterImage) {
  for (const { name: topic, partitions } of image.topics.values())
    for (const partition of partitions.keys()) yield { topic, partition }
}
