// DescribeTopicPartitions (KIP-966): topics and their partitions a page at a time, in the order of their names.

import { isAlive, topicNameFault, type ClusterImage, type TopicImage } from '../../metadata/index.ts'
import { describeTopicPartitions, errorCode, type ErrorName, type ResponseOf } from '../../protocol/index.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

type Response = ResponseOf<typeof describeTopicPartitions>
type TopicAnswer = Response['topics'][number]
const noId = '0'.repeat(32)

export const describeTopicPartitionsHandler = handler(
  describeTopicPartitions,
  {
    versions: '0',
    authorization: asksItself('DESCRIBE TOPIC'),
    differs: [
      'A cursor that makes no sense is ignored where Kafka fails the request, for which the answer has no field.',
      'There are no eligible leader replicas: the lists are empty.',
    ],
  },
  ({ body: { topics, cursor, responsePartitionLimit }, context, access }) => {
    const { image } = context.metadata
    const all = topics.length === 0
    const first = cursor?.topicName ?? ''
    const isShown = (name: string) => access.allows('DESCRIBE', 'TOPIC', name, { quietly: all })
    const asked = [...new Set(all ? image.topics.keys() : topics.map(({ name }) => name))]
    const [names, refused] = partition(asked, isShown)
    const limit = Math.max(
      1,
      Math.min(responsePartitionLimit, context.config.number('max.request.partition.size.limit')),
    )
    const response: TopicAnswer[] = all ? [] : refused.map(name => refusedTopic(name, 'TOPIC_AUTHORIZATION_FAILED'))
    let left = limit
    for (const name of names.filter(name => name >= first).sort()) {
      if (left === 0) return { topics: response, nextCursor: { topicName: name, partitionIndex: 0 } }
      const topic = image.topics.get(name)
      if (topic === undefined) {
        response.push(unknownTopic(name))
        continue
      }
      const from = name === first ? Math.max(0, cursor?.partitionIndex ?? 0) : 0
      const partitions = describePartitions(image, topic, { from, to: from + left })
      response.push({
        errorCode: errorCode('NONE'),
        name,
        topicId: topic.id,
        isInternal: topic.internal,
        partitions,
        topicAuthorizedOperations: access.authorizedOperations('TOPIC', name),
      })
      left -= partitions.length
      const next = from + partitions.length
      if (next < topic.partitions.length)
        return { topics: response, nextCursor: { topicName: name, partitionIndex: next } }
    }
    return { topics: response, nextCursor: null }
  },
)

function describePartitions(
  image: ClusterImage,
  { partitions }: TopicImage,
  { from, to }: { readonly from: number; readonly to: number },
): TopicAnswer['partitions'] {
  return partitions.slice(from, to).map(({ replicas, isr, leader, leaderEpoch }, index) => ({
    errorCode: errorCode(leader < 0 ? 'LEADER_NOT_AVAILABLE' : 'NONE'),
    partitionIndex: from + index,
    leaderId: leader,
    leaderEpoch,
    replicaNodes: replicas,
    isrNodes: isr,
    eligibleLeaderReplicas: [],
    lastKnownElr: [],
    offlineReplicas: replicas.filter(id => !isAlive(image, id)),
  }))
}
function unknownTopic(name: string): TopicAnswer {
  return refusedTopic(
    name,
    topicNameFault(name) === undefined ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'INVALID_TOPIC_EXCEPTION',
  )
}
function refusedTopic(name: string, error: ErrorName): TopicAnswer {
  return { errorCode: errorCode(error), name, topicId: noId, partitions: [] }
}
