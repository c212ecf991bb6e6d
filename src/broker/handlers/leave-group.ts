// LeaveGroup: members leave a classic group.

import { errorCode, leaveGroup } from '../../protocol/index.ts'
import { needsGroup } from '../authorization/authorization.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const leaveGroupHandler = handler(
  leaveGroup,
  { versions: '0-5', authorization: needsGroup('READ', (_, error) => ({ errorCode: errorCode(error), members: [] })) },
  ({ body, request, context }) => context.groups.leaveGroup(body, groupCall(request)),
)
