// SaslAuthenticate: a token of the exchange that SaslHandshake began. With the last one the connection has a principal.

import { closeConnection, lastAnswer } from '../../connection/index.ts'
import { errorCode, saslAuthenticate } from '../../protocol/index.ts'
import { anybody } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const saslAuthenticateHandler = handler(
  saslAuthenticate,
  { versions: '0-2', authorization: anybody() },
  async ({ body, request: { connection } }) => {
    const { authentication } = connection
    if (authentication === undefined)
      return {
        errorCode: errorCode('ILLEGAL_SASL_STATE'),
        errorMessage: 'SaslAuthenticate request received after successful authentication',
        authBytes: Buffer.alloc(0),
      }
    const isBare = authentication.expectsBareToken
    const { error, message, token, sessionLifetimeMs, isFatal } = await authentication.authenticate(body.authBytes)
    if (authentication.isComplete) connection.principal = `User:${authentication.identity!.user}`
    // A bare token has no place for an error: the connection just ends.
    if (isBare && isFatal) return closeConnection
    return {
      errorCode: errorCode(error),
      errorMessage: message,
      authBytes: Buffer.from(token),
      sessionLifetimeMs,
      ...(isFatal ? { [lastAnswer]: true as const } : {}),
    }
  },
)
