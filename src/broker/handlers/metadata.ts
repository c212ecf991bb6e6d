// Metadata: the brokers, and the topics with their leaders. Naming a topic that does not exist may create it.

import { isAlive, topicById, type ClusterImage, type TopicImage } from '../../metadata/index.ts'
import { errorCode, metadata, type ErrorName, type ResponseOf } from '../../protocol/index.ts'
import { authorizedOperations } from '../authorized-operations.ts'
import { endpoints, type BrokerContext } from '../context.ts'
import { handler } from '../handler.ts'

type TopicAnswer = NonNullable<ResponseOf<typeof metadata>['topics']>[number]
const noId = '0'.repeat(32)

export const metadataHandler = handler(
  metadata,
  {
    versions: '0-13',
    differs: [
      'A topic that Metadata creates is in the same answer, with its leaders. Kafka first answers UNKNOWN_TOPIC_OR_PARTITION or LEADER_NOT_AVAILABLE.',
    ],
  },
  async ({ body, version, request, context }) => {
    const asked = body.topics
    if (version < 12 && asked?.some(({ name, topicId }) => name === null || topicId !== noId))
      return { brokers: [], topics: asked.map(({ name, topicId }) => refused(name ?? '', topicId, 'INVALID_REQUEST')) }
    // Version 0 has no null, and an empty list means all.
    const all = asked === null || (version === 0 && asked.length === 0)
    const created = all
      ? new Map<string, ErrorName>()
      : await createMissing(context, asked, body.allowAutoTopicCreation)
    const { image } = context.metadata
    const brokers = endpoints(image, request.connection.listener)
    const operations = body.includeTopicAuthorizedOperations ? authorizedOperations.topic : undefined
    const answer = (topic: TopicImage) => ({ ...describe(image, topic), topicAuthorizedOperations: operations })
    return {
      brokers,
      clusterId: image.clusterId,
      // Any broker passes requests for the controller on: there is no other.
      controllerId: brokers.some(({ nodeId }) => nodeId === context.nodeId)
        ? context.nodeId
        : (brokers[0]?.nodeId ?? -1),
      topics: all
        ? [...image.topics.values()].map(answer)
        : asked.map(({ name, topicId }): TopicAnswer => {
            if (name === null || topicId !== noId) {
              const topic = topicById(image, topicId)
              return topic ? answer(topic) : refused(null, topicId, 'UNKNOWN_TOPIC_ID')
            }
            const topic = image.topics.get(name)
            return topic ? answer(topic) : refused(name, noId, created.get(name) ?? 'UNKNOWN_TOPIC_OR_PARTITION')
          }),
      clusterAuthorizedOperations: body.includeClusterAuthorizedOperations ? authorizedOperations.cluster : undefined,
    }
  },
)

/** Creates the topics that are named and do not exist, if that is wanted; gives why one could not be. */
function createMissing(
  context: BrokerContext,
  asked: readonly { readonly name: string | null; readonly topicId: string }[],
  allowed: boolean,
): Promise<Map<string, ErrorName>> | Map<string, ErrorName> {
  const { topics } = context.metadata.image
  const missing = asked.flatMap(({ name, topicId }) =>
    name !== null && topicId === noId && !topics.has(name) ? [name] : [],
  )
  return missing.length === 0 ? new Map() : context.topicCreation.ensure(missing, { allowed })
}
function describe(image: ClusterImage, topic: TopicImage): TopicAnswer {
  return {
    errorCode: errorCode('NONE'),
    name: topic.name,
    topicId: topic.id,
    isInternal: topic.internal,
    partitions: topic.partitions.map(({ replicas, isr, leader, leaderEpoch }, partitionIndex) => ({
      errorCode: errorCode(leader < 0 ? 'LEADER_NOT_AVAILABLE' : 'NONE'),
      partitionIndex,
      leaderId: leader,
      leaderEpoch,
      replicaNodes: replicas,
      isrNodes: isr,
      offlineReplicas: replicas.filter(id => !isAlive(image, id)),
    })),
  }
}
function refused(name: string | null, topicId: string, error: ErrorName): TopicAnswer {
  return { errorCode: errorCode(error), name, topicId, partitions: [] }
}
