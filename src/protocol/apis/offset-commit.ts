// OffsetCommit: a group's offsets are stored.
import { api, array, int16, int32, int64, string, uuid } from '../schema.ts'

export const offsetCommit = api(
  8,
  'OffsetCommit',
  { versions: '2-10', flexible: '8+' },
  {
    request: {
      groupId: string,
      /** −1, with an empty member id, from outside the group. */
      generationIdOrMemberEpoch: int32.default(-1).ignorable(),
      memberId: string.ignorable(),
      groupInstanceId: string.in('7+').nullable().default(null),
      /** −1: as the broker is configured. */
      retentionTimeMs: int64.in('2-4').default(-1).ignorable(),
      topics: array({
        name: string.in('0-9').ignorable(),
        topicId: uuid.in('10+').ignorable(),
        partitions: array({
          partitionIndex: int32,
          committedOffset: int64,
          committedLeaderEpoch: int32.in('6+').default(-1).ignorable(),
          committedMetadata: string.nullable(),
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.in('3+').ignorable(),
      topics: array({
        name: string.in('0-9').ignorable(),
        topicId: uuid.in('10+').ignorable(),
        partitions: array({ partitionIndex: int32, errorCode: int16 }),
      }),
    },
  },
)
