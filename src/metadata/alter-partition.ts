// The leader of a partition changes its ISR: by compare-and-set with the epochs that it believes in, as AlterPartition.

import { apply } from './apply.ts'
import { type Decision, refusal, type Result } from './decision.ts'
import { type ClusterImage, isAlive, type PartitionImage, topicById } from './image.ts'
import { changePartition } from './leadership.ts'
import { withIsr } from './reassignment.ts'

export interface AlterPartitionRequest {
  readonly brokerId: number
  readonly brokerEpoch: number
  readonly topicId: string
  readonly partition: number
  readonly leaderEpoch: number
  readonly partitionEpoch: number
  readonly isr: readonly number[]
}

export function alterPartition(
  image: ClusterImage,
  request: AlterPartitionRequest,
): Decision<Result<{ readonly partition: PartitionImage }>> {
  const { brokerId, partition: index, isr } = request
  const refuse = (error: Parameters<typeof refusal>[0], message: string) => ({
    records: [],
    outcome: refusal(error, message),
  })
  if (image.brokers.get(brokerId)?.epoch !== request.brokerEpoch)
    return refuse('STALE_BROKER_EPOCH', `Broker ${brokerId} has been registered anew since.`)
  const topic = topicById(image, request.topicId)
  if (topic === undefined) return refuse('UNKNOWN_TOPIC_ID', `There is no topic of id ${request.topicId}.`)
  const partition = topic.partitions[index]
  if (partition === undefined)
    return refuse('UNKNOWN_TOPIC_OR_PARTITION', `No such partition as ${topic.name}-${index}`)
  const now = `The partition is at leader epoch ${partition.leaderEpoch}, partition epoch ${partition.partitionEpoch}.`
  // Whoever knows more than this image has read further: the image is behind.
  if (request.leaderEpoch > partition.leaderEpoch || request.partitionEpoch > partition.partitionEpoch)
    return refuse('NOT_CONTROLLER', now)
  if (request.leaderEpoch < partition.leaderEpoch) return refuse('FENCED_LEADER_EPOCH', now)
  if (brokerId !== partition.leader) return refuse('INVALID_REQUEST', `The leader is ${partition.leader}.`)
  if (request.partitionEpoch < partition.partitionEpoch) return refuse('INVALID_UPDATE_VERSION', now)
  const replicas = new Set(partition.replicas)
  if (new Set(isr).size !== isr.length || !isr.every(id => replicas.has(id)) || !isr.includes(brokerId))
    return refuse('INVALID_REQUEST', `The ISR [${isr.join(', ')}] must consist of replicas, the leader among them.`)
  const silent = isr.filter(id => !isAlive(image, id))
  if (silent.length > 0) return refuse('INELIGIBLE_REPLICA', `Not answering: ${silent.join(', ')}.`)
  if (isr.length === partition.isr.length && isr.every(id => partition.isr.includes(id)))
    return { records: [], outcome: { error: 'NONE', partition } }
  const records = [changePartition(topic, index, withIsr(image, partition, isr))]
  const after = apply(image, records).topics.get(topic.name)!.partitions[index]!
  return { records, outcome: { error: 'NONE', partition: after } }
}
