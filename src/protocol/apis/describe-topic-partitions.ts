import { api, array, bool, int16, int32, string, struct, uuid } from '../schema.ts'
// DescribeTopicPartitions: topics and their partitions, a page at a time (KIP-966).
import { operationsNotAsked } from './authorized-operations.ts'

export const describeTopicPartitions = api(
  75,
  'DescribeTopicPartitions',
  { versions: '0', flexible: '0+' },
  {
    request: {
      /** Empty for all. */
      topics: array({ name: string }),
      responsePartitionLimit: int32.default(2000),
      /** Where the page begins; null: at the first. */
      cursor: struct({ topicName: string, partitionIndex: int32 }).nullable().default(null),
    },
    response: {
      throttleTimeMs: int32.default(0).ignorable(),
      topics: array({
        errorCode: int16,
        /** Null where it is not known. */
        name: string.nullable().mapKey(),
        topicId: uuid.ignorable(),
        isInternal: bool.default(false).ignorable(),
        partitions: array({
          errorCode: int16,
          partitionIndex: int32,
          leaderId: int32,
          leaderEpoch: int32.default(-1).ignorable(),
          replicaNodes: array(int32),
          isrNodes: array(int32),
          /** Out of sync, yet known to have all that was acknowledged. */
          eligibleLeaderReplicas: array(int32).nullable().default(null),
          /** The last in-sync replicas known, to elect from as a last resort. */
          lastKnownElr: array(int32).nullable().default(null),
          offlineReplicas: array(int32).ignorable(),
        }),
        /** A bit for each operation allowed. */
        topicAuthorizedOperations: int32.default(operationsNotAsked),
      }),
      /** Null: there is no more. */
      nextCursor: struct({ topicName: string, partitionIndex: int32 }).nullable().default(null),
    },
  },
)
