// CreatePartitions: topics get more partitions, which can be used when the answer comes.

import { isRefusal, refusal } from '../../metadata/index.ts'
import { createPartitions, errorCode } from '../../protocol/index.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const createPartitionsHandler = handler(
  createPartitions,
  { versions: '0-3', authorization: asksItself('ALTER TOPIC') },
  async ({ body, context, access }) => {
    const [allowed, refused] = partition(body.topics, ({ name }) => access.allows('ALTER', 'TOPIC', name))
    const outcomes = await context.metadata.createPartitions(allowed, { validateOnly: body.validateOnly })
    const unauthorized = refused.map(({ name }) => ({ name, ...refusal('TOPIC_AUTHORIZATION_FAILED', '') }))
    return {
      results: [...outcomes, ...unauthorized].map(outcome => ({
        name: outcome.name,
        errorCode: errorCode(outcome.error),
        errorMessage: isRefusal(outcome) ? outcome.message || null : null,
      })),
    }
  },
)
