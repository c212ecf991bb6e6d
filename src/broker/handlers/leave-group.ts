// LeaveGroup: members leave a classic group.

import { leaveGroup } from '../../protocol/index.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const leaveGroupHandler = handler(leaveGroup, { versions: '0-5' }, ({ body, request, context }) =>
  context.groups.leaveGroup(body, groupCall(request)),
)
