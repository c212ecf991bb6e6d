// AlterConfigs: replaces all configs of a resource: what is not named returns to its default.
import { api, array, bool, int16, int32, int8, string } from '../schema.ts'

export const alterConfigs = api(
  33,
  'AlterConfigs',
  { versions: '0-2', flexible: '2+' },
  {
    request: {
      resources: array({
        /** 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
        resourceType: int8.mapKey(),
        resourceName: string.mapKey(),
        configs: array({ name: string.mapKey(), value: string.nullable() }),
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
