// DescribeProducers: the idempotent and transactional producers that a partition knows.
import { api, array, int16, int32, int64, string } from '../schema.ts'

export const describeProducers = api(
  61,
  'DescribeProducers',
  { versions: '0', flexible: '0+' },
  {
    request: {
      topics: array({ name: string, partitionIndexes: array(int32) }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          errorCode: int16,
          errorMessage: string.nullable().default(null),
          activeProducers: array({
            producerId: int64,
            producerEpoch: int32,
            lastSequence: int32.default(-1),
            lastTimestamp: int64.default(-1),
            coordinatorEpoch: int32,
            /** −1: no transaction is open. */
            currentTxnStartOffset: int64.default(-1),
          }),
        }),
      }),
    },
  },
)
