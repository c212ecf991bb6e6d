// SASL PLAIN (RFC 4616): the name and the password, as they are. For encrypted connections.

import { createHash, timingSafeEqual } from 'node:crypto'

import { SaslError, type SaslClientMechanism, type SaslServerExchange, type SaslStep } from './mechanism.ts'

export interface PasswordCredentials {
  readonly username: string
  readonly password: string
}

export function plainClient({ username, password }: PasswordCredentials): SaslClientMechanism {
  return {
    mechanism: 'PLAIN',
    begin: () => ({ start: () => Buffer.from(`\0${username}\0${password}`), next: () => undefined }),
  }
}

/** `passwordOf` knows the users. Messages are those of Kafka's PlainSaslServer. */
export class PlainServer implements SaslServerExchange {
  readonly #passwordOf: (user: string) => string | undefined
  constructor(passwordOf: (user: string) => string | undefined) {
    this.#passwordOf = passwordOf
  }
  evaluate(token: Buffer): SaslStep {
    const [authorizationId = '', user, password, ...more] = token.toString('utf8').split('\0')
    if (user === undefined || password === undefined || more.length > 0)
      throw new SaslError('Invalid SASL/PLAIN response: expected 3 tokens')
    if (user === '') throw new SaslError('Authentication failed: username not specified')
    if (password === '') throw new SaslError('Authentication failed: password not specified')
    const expected = this.#passwordOf(user)
    // An unknown user takes as long as a known one.
    if (!isSame(password, expected ?? '') || expected === undefined)
      throw new SaslError('Authentication failed: Invalid username or password', { isPublic: true })
    if (authorizationId !== '' && authorizationId !== user)
      throw new SaslError(
        'Authentication failed: Client requested an authorization id that is different from username',
        {
          isPublic: true,
        },
      )
    return { challenge: Buffer.alloc(0), identity: { user } }
  }
}
/** In a time that tells nothing of where they differ. */
function isSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map(text => createHash('sha256').update(text).digest()) as [Buffer, Buffer]
  return timingSafeEqual(a, b)
}
