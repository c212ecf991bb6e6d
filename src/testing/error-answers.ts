// An answer that refuses a whole request: the error stands in every place where the API's answer has room for one, as in
// Kafka's own error responses.

import type { Answer, ServerRequest } from '../connection/index.ts'
import { errorCode, type ErrorName } from '../protocol/index.ts'

type Body = any // each function below knows the API that it is listed under
type Refuse = (body: Body, code: number) => object

const perPartition = (topics: Body[], make: (topic: Body, partition: Body) => object, list = 'partitions') =>
  topics.map(topic => ({
    name: topic.name ?? topic.topic,
    topicId: topic.topicId,
    partitions: topic[list].map((partition: Body) => make(topic, partition)),
  }))

// oxfmt-ignore
const refusals: { readonly [api: string]: Refuse } = {
  Produce: (body, code) => ({
    responses: body.topicData.map(({ name, topicId, partitionData }: Body) => ({
      name, topicId, partitionResponses: partitionData.map(({ index }: Body) => ({ index, errorCode: code, baseOffset: -1 })),
    })),
  }),
  Fetch: (body, code) => ({
    responses: body.topics.map(({ topic, topicId, partitions }: Body) => ({
      topic, topicId,
      partitions: partitions.map(({ partition }: Body) => ({ partitionIndex: partition, errorCode: code, highWatermark: -1 })),
    })),
  }),
  ListOffsets: (body, code) => ({
    topics: perPartition(body.topics, (_, { partitionIndex }) => ({ partitionIndex, errorCode: code })),
  }),
  Metadata: (body, code) => ({
    brokers: [],
    topics: (body.topics ?? []).map(({ name, topicId }: Body) => ({ errorCode: code, name, topicId, partitions: [] })),
  }),
  OffsetCommit: (body, code) => ({
    topics: perPartition(body.topics, (_, { partitionIndex }) => ({ partitionIndex, errorCode: code })),
  }),
  OffsetFetch: (body, code) => ({
    topics: [], errorCode: code, groups: body.groups.map(({ groupId }: Body) => ({ groupId, topics: [], errorCode: code })),
  }),
  FindCoordinator: (body, code) => ({
    errorCode: code, nodeId: -1, host: '', port: -1,
    coordinators: body.coordinatorKeys.map((key: string) => ({ key, nodeId: -1, host: '', port: -1, errorCode: code, errorMessage: null })),
  }),
  JoinGroup:      (body, code) => ({ errorCode: code, protocolName: '', leader: '', memberId: body.memberId, members: [] }),
  SyncGroup:      (_, code) => ({ errorCode: code, assignment: Buffer.alloc(0) }),
  Heartbeat:      (_, code) => ({ errorCode: code }),
  LeaveGroup:     (_, code) => ({ errorCode: code, members: [] }),
  ConsumerGroupHeartbeat: (_, code) => ({ errorCode: code, memberEpoch: 0, heartbeatIntervalMs: 0 }),
  InitProducerId:  (_, code) => ({ errorCode: code, producerEpoch: -1 }),
  AddOffsetsToTxn: (_, code) => ({ errorCode: code }),
  EndTxn:          (_, code) => ({ errorCode: code }),
  AddPartitionsToTxn: (body, code) => ({
    resultsByTopicV3AndBelow: body.v3AndBelowTopics.map(({ name, partitions }: Body) => ({
      name, resultsByPartition: partitions.map((partitionIndex: number) => ({ partitionIndex, partitionErrorCode: code })),
    })),
  }),
  TxnOffsetCommit: (body, code) => ({
    topics: perPartition(body.topics, (_, { partitionIndex }) => ({ partitionIndex, errorCode: code })),
  }),
  OffsetForLeaderEpoch: (body, code) => ({
    topics: body.topics.map(({ topic, partitions }: Body) => ({
      topic, partitions: partitions.map(({ partition }: Body) => ({ partition, errorCode: code })),
    })),
  }),
  CreateTopics: (body, code) => ({
    topics: body.topics.map(({ name }: Body) => ({ name, errorCode: code, errorMessage: null, configs: [] })),
  }),
  DeleteTopics: (body, code) => ({
    responses: [...body.topics, ...body.topicNames.map((name: string) => ({ name }))].map(({ name, topicId }: Body) => ({ name, topicId, errorCode: code })),
  }),
}

export function errorAnswer({ api, apiVersion, body }: ServerRequest, error: ErrorName): Answer {
  const refuse = refusals[api.name]
  if (refuse === undefined)
    throw new RangeError(
      `no fault answers ${api.name} with an error: drop or delay it (${Object.keys(refusals).join(', ')} can)`,
    )
  const answer = refuse(body, errorCode(error))
  // Fields that this version's answer lacks are left out: they repeat what another says.
  const carried = Object.entries(answer).filter(([name]) => api.response.fields[name]?.versions.includes(apiVersion))
  return Object.fromEntries(carried)
}
