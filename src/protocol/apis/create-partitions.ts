// CreatePartitions: gives topics more partitions.
import { api, array, bool, int16, int32, string } from '../schema.ts'

export const createPartitions = api(
  37,
  'CreatePartitions',
  { versions: '0-3', flexible: '2+' },
  {
    request: {
      topics: array({
        name: string.mapKey(),
        /** How many it has then, not how many are added. */
        count: int32,
        /** Of the new partitions; null lets the controller choose. */
        assignments: array({ brokerIds: array(int32) }).nullable(),
      }),
      timeoutMs: int32,
      validateOnly: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      results: array({ name: string, errorCode: int16, errorMessage: string.nullable().default(null) }),
    },
  },
)
