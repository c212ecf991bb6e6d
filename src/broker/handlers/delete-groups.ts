// DeleteGroups: groups without members go, and what they have committed.

import { deleteGroups, errorCode } from '../../protocol/index.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const deleteGroupsHandler = handler(
  deleteGroups,
  { versions: '0-2', authorization: asksItself('DELETE GROUP') },
  async ({ body, context, access }) => {
    const [groupsNames, refused] = partition(body.groupsNames, name => access.allows('DELETE', 'GROUP', name))
    const { results } = await context.groups.deleteGroups({ ...body, groupsNames })
    const errors = refused.map(groupId => ({ groupId, errorCode: errorCode('GROUP_AUTHORIZATION_FAILED') }))
    return { results: [...results, ...errors] }
  },
)
