// DeleteTopics: by name, or by id from version 6 on. A topic is gone from the metadata when the answer comes.

import { isRefusal, type DeleteTopicOutcome, type TopicReference } from '../../metadata/index.ts'
import {
  deleteTopics,
  errorCode,
  errorMessage,
  type ErrorName,
  type RequestOf,
  type ResponseOf,
} from '../../protocol/index.ts'
import { type Access } from '../authorization/access.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'
import { quotaExceeded, withThrottle } from '../quotas/throttled.ts'

type Answer = ResponseOf<typeof deleteTopics>['responses'][number]
type Request = RequestOf<typeof deleteTopics>
const noId = '0'.repeat(32)

export const deleteTopicsHandler = handler(
  deleteTopics,
  { versions: '1-6', authorization: asksItself('DELETE CLUSTER', 'DESCRIBE TOPIC', 'DELETE TOPIC') },
  async ({ body, version, request, context, access }) => {
    const asked = version >= 6 ? body.topics : body.topicNames.map(name => ({ name, topicId: noId }))
    if (!context.config.boolean('delete.topic.enable')) {
      const error = version < 3 ? 'INVALID_REQUEST' : 'TOPIC_DELETION_DISABLED'
      const message = version < 3 ? 'This version does not support topic deletion.' : 'Topic deletion is disabled.'
      return { responses: asked.map(topic => refused(topic, error, message)) }
    }
    const deletesAny = access.allows('DELETE', 'CLUSTER', undefined, { quietly: true })
    const budget = context.throttling.mutations(request, { strict: version >= 5 })
    const references: TopicReference[] = []
    const responses: Answer[] = []
    for (const topic of asked) {
      const { name, topicId } = topic
      if (name === null && topicId === noId)
        responses.push(refused(topic, 'INVALID_REQUEST', 'Neither topic name nor id were specified.'))
      else if (name !== null && topicId !== noId)
        responses.push(refused(topic, 'INVALID_REQUEST', 'You may not specify both topic name and topic id.'))
      else {
        const known = name ?? context.metadata.image.topicNames.get(topicId)
        const unauthorized = known === undefined || deletesAny ? 'NONE' : deletionError(access, known)
        const count = context.metadata.image.topics.get(known ?? '')?.partitions.length ?? 0
        const error = unauthorized === 'NONE' && !budget.take(count) ? quotaExceeded.error : unauthorized
        if (error === 'NONE') references.push(name === null ? { topicId } : { name })
        // To know the id is not to know the name.
        else responses.push(refused(topic, error, errorMessage(error)))
      }
    }
    const outcomes = references.length > 0 ? await context.metadata.deleteTopics(references) : []
    return withThrottle(request, { responses: [...responses, ...outcomes.map(answer)] }, budget.throttleMs())
  },
)

function answer(outcome: DeleteTopicOutcome): Answer {
  const { name, topicId = noId, error } = outcome
  return {
    name,
    topicId,
    errorCode: errorCode(error),
    errorMessage: isRefusal(outcome) ? outcome.message : null,
  }
}
function deletionError(access: Access, name: string): ErrorName {
  return access.allows('DESCRIBE', 'TOPIC', name) && access.allows('DELETE', 'TOPIC', name)
    ? 'NONE'
    : 'TOPIC_AUTHORIZATION_FAILED'
}
function refused({ name, topicId }: Request['topics'][number], error: ErrorName, errorMessage: string): Answer {
  return { name, topicId, errorCode: errorCode(error), errorMessage }
}
