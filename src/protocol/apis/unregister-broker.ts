// UnregisterBroker: takes a broker that is gone for good out of the cluster.
import { api, int16, int32, string } from '../schema.ts'

export const unregisterBroker = api(
  64,
  'UnregisterBroker',
  { versions: '0', flexible: '0+' },
  {
    request: { brokerId: int32 },
    response: { throttleTimeMs: int32.default(0), errorCode: int16, errorMessage: string.nullable() },
  },
)
