// ListOffsets: the offset of a time, of the start, or of the end of a partition.
import { api, array, int16, int32, int64, int8, string } from '../schema.ts'

export const listOffsets = api(
  2,
  'ListOffsets',
  { versions: '1-11', flexible: '6+' },
  {
    request: {
      /** −1 for a consumer. */
      replicaId: int32,
      /** 0 read_uncommitted, 1 read_committed. */
      isolationLevel: int8.in('2+'),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          currentLeaderEpoch: int32.in('4+').default(-1).ignorable(),
          /**
           * Asks for the first offset at or after. −1: the end, −2: the start, −3: the largest timestamp, −4: the start
           * of what is local, −5: the end of what is tiered, −6: the start of what is yet to be tiered.
           */
          timestamp: int64,
        }),
      }),
      /** For what must be looked up in tiered storage. */
      timeoutMs: int32.in('10+').ignorable(),
    },
    response: {
      throttleTimeMs: int32.in('2+').ignorable(),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16,
          timestamp: int64.default(-1),
          /** −1: there is none. */
          offset: int64.default(-1),
          leaderEpoch: int32.in('4+').default(-1),
        }),
      }),
    },
  },
)
