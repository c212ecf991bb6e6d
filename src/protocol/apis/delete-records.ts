// DeleteRecords: moves the start of partitions' logs.
import { api, array, int16, int32, int64, string } from '../schema.ts'

export const deleteRecords = api(
  21,
  'DeleteRecords',
  { versions: '0-2', flexible: '2+' },
  {
    request: {
      topics: array({
        name: string,
        partitions: array({
          partitionIndex: int32,
          /** The first to stay; −1: the high watermark. */
          offset: int64,
        }),
      }),
      timeoutMs: int32,
    },
    response: {
      throttleTimeMs: int32.default(0),
      topics: array({
        name: string.mapKey(),
        partitions: array({
          partitionIndex: int32.mapKey(),
          /** The new log start offset. */
          lowWatermark: int64,
          errorCode: int16,
        }),
      }),
    },
  },
)
