// Heartbeat: a member of a classic group lives, and learns of a rebalance.

import { heartbeat } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const heartbeatHandler = handler(heartbeat, { versions: '0-4' }, ({ body, context }) =>
  context.groups.heartbeat(body),
)
