// DescribeGroups: state and members of classic groups.

import { describeGroups, errorCode } from '../../protocol/index.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const describeGroupsHandler = handler(
  describeGroups,
  { versions: '0-6', authorization: asksItself('DESCRIBE GROUP') },
  async ({ body, request, context, access }) => {
    const [groups, refused] = partition(body.groups, groupId => access.allows('DESCRIBE', 'GROUP', groupId))
    const described = await context.groups.describeGroups({ ...body, groups }, groupCall(request))
    const withOperations = described.groups.map(group =>
      body.includeAuthorizedOperations && group.errorCode === 0
        ? { ...group, authorizedOperations: access.authorizedOperations('GROUP', group.groupId) }
        : group,
    )
    return { ...described, groups: [...withOperations, ...refused.map(unauthorized)] }
  },
)

function unauthorized(groupId: string) {
  return {
    errorCode: errorCode('GROUP_AUTHORIZATION_FAILED'),
    groupId,
    groupState: '',
    protocolType: '',
    protocolData: '',
    members: [],
  }
}
