// SaslAuthenticate: one step of the exchange of the mechanism.
import { api, bytes, int16, int64, string } from '../schema.ts'

export const saslAuthenticate = api(
  36,
  'SaslAuthenticate',
  { versions: '0-2', flexible: '2+' },
  {
    request: { authBytes: bytes },
    response: {
      errorCode: int16,
      errorMessage: string.nullable(),
      authBytes: bytes,
      /** KIP-368: 0 for ever, else after so long the client must authenticate anew. */
      sessionLifetimeMs: int64.in('1+').ignorable(),
    },
  },
)
