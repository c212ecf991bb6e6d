// CreatePartitions: topics get more partitions, which can be used when the answer comes.

import { isRefusal } from '../../metadata/index.ts'
import { createPartitions, errorCode } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const createPartitionsHandler = handler(createPartitions, { versions: '0-3' }, async ({ body, context }) => {
  const outcomes = await context.metadata.createPartitions(body.topics, { validateOnly: body.validateOnly })
  return {
    results: outcomes.map(outcome => ({
      name: outcome.name,
      errorCode: errorCode(outcome.error),
      errorMessage: isRefusal(outcome) ? outcome.message || null : null,
    })),
  }
})
