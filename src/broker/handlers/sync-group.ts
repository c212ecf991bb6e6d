// SyncGroup: the assignment of a classic group, from its leader and to its members.

import { errorCode, syncGroup } from '../../protocol/index.ts'
import { needsGroup } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const syncGroupHandler = handler(
  syncGroup,
  {
    versions: '0-5',
    authorization: needsGroup('READ', (_, error) => ({ errorCode: errorCode(error), assignment: Buffer.alloc(0) })),
  },
  ({ body, context }) => context.groups.syncGroup(body),
)
