// OffsetForLeaderEpoch: where an epoch ended, so that a reader finds out whether what it read was truncated (KIP-320).

import { errorCode, offsetForLeaderEpoch, type ErrorName } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const offsetForLeaderEpochHandler = handler(
  offsetForLeaderEpoch,
  { versions: '2-4', authorization: asksItself('CLUSTER_ACTION CLUSTER', 'DESCRIBE TOPIC') },
  ({ body, context, access }) => ({
    topics: body.topics.map(({ topic: name, partitions }) => {
      const topic = context.partitions.byName(name)
      // Brokers ask it of each other.
      const isAllowed =
        access.allows('CLUSTER_ACTION', 'CLUSTER', undefined, { quietly: true }) ||
        access.allows('DESCRIBE', 'TOPIC', name)
      return {
        topic: name,
        partitions: partitions.map(({ partition: index, currentLeaderEpoch, leaderEpoch }) => {
          const refused = (error: ErrorName) => ({ partition: index, errorCode: errorCode(error) })
          if (!isAllowed) return refused('TOPIC_AUTHORIZATION_FAILED')
          const partition = topic.find(index)
          if (typeof partition === 'string') return refused(partition)
          const refusal = partition.checkLeader(currentLeaderEpoch)
          if (refusal !== 'NONE') return refused(refusal)
          const { epoch, endOffset } = partition.log.endOffsetForEpoch(leaderEpoch)
          return { partition: index, errorCode: 0, leaderEpoch: epoch, endOffset }
        }),
      }
    }),
  }),
)
