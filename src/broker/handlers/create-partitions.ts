// CreatePartitions: topics get more partitions, which can be used when the answer comes.

import { isRefusal, refusal } from '../../metadata/index.ts'
import { createPartitions, errorCode } from '../../protocol/index.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'
import { quotaExceeded, withThrottle } from '../quotas/throttled.ts'

export const createPartitionsHandler = handler(
  createPartitions,
  { versions: '0-3', authorization: asksItself('ALTER TOPIC') },
  async ({ body, version, request, context, access }) => {
    const [allowed, refused] = partition(body.topics, ({ name }) => access.allows('ALTER', 'TOPIC', name))
    const budget = context.throttling.mutations(request, { strict: version >= 3 })
    const countOf = ({ name, count }: (typeof body.topics)[number]) =>
      Math.max(0, count - (context.metadata.image.topics.get(name)?.partitions.length ?? count))
    const [within, beyond] = partition(allowed, topic => budget.take(countOf(topic)))
    const outcomes = await context.metadata.createPartitions(within, { validateOnly: body.validateOnly })
    const unauthorized = refused.map(({ name }) => ({ name, ...refusal('TOPIC_AUTHORIZATION_FAILED', '') }))
    const overBudget = beyond.map(({ name }) => ({ name, ...quotaExceeded }))
    const answer = {
      results: [...outcomes, ...unauthorized, ...overBudget].map(outcome => ({
        name: outcome.name,
        errorCode: errorCode(outcome.error),
        errorMessage: isRefusal(outcome) ? outcome.message || null : null,
      })),
    }
    return withThrottle(request, answer, budget.throttleMs())
  },
)
