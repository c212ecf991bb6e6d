// DescribeLogDirs: the log directories of a broker, and the size of each replica.
import { api, array, bool, int16, int32, int64, string } from '../schema.ts'

export const describeLogDirs = api(
  35,
  'DescribeLogDirs',
  { versions: '1-4', flexible: '2+' },
  {
    request: {
      /** Null for all. */
      topics: array({ topic: string.mapKey(), partitions: array(int32) }).nullable(),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16.in('3+').ignorable(),
      results: array({
        errorCode: int16,
        logDir: string,
        topics: array({
          name: string,
          partitions: array({
            partitionIndex: int32,
            partitionSize: int64,
            /** Behind the high watermark; of a future replica, behind the current one. */
            offsetLag: int64,
            /** It is being moved here from another directory of the broker. */
            isFutureKey: bool,
          }),
        }),
        totalBytes: int64.in('4+').default(-1).ignorable(),
        usableBytes: int64.in('4+').default(-1).ignorable(),
      }),
    },
  },
)
