// A mechanism of the application's own. kafkajs lets it drive: it sends a token whenever it likes, and awaits the answer.
// The client asks for one token after the other. So the one runs beside the other, and they meet at each token.

import type { SaslOptions } from '../client/index.ts'
import type { Logger, Mechanism, SaslAuthenticateArgs } from './types/config.ts'

type ClientMechanism = Extract<SaslOptions, { readonly begin: unknown }>
type Exchange = ReturnType<ClientMechanism['begin']>

export function customMechanism({ mechanism, authenticationProvider }: Mechanism, logger: Logger): ClientMechanism {
  const name = mechanism.toUpperCase()
  return {
    mechanism: name,
    begin: ({ host, port }) =>
      exchangeOf(saslAuthenticate =>
        authenticationProvider({
          host,
          port,
          logger: logger.namespace(`SaslAuthenticator-${name}`),
          saslAuthenticate,
        }).authenticate(),
      ),
  }
}

type Authenticate = <T>(args: SaslAuthenticateArgs<T>) => Promise<T | void>

function exchangeOf(run: (authenticate: Authenticate) => Promise<void>): Exchange {
  /** What the application sends next; undefined when it is done. */
  let token = Promise.withResolvers<Uint8Array | undefined>()
  let answer = Promise.withResolvers<Buffer>()
  const authenticate: Authenticate = async ({ request, response }) => {
    // Both ways, kafkajs's mechanisms put the length before the bytes.
    token.resolve((await request.encode()).subarray(lengthSize))
    const bytes = await answer.promise
    answer = Promise.withResolvers()
    if (response === undefined) return undefined
    return response.parse(await response.decode(withLength(bytes)))
  }
  return {
    async start() {
      run(authenticate).then(
        () => token.resolve(undefined),
        (error: unknown) => token.reject(error),
      )
      return (await token.promise) ?? Buffer.alloc(0)
    },
    next(challenge) {
      token = Promise.withResolvers()
      answer.resolve(challenge)
      return token.promise
    },
  }
}
const lengthSize = 4
function withLength(bytes: Buffer): Buffer {
  const length = Buffer.alloc(lengthSize)
  length.writeInt32BE(bytes.length)
  return Buffer.concat([length, bytes])
}
