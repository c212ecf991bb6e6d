// ConsumerGroupDescribe: state and members of groups of the consumer protocol.

import { consumerGroupDescribe } from '../../protocol/index.ts'
import { authorizedOperations } from '../authorized-operations.ts'
import { handler } from '../handler.ts'

export const consumerGroupDescribeHandler = handler(
  consumerGroupDescribe,
  { versions: '0-1' },
  async ({ body, context }) => {
    const described = await context.groups.consumerGroupDescribe(body)
    if (!body.includeAuthorizedOperations) return described
    return {
      ...described,
      groups: described.groups.map(group =>
        group.errorCode === 0 ? { ...group, authorizedOperations: authorizedOperations.group } : group,
      ),
    }
  },
)
