// Heartbeat: a member of a classic group lives, and learns of a rebalance.

import { errorCode, heartbeat } from '../../protocol/index.ts'
import { needsGroup } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const heartbeatHandler = handler(
  heartbeat,
  { versions: '0-4', authorization: needsGroup('READ', (_, error) => ({ errorCode: errorCode(error) })) },
  ({ body, context }) => context.groups.heartbeat(body),
)
