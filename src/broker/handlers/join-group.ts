// JoinGroup: a member joins a classic group; the answer waits for the other members.

import { joinGroup } from '../../protocol/index.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const joinGroupHandler = handler(joinGroup, { versions: '0-9' }, ({ body, request, context }) =>
  context.groups.joinGroup(body, groupCall(request)),
)
