// SaslHandshake: chooses the mechanism. After version 0 its tokens follow as bare frames, after 1 in SaslAuthenticate.
import { api, array, int16, string } from '../schema.ts'

export const saslHandshake = api(
  17,
  'SaslHandshake',
  { versions: '0-1' },
  {
    request: { mechanism: string },
    response: {
      errorCode: int16,
      /** Those that are enabled. */
      mechanisms: array(string),
    },
  },
)
