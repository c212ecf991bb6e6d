// ConsumerGroupHeartbeat: a member of a group of the consumer protocol joins, lives, is assigned and leaves (KIP-848).

import { consumerGroupHeartbeat } from '../../protocol/index.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const consumerGroupHeartbeatHandler = handler(
  consumerGroupHeartbeat,
  {
    versions: '0-1',
    differs: [
      'A regular expression is matched in the very heartbeat that brings it, so that the answer has its partitions.',
    ],
  },
  ({ body, request, context }) => context.groups.consumerGroupHeartbeat(body, groupCall(request)),
)
