// Delegation tokens (KIP-48) are not issued: these answers are those of a cluster of Kafka whose
// delegation.token.secret.key is not set.

import { anonymous, type ServerRequest } from '../../connection/index.ts'
import {
  createDelegationToken,
  describeDelegationToken,
  errorCode,
  expireDelegationToken,
  renewDelegationToken,
} from '../../protocol/index.ts'
import { anybody } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

const differs = [
  'Tokens are never issued, whatever delegation.token.secret.key says: they spare large clusters their Kerberos servers, and there is no Kerberos here.',
]
/** Kafka gives none to those of whom it does not know who they are. */
const refusal = ({ connection: { principal } }: ServerRequest): number =>
  errorCode(principal === anonymous ? 'DELEGATION_TOKEN_REQUEST_NOT_ALLOWED' : 'DELEGATION_TOKEN_AUTH_DISABLED')
const noTimes = { issueTimestampMs: -1, expiryTimestampMs: -1, maxTimestampMs: -1 }
const noToken = { tokenId: '', hmac: Buffer.alloc(0) }

export const delegationTokenHandlers = [
  handler(createDelegationToken, { versions: '1-3', authorization: anybody(), differs }, ({ request, version }) => {
    const [principalType = '', principalName = ''] = request.connection.principal.split(/:(.*)/s)
    const requester = { tokenRequesterPrincipalType: principalType, tokenRequesterPrincipalName: principalName }
    const who = { principalType, principalName, ...(version >= 3 && requester) }
    return { errorCode: refusal(request), ...who, ...noTimes, ...noToken }
  }),
  handler(renewDelegationToken, { versions: '1-2', authorization: anybody() }, ({ request }) => ({
    errorCode: refusal(request),
    expiryTimestampMs: -1,
  })),
  handler(expireDelegationToken, { versions: '1-2', authorization: anybody() }, ({ request }) => ({
    errorCode: refusal(request),
    expiryTimestampMs: -1,
  })),
  handler(describeDelegationToken, { versions: '1-3', authorization: anybody() }, ({ request }) => ({
    errorCode: refusal(request),
    tokens: [],
  })),
]
