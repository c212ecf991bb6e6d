// ExpireDelegationToken: changes when a token expires.
import { api, bytes, int16, int32, int64 } from '../schema.ts'

export const expireDelegationToken = api(
  40,
  'ExpireDelegationToken',
  { versions: '1-2', flexible: '2+' },
  {
    request: {
      hmac: bytes,
      /** Negative: at once. */
      expiryTimePeriodMs: int64,
    },
    response: { errorCode: int16, expiryTimestampMs: int64, throttleTimeMs: int32.default(0) },
  },
)
