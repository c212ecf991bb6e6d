// OffsetForLeaderEpoch: where an epoch ended, so that a reader finds out whether its log was truncated (KIP-320).
import { api, array, int16, int32, int64, string } from '../schema.ts'

export const offsetForLeaderEpoch = api(
  23,
  'OffsetForLeaderEpoch',
  { versions: '2-4', flexible: '4+' },
  {
    request: {
      /** −1 for a consumer. */
      replicaId: int32.in('3+').default(-2).ignorable(),
      topics: array({
        topic: string.mapKey(),
        partitions: array({
          partition: int32,
          currentLeaderEpoch: int32.default(-1).ignorable(),
          leaderEpoch: int32,
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0).ignorable(),
      topics: array({
        topic: string.mapKey(),
        partitions: array({
          errorCode: int16,
          partition: int32,
          /** The largest not above the one asked for, and its end. */
          leaderEpoch: int32.default(-1).ignorable(),
          endOffset: int64.default(-1),
        }),
      }),
    },
  },
)
