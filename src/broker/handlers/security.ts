// Who clients are, by what they show it, and what they may do.

import { createAclsHandler, deleteAclsHandler, describeAclsHandler } from './acls.ts'
import { delegationTokenHandlers } from './delegation-tokens.ts'
import { saslAuthenticateHandler } from './sasl-authenticate.ts'
import { saslHandshakeHandler } from './sasl-handshake.ts'
import { alterUserScramCredentialsHandler, describeUserScramCredentialsHandler } from './user-scram-credentials.ts'

// oxfmt-ignore
export const securityHandlers = [
  saslHandshakeHandler, saslAuthenticateHandler,
  describeUserScramCredentialsHandler, alterUserScramCredentialsHandler,
  describeAclsHandler, createAclsHandler, deleteAclsHandler,
  ...delegationTokenHandlers,
]
