// DescribeDelegationToken: the tokens that the requester may see.
import { api, array, bytes, int16, int32, int64, string } from '../schema.ts'

export const describeDelegationToken = api(
  41,
  'DescribeDelegationToken',
  { versions: '1-3', flexible: '2+' },
  {
    request: {
      /** Null for all. */
      owners: array({ principalType: string, principalName: string }).nullable(),
    },
    response: {
      errorCode: int16,
      tokens: array({
        principalType: string,
        principalName: string,
        tokenRequesterPrincipalType: string.in('3+'),
        tokenRequesterPrincipalName: string.in('3+'),
        issueTimestamp: int64,
        expiryTimestamp: int64,
        maxTimestamp: int64,
        tokenId: string,
        hmac: bytes,
        renewers: array({ principalType: string, principalName: string }),
      }),
      throttleTimeMs: int32.default(0),
    },
  },
)
