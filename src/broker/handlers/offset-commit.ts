// OffsetCommit: how far a group has come.

import { errorCode, offsetCommit, type ErrorName, type RequestOf } from '../../protocol/index.ts'
import { asksItself, partition, topicOf } from '../authorization/authorization.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const offsetCommitHandler = handler(
  offsetCommit,
  { versions: '2-10', authorization: asksItself('READ GROUP', 'READ TOPIC') },
  async ({ body, request, context, access }) => {
    if (!access.allows('READ', 'GROUP', body.groupId))
      return { topics: body.topics.map(topic => refused(topic, 'GROUP_AUTHORIZATION_FAILED')) }
    const [topics, unauthorized] = partition(body.topics, topic => {
      const name = topicOf(context.metadata.image, topic)
      return name === undefined || access.allows('READ', 'TOPIC', name)
    })
    const answer = await context.groups.offsetCommit({ ...body, topics }, groupCall(request))
    return { topics: [...answer.topics, ...unauthorized.map(topic => refused(topic, 'TOPIC_AUTHORIZATION_FAILED'))] }
  },
)

function refused({ name, topicId, partitions }: RequestOf<typeof offsetCommit>['topics'][number], error: ErrorName) {
  return {
    name,
    topicId,
    partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: errorCode(error) })),
  }
}
