// SaslHandshake: the client chooses how it will show who it is. Where the listener does not ask, or did before, it is told
// so.

import { lastAnswer } from '../../connection/index.ts'
import { errorCode, saslHandshake } from '../../protocol/index.ts'
import { anybody } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const saslHandshakeHandler = handler(
  saslHandshake,
  { versions: '0-1', authorization: anybody() },
  async ({ body, version, request: { connection } }) => {
    const { authentication } = connection
    if (authentication === undefined) return { errorCode: errorCode('ILLEGAL_SASL_STATE'), mechanisms: [] }
    const { error, mechanisms, isFatal } = await authentication.handshake(body.mechanism, version)
    return { errorCode: errorCode(error), mechanisms, ...(isFatal ? { [lastAnswer]: true as const } : {}) }
  },
)
