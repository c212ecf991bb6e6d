// OffsetDelete: a group forgets how far it has come in topics that it no longer reads.

import { errorCode, offsetDelete } from '../../protocol/index.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const offsetDeleteHandler = handler(
  offsetDelete,
  { versions: '0', authorization: asksItself('DELETE GROUP', 'READ TOPIC') },
  async ({ body, context, access }) => {
    if (!access.allows('DELETE', 'GROUP', body.groupId))
      return { errorCode: errorCode('GROUP_AUTHORIZATION_FAILED'), topics: [] }
    const [topics, unauthorized] = partition(body.topics, ({ name }) => access.allows('READ', 'TOPIC', name))
    const answer = await context.groups.offsetDelete({ ...body, topics })
    if (answer.errorCode !== 0) return answer
    const refused = unauthorized.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errorCode('TOPIC_AUTHORIZATION_FAILED'),
      })),
    }))
    return { ...answer, topics: [...answer.topics, ...refused] }
  },
)
