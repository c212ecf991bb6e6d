// SaslHandshake: the client chooses how it will show who it is. Where the listener does not ask, or did before, it is told
// so.

import { lastAnswer } from '../../connection/index.ts'
import { errorCode, saslHandshake } from '../../protocol/index.ts'
import { anybody } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const saslHandshakeHandler = handler(
  saslHandshake,
  {
    versions: '0-1',
    authorization: anybody(),
    differs: [
      'GSSAPI (Kerberos) is not served: a listener that enables it is refused at the start.',
      'OAUTHBEARER checks signatures wherever sasl.oauthbearer.jwks.endpoint.url is set. Kafka takes unsigned tokens until the class of its validator is named, too.',
      'A client that has not authenticated within a minute is sent away, and so is one whose TLS handshake takes ten seconds.',
      'A certificate of a client that is not taken is refused by the alert bad_record_mac, whatever is wrong with it: the log tells what.',
      'Certificates are read anew when their files change. A change of configs that makes them useless is taken, told in the log, and without effect; Kafka refuses it.',
    ],
  },
  async ({ body, version, request: { connection } }) => {
    const { authentication } = connection
    if (authentication === undefined) return { errorCode: errorCode('ILLEGAL_SASL_STATE'), mechanisms: [] }
    const { error, mechanisms, isFatal } = await authentication.handshake(body.mechanism, version)
    return { errorCode: errorCode(error), mechanisms, ...(isFatal ? { [lastAnswer]: true as const } : {}) }
  },
)
