// OffsetFetch: how far groups have come. Topics that the client may not know of are refused by name, and left out where all
// are asked for.

import { errorCode, offsetFetch, type ErrorName } from '../../protocol/index.ts'
import { asksItself, partition, topicOf, type NamedTopic } from '../authorization/authorization.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

type Asked = NamedTopic & { readonly partitionIndexes: readonly number[] }

export const offsetFetchHandler = handler(
  offsetFetch,
  { versions: '1-10', authorization: asksItself('DESCRIBE GROUP', 'DESCRIBE TOPIC') },
  async ({ body, version, request, context, access }) => {
    const shows = (topic: NamedTopic, quietly: boolean) => {
      const name = topicOf(context.metadata.image, topic)
      return name === undefined || access.allows('DESCRIBE', 'TOPIC', name, { quietly })
    }
    const split = <T extends Asked>(topics: readonly T[] | null): readonly [T[] | null, T[]] =>
      topics === null ? [null, []] : partition(topics, topic => shows(topic, false))
    const ask = (asked: typeof body) => context.groups.offsetFetch(asked, groupCall(request))

    if (version < 8) {
      if (!access.allows('DESCRIBE', 'GROUP', body.groupId)) {
        const error = 'GROUP_AUTHORIZATION_FAILED'
        // Version 1 has no place for the error of a group.
        const topics = version < 2 ? (body.topics ?? []).map(topic => refused(topic, error)) : []
        return { topics, errorCode: errorCode(error) }
      }
      const [topics, unseen] = split(body.topics)
      const answer = await ask({ ...body, topics })
      const shown = (answer.topics ?? []).filter(topic => shows(topic, true))
      return { ...answer, topics: [...shown, ...unseen.map(topic => refused(topic, 'TOPIC_AUTHORIZATION_FAILED'))] }
    }

    const [allowed, unauthorized] = partition(body.groups, ({ groupId }) => access.allows('DESCRIBE', 'GROUP', groupId))
    const unseen = new Map<string, readonly Asked[]>()
    const groups = allowed.map(group => {
      const [topics, hidden] = split(group.topics)
      unseen.set(group.groupId, hidden)
      return { ...group, topics }
    })
    const answer = await ask({ ...body, groups })
    const withRefused = (answer.groups ?? []).map(group => {
      const hidden = group.errorCode === 0 ? (unseen.get(group.groupId) ?? []) : []
      const shown = group.topics.filter(topic => shows(topic, true))
      return { ...group, topics: [...shown, ...hidden.map(topic => refused(topic, 'TOPIC_AUTHORIZATION_FAILED'))] }
    })
    const nothing = unauthorized.map(({ groupId }) => ({
      groupId,
      topics: [],
      errorCode: errorCode('GROUP_AUTHORIZATION_FAILED'),
    }))
    return { ...answer, groups: [...withRefused, ...nothing] }
  },
)

function refused({ name = '', topicId, partitionIndexes }: Asked, error: ErrorName) {
  return {
    name,
    topicId,
    partitions: partitionIndexes.map(partitionIndex => ({
      partitionIndex,
      committedOffset: -1,
      metadata: '',
      errorCode: errorCode(error),
    })),
  }
}
