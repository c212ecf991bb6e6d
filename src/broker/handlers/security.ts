// Who clients are, and by what they show it.

import { delegationTokenHandlers } from './delegation-tokens.ts'
import { saslAuthenticateHandler } from './sasl-authenticate.ts'
import { saslHandshakeHandler } from './sasl-handshake.ts'
import { alterUserScramCredentialsHandler, describeUserScramCredentialsHandler } from './user-scram-credentials.ts'

// oxfmt-ignore
export const securityHandlers = [
  saslHandshakeHandler, saslAuthenticateHandler,
  describeUserScramCredentialsHandler, alterUserScramCredentialsHandler,
  ...delegationTokenHandlers,
]
