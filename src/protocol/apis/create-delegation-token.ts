// CreateDelegationToken: a short-lived credential for the owner, or for whom the owner names (KIP-48).
import { api, array, bytes, int16, int32, int64, string } from '../schema.ts'

export const createDelegationToken = api(
  38,
  'CreateDelegationToken',
  { versions: '1-3', flexible: '2+' },
  {
    request: {
      /** Null with ownerPrincipalName: the requester itself. */
      ownerPrincipalType: string.in('3+').nullable(),
      ownerPrincipalName: string.in('3+').nullable(),
      renewers: array({ principalType: string, principalName: string }),
      /** −1: what the server allows at most. */
      maxLifetimeMs: int64,
    },
    response: {
      errorCode: int16,
      principalType: string,
      principalName: string,
      tokenRequesterPrincipalType: string.in('3+'),
      tokenRequesterPrincipalName: string.in('3+'),
      issueTimestampMs: int64,
      expiryTimestampMs: int64,
      maxTimestampMs: int64,
      tokenId: string,
      hmac: bytes,
      throttleTimeMs: int32.default(0),
    },
  },
)
