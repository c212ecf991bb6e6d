// DescribeGroups: state and members of classic groups.

import { describeGroups } from '../../protocol/index.ts'
import { authorizedOperations } from '../authorized-operations.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const describeGroupsHandler = handler(
  describeGroups,
  { versions: '0-6' },
  async ({ body, request, context }) => {
    const described = await context.groups.describeGroups(body, groupCall(request))
    if (!body.includeAuthorizedOperations) return described
    return {
      ...described,
      groups: described.groups.map(group =>
        group.errorCode === 0 ? { ...group, authorizedOperations: authorizedOperations.group } : group,
      ),
    }
  },
)
