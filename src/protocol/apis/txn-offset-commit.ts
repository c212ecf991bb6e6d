// TxnOffsetCommit: offsets that count once the transaction commits.
import { api, array, int16, int32, int64, string } from '../schema.ts'

export const txnOffsetCommit = api(
  28,
  'TxnOffsetCommit',
  { versions: '0-5', flexible: '3+' },
  {
    request: {
      transactionalId: string,
      groupId: string,
      producerId: int64,
      producerEpoch: int16,
      /** From version 3 on a producer is fenced by its group (KIP-447); −1 without one. */
      generationId: int32.in('3+').default(-1),
      memberId: string.in('3+'),
      groupInstanceId: string.in('3+').nullable().default(null),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          committedOffset: int64,
          committedLeaderEpoch: int32.in('2+').default(-1).ignorable(),
          committedMetadata: string.nullable(),
        }),
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      topics: array({
        name: string,
        partitions: array({ partitionIndex: int32, errorCode: int16 }),
      }),
    },
  },
)
