// ListConfigResources: the names of what has configs (KIP-1142; version 0: of client metrics only).
import { api, array, int16, int32, int8, string } from '../schema.ts'

export const listConfigResources = api(
  74,
  'ListConfigResources',
  { versions: '0-1', flexible: '0+' },
  {
    request: {
      /** Empty for all. */
      resourceTypes: array(int8).in('1+'),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16,
      configResources: array({
        resourceName: string,
        /** 2 topic, 4 broker, 8 broker logger, 16 client metrics, 32 group. */
        resourceType: int8.in('1+').default(16).ignorable(),
      }),
    },
  },
)
