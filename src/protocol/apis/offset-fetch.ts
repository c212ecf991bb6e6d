// OffsetFetch: the stored offsets of a group; from version 8 on of many groups (KIP-709).
import { api, array, bool, int16, int32, int64, string, uuid } from '../schema.ts'

export const offsetFetch = api(
  9,
  'OffsetFetch',
  { versions: '1-10', flexible: '6+' },
  {
    request: {
      groupId: string.in('0-7'),
      /** Null, from version 2 on, for all. */
      topics: array({ name: string, partitionIndexes: array(int32) })
        .in('0-7')
        .nullable('2-7'),
      groups: array({
        groupId: string,
        memberId: string.in('9+').nullable().default(null).ignorable(),
        memberEpoch: int32.in('9+').default(-1).ignorable(),
        /** Null for all. */
        topics: array({
          name: string.in('8-9').ignorable(),
          topicId: uuid.in('10+').ignorable(),
          partitionIndexes: array(int32),
        }).nullable(),
      }).in('8+'),
      /** KIP-447: UNSTABLE_OFFSET_COMMIT for those in an open transaction. */
      requireStable: bool.in('7+'),
    },
    response: {
      throttleTimeMs: int32.in('3+').ignorable(),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          /** −1: none is stored. */
          committedOffset: int64,
          committedLeaderEpoch: int32.in('5-7').default(-1).ignorable(),
          metadata: string.nullable(),
          errorCode: int16,
        }),
      }).in('0-7'),
      errorCode: int16.in('2-7').ignorable(),
      groups: array({
        groupId: string,
        topics: array({
          name: string.in('8-9').ignorable(),
          topicId: uuid.in('10+').ignorable(),
          partitions: array({
            partitionIndex: int32,
            committedOffset: int64,
            committedLeaderEpoch: int32.default(-1).ignorable(),
            metadata: string.nullable(),
            errorCode: int16,
          }),
        }),
        errorCode: int16.default(0),
      }).in('8+'),
    },
  },
)
