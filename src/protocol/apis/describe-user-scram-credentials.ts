// DescribeUserScramCredentials: which SCRAM mechanisms users have passwords for (KIP-554).
import { api, array, int16, int32, int8, string } from '../schema.ts'

export const describeUserScramCredentials = api(
  50,
  'DescribeUserScramCredentials',
  { versions: '0', flexible: '0+' },
  {
    request: {
      /** Null or empty for all. */
      users: array({ name: string }).nullable(),
    },
    response: {
      throttleTimeMs: int32.default(0),
      errorCode: int16,
      errorMessage: string.nullable(),
      results: array({
        user: string,
        errorCode: int16,
        errorMessage: string.nullable(),
        credentialInfos: array({
          /** 1 SCRAM-SHA-256, 2 SCRAM-SHA-512. */
          mechanism: int8,
          iterations: int32,
        }),
      }),
    },
  },
)
