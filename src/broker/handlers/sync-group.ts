// SyncGroup: the assignment of a classic group, from its leader and to its members.

import { syncGroup } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const syncGroupHandler = handler(syncGroup, { versions: '0-5' }, ({ body, context }) =>
  context.groups.syncGroup(body),
)
