// DescribeTransactions: state, producer and partitions of transactions.
import { api, array, int16, int32, int64, string } from '../schema.ts'

export const describeTransactions = api(
  65,
  'DescribeTransactions',
  { versions: '0', flexible: '0+' },
  {
    request: { transactionalIds: array(string) },
    response: {
      throttleTimeMs: int32.default(0),
      transactionStates: array({
        errorCode: int16,
        transactionalId: string,
        /** Empty, Ongoing, PrepareCommit, PrepareAbort, CompleteCommit, CompleteAbort, and so on. */
        transactionState: string,
        transactionTimeoutMs: int32,
        /** −1: none is open. */
        transactionStartTimeMs: int64,
        producerId: int64,
        producerEpoch: int16,
        topics: array({ topic: string.mapKey(), partitions: array(int32) }),
      }),
    },
  },
)
