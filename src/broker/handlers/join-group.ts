// JoinGroup: a member joins a classic group; the answer waits for the other members.

import { errorCode, joinGroup } from '../../protocol/index.ts'
import { needsGroup } from '../authorization/authorization.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const joinGroupHandler = handler(
  joinGroup,
  {
    versions: '0-9',
    authorization: needsGroup('READ', ({ version }, error) => ({
      errorCode: errorCode(error),
      protocolName: version >= 7 ? null : '',
      leader: '',
      memberId: '',
      members: [],
    })),
  },
  ({ body, request, context }) => context.groups.joinGroup(body, groupCall(request)),
)
