// ConsumerGroupHeartbeat: a member of a group of the consumer protocol joins, lives, is assigned and leaves (KIP-848).

import { featureLevel } from '../../metadata/index.ts'
import { consumerGroupHeartbeat, errorCode } from '../../protocol/index.ts'
import { groupVersion } from '../features.ts'
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
  async ({ body, request, context }) => {
    if (featureLevel(context.metadata.image, groupVersion) === 0)
      return { errorCode: errorCode('UNSUPPORTED_VERSION'), memberEpoch: 0, heartbeatIntervalMs: 0, assignment: null }
    return context.groups.consumerGroupHeartbeat(body, groupCall(request))
  },
)
