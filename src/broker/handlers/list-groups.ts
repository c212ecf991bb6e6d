// ListGroups: the groups that this broker coordinates.

import { listGroups } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const listGroupsHandler = handler(
  listGroups,
  { versions: '0-5', authorization: asksItself('DESCRIBE CLUSTER', 'DESCRIBE GROUP') },
  async ({ body, context, access }) => {
    const listed = await context.groups.listGroups(body)
    if (access.allows('DESCRIBE', 'CLUSTER', undefined, { quietly: true })) return listed
    const groups = listed.groups.filter(({ groupId }) => access.allows('DESCRIBE', 'GROUP', groupId, { quietly: true }))
    return { ...listed, groups }
  },
)
