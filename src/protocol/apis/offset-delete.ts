// OffsetDelete: deletes a group's offsets of topics that it is not subscribed to (KIP-496).
import { api, array, int16, int32, string } from '../schema.ts'

export const offsetDelete = api(
  47,
  'OffsetDelete',
  { versions: '0' },
  {
    request: {
      groupId: string,
      topics: array({
        name: string.mapKey(),
        partitions: array({ partitionIndex: int32 }),
      }),
    },
    response: {
      errorCode: int16,
      throttleTimeMs: int32.default(0).ignorable(),
      topics: array({
        name: string.mapKey(),
        partitions: array({ partitionIndex: int32.mapKey(), errorCode: int16 }),
      }),
    },
  },
)
