// ConsumerGroupHeartbeat: a member of a group of the consumer protocol joins, lives, is assigned and leaves (KIP-848).

import { featureLevel } from '../../metadata/index.ts'
import { consumerGroupHeartbeat, errorCode, type ErrorName } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { groupVersion } from '../features.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'

export const consumerGroupHeartbeatHandler = handler(
  consumerGroupHeartbeat,
  {
    versions: '0-1',
    authorization: asksItself('READ GROUP', 'DESCRIBE TOPIC'),
    differs: [
      'A regular expression is matched in the very heartbeat that brings it, so that the answer has its partitions.',
    ],
  },
  async ({ body, request, context, access }) => {
    const refused = (error: ErrorName) => ({
      errorCode: errorCode(error),
      memberEpoch: 0,
      heartbeatIntervalMs: 0,
      assignment: null,
    })
    if (featureLevel(context.metadata.image, groupVersion) === 0) return refused('UNSUPPORTED_VERSION')
    if (!access.allows('READ', 'GROUP', body.groupId)) return refused('GROUP_AUTHORIZATION_FAILED')
    if (body.subscribedTopicNames?.some(name => !access.allows('DESCRIBE', 'TOPIC', name)))
      return refused('TOPIC_AUTHORIZATION_FAILED')
    return context.groups.consumerGroupHeartbeat(body, groupCall(request))
  },
)
