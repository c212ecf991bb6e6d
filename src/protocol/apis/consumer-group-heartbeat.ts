// ConsumerGroupHeartbeat: joins, keeps, and leaves a group of the consumer protocol, whose coordinator assigns the
// partitions (KIP-848).
import { api, array, int16, int32, string, struct, uuid } from '../schema.ts'

const topicPartitions = { topicId: uuid, partitions: array(int32) }

export const consumerGroupHeartbeat = api(
  68,
  'ConsumerGroupHeartbeat',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      groupId: string,
      /** Made by the member from version 1 on, and kept for its life; in version 0 empty when it joins. */
      memberId: string,
      /** 0 joins, −1 leaves, −2 leaves for now (a static member); else the epoch last received. */
      memberEpoch: int32,
      instanceId: string.nullable().default(null),
      rackId: string.nullable().default(null),
      /** −1: unchanged since the last heartbeat. So with null below. */
      rebalanceTimeoutMs: int32.default(-1),
      subscribedTopicNames: array(string).nullable().default(null),
      /** RE2, matched by the coordinator. */
      subscribedTopicRegex: string.in('1+').nullable().default(null),
      serverAssignor: string.nullable().default(null),
      /** The partitions that the member owns. */
      topicPartitions: array(topicPartitions).nullable().default(null),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16,
      errorMessage: string.nullable().default(null),
      /** Only in an answer to a member that joins. */
      memberId: string.nullable().default(null),
      memberEpoch: int32,
      heartbeatIntervalMs: int32,
      /** Null: unchanged. */
      assignment: struct({ topicPartitions: array(topicPartitions) })
        .nullable()
        .default(null),
    },
  },
)
