// IncrementalAlterConfigs: changes single configs and leaves the others alone (KIP-339).
import { api, array, bool, int16, int32, int8, string } from '../schema.ts'

export const incrementalAlterConfigs = api(
  44,
  'IncrementalAlterConfigs',
  { versions: '0-1', flexible: '1+' },
  {
    request: {
      resources: array({
        /** 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
        resourceType: int8.mapKey(),
        resourceName: string.mapKey(),
        configs: array({
          name: string.mapKey(),
          /** 0 set, 1 delete, 2 append, 3 subtract; the last two for lists. */
          configOperation: int8.mapKey(),
          value: string.nullable(),
        }),
      }),
      validateOnly: bool,
    },
    response: {
      throttleTimeMs: int32.default(0),
      responses: array({
        errorCode: int16,
        errorMessage: string.nullable(),
        resourceType: int8,
        resourceName: string,
      }),
    },
  },
)
