// One API as this broker serves it: the versions, how its behaviour differs from Kafka's, and the function that answers.
// What is declared here is the only description: ApiVersions and COMPATIBILITY.md are made of it (handler-table.ts,
// compatibility.ts).

import type { closeConnection, noResponse, Released, ServerRequest } from '../connection/index.ts'
import { Versions, type Api, type AnyApi, type RequestOf, type ResponseOf } from '../protocol/index.ts'
import type { Access } from './authorization/access.ts'
import type { Authorization } from './authorization/authorization.ts'
import type { BrokerContext } from './context.ts'

/** What a handler is given. `body` and its buffers are borrowed until the handler's synchronous part has returned. */
export interface Call<A> {
  readonly body: RequestOf<A>
  readonly version: number
  /** The header and the connection: client id, address, whether it was closed meanwhile. */
  readonly request: ServerRequest
  readonly context: BrokerContext
  /** What the client may do. */
  readonly access: Access
}
export type Answer<A> = (ResponseOf<A> & Released) | typeof noResponse | typeof closeConnection

export interface Handler<A extends AnyApi = AnyApi> {
  readonly api: A
  readonly versions: Versions
  /** What ApiVersions says, where that is not what is served. */
  readonly advertised: Versions
  readonly differs: readonly string[]
  readonly authorization: Authorization<A>
  answer(call: Call<A>): Answer<A> | Promise<Answer<A>>
}
export interface HandlerOptions<A> {
  /** Served versions: '0-4'. Clients take the highest as a promise. */
  readonly versions: `${number}-${number}` | `${number}`
  readonly advertised?: `${number}-${number}`
  /** Sentences, each a behaviour that is not Kafka's, for COMPATIBILITY.md. */
  readonly differs?: readonly string[]
  /** What a client needs, so that it may ask this. */
  readonly authorization: Authorization<A>
}

/** Declares the handler of one API: `export const produceHandler = handler(produce, { versions: '3-13' }, call => …)`. */
export function handler<A extends Api<any, any>>(
  api: A,
  options: HandlerOptions<NoInfer<A>>,
  answer: (call: Call<A>) => Answer<A> | Promise<Answer<A>>,
): Handler<A> {
  const versions = Versions.parse(options.versions)
  if (versions.from < api.stable.from || versions.to > api.stable.to)
    throw new RangeError(`${api.name}: declared are versions ${api.stable.from}-${api.stable.to}`)
  return {
    api,
    versions,
    advertised: Versions.parse(options.advertised ?? options.versions),
    differs: options.differs ?? [],
    authorization: options.authorization,
    answer,
  }
}
