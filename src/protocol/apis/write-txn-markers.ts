// WriteTxnMarkers: a transaction coordinator has the end of transactions written to their partitions.
import { api, array, bool, int16, int32, int64, int8, string } from '../schema.ts'

export const writeTxnMarkers = api(
  27,
  'WriteTxnMarkers',
  { versions: '1-2', flexible: '1+' },
  {
    request: {
      markers: array({
        producerId: int64,
        producerEpoch: int16,
        /** True commits. */
        transactionResult: bool,
        topics: array({ name: string, partitionIndexes: array(int32) }),
        coordinatorEpoch: int32,
        /** KIP-890: from 2 on the epoch must be above the producer's. */
        transactionVersion: int8.in('2+').ignorable(),
      }),
    },
    response: {
      markers: array({
        producerId: int64,
        topics: array({
          name: string,
          partitions: array({ partitionIndex: int32, errorCode: int16 }),
        }),
      }),
    },
  },
)
