// Metadata: the brokers, and the topics with their leaders. Naming a topic that does not exist may create it.

import { isAlive, topicById, type ClusterImage, type TopicImage } from '../../metadata/index.ts'
import { errorCode, metadata, type ErrorName, type ResponseOf } from '../../protocol/index.ts'
import { clusterOperations, type Access } from '../authorization/access.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { endpoints, type BrokerContext } from '../context.ts'
import { handler } from '../handler.ts'

type TopicAnswer = NonNullable<ResponseOf<typeof metadata>['topics']>[number]
const noId = '0'.repeat(32)

export const metadataHandler = handler(
  metadata,
  {
    versions: '0-13',
    authorization: asksItself('DESCRIBE TOPIC', 'CREATE CLUSTER', 'CREATE TOPIC', 'DESCRIBE CLUSTER'),
    differs: [
      'A topic that Metadata creates is in the same answer, with its leaders. Kafka first answers UNKNOWN_TOPIC_OR_PARTITION or LEADER_NOT_AVAILABLE.',
    ],
  },
  async ({ body, version, request, context, access }) => {
    const asked = body.topics
    if (version < 12 && asked?.some(({ name, topicId }) => name === null || topicId !== noId))
      return { brokers: [], topics: asked.map(({ name, topicId }) => refused(name ?? '', topicId, 'INVALID_REQUEST')) }
    // Version 0 has no null, and an empty list means all.
    const all = asked === null || (version === 0 && asked.length === 0)
    const mayDescribe = (name: string) => access.allows('DESCRIBE', 'TOPIC', name, { quietly: all })
    const hidden = new Set(all ? [] : namesOf(context.metadata.image, asked).filter(name => !mayDescribe(name)))
    const created = all
      ? new Map<string, ErrorName>()
      : await createMissing(
          { context, access },
          asked.filter(({ name }) => name !== null && !hidden.has(name)),
          body.allowAutoTopicCreation,
        )
    const { image } = context.metadata
    const brokers = endpoints(image, request.connection.listener)
    const answer = (topic: TopicImage): TopicAnswer => ({
      ...describe(image, topic),
      topicAuthorizedOperations: body.includeTopicAuthorizedOperations
        ? access.authorizedOperations('TOPIC', topic.name)
        : undefined,
    })
    return {
      brokers,
      clusterId: image.clusterId,
      // Any broker passes requests for the controller on: there is no other.
      controllerId: brokers.some(({ nodeId }) => nodeId === context.nodeId)
        ? context.nodeId
        : (brokers[0]?.nodeId ?? -1),
      topics: all
        ? [...image.topics.values()].filter(({ name }) => mayDescribe(name)).map(answer)
        : asked.map(({ name, topicId }): TopicAnswer => {
            if (name === null || topicId !== noId) {
              const topic = topicById(image, topicId)
              if (topic === undefined) return refused(null, topicId, 'UNKNOWN_TOPIC_ID')
              return hidden.has(topic.name) ? refused(null, topicId, 'TOPIC_AUTHORIZATION_FAILED') : answer(topic)
            }
            if (hidden.has(name)) return refused(name, noId, 'TOPIC_AUTHORIZATION_FAILED')
            const topic = image.topics.get(name)
            return topic ? answer(topic) : refused(name, noId, created.get(name) ?? 'UNKNOWN_TOPIC_OR_PARTITION')
          }),
      clusterAuthorizedOperations: body.includeClusterAuthorizedOperations ? clusterOperations(access) : undefined,
    }
  },
)

/** Of those that can be known: an id may be nobody's. */
function namesOf(image: ClusterImage, asked: readonly { readonly name: string | null; readonly topicId: string }[]) {
  return asked.flatMap(({ name, topicId }) => (topicId === noId ? name : image.topicNames.get(topicId)) ?? [])
}
/** Creates the topics that are named and do not exist, if that is wanted; gives why one could not be. */
async function createMissing(
  { context, access }: { readonly context: BrokerContext; readonly access: Access },
  asked: readonly { readonly name: string | null; readonly topicId: string }[],
  allowed: boolean,
): Promise<Map<string, ErrorName>> {
  const { topics } = context.metadata.image
  const missing = asked.flatMap(({ name, topicId }) =>
    name !== null && topicId === noId && !topics.has(name) ? [name] : [],
  )
  if (missing.length === 0) return new Map()
  const createsAny = access.allows('CREATE', 'CLUSTER', undefined, { quietly: true })
  const isDue = allowed && context.config.boolean('auto.create.topics.enable')
  const [creatable, unauthorized] = partition(
    missing,
    name => !isDue || createsAny || access.allows('CREATE', 'TOPIC', name),
  )
  const errors = await context.topicCreation.ensure(creatable, { allowed })
  for (const name of unauthorized) errors.set(name, 'TOPIC_AUTHORIZATION_FAILED')
  return errors
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
