// AlterUserScramCredentials: sets and removes the SCRAM passwords of users (KIP-554).
import { api, array, bytes, int16, int32, int8, string } from '../schema.ts'

export const alterUserScramCredentials = api(
  51,
  'AlterUserScramCredentials',
  { versions: '0', flexible: '0+' },
  {
    request: {
      deletions: array({
        name: string,
        /** 1 SCRAM-SHA-256, 2 SCRAM-SHA-512. */
        mechanism: int8,
      }),
      upsertions: array({
        name: string,
        /** 1 SCRAM-SHA-256, 2 SCRAM-SHA-512. */
        mechanism: int8,
        iterations: int32,
        salt: bytes,
        /** The password itself never travels. */
        saltedPassword: bytes,
      }),
    },
    response: {
      throttleTimeMs: int32.default(0),
      results: array({ user: string, errorCode: int16, errorMessage: string.nullable() }),
    },
  },
)
