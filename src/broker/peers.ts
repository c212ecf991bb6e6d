// What brokers ask each other, but for the fetches of followers: one connection to each, opened when it is first needed.

import type { ClientConnection, ClientRequestOptions } from '../connection/index.ts'
import type { AnyApi, DecodedResponseOf, RequestDraftOf } from '../protocol/index.ts'

export class Peers {
  readonly #connect: (nodeId: number) => Promise<ClientConnection>
  readonly #connections = new Map<number, Promise<ClientConnection>>()
  #isClosed = false
  constructor(connect: (nodeId: number) => Promise<ClientConnection>) {
    this.#connect = connect
  }

  /** Fails where the broker cannot be reached, or does not answer. */
  async request<A extends AnyApi>(
    nodeId: number,
    api: A,
    draft: RequestDraftOf<A>,
    options?: ClientRequestOptions,
  ): Promise<DecodedResponseOf<A>> {
    const connection = await this.#connection(nodeId)
    return connection.request(api, draft, options)
  }
  async #connection(nodeId: number): Promise<ClientConnection> {
    const connecting = this.#connections.get(nodeId) ?? this.#open(nodeId)
    const connection = await connecting
    if (!connection.isClosed) return connection
    if (this.#connections.get(nodeId) === connecting) this.#connections.delete(nodeId)
    return this.#connection(nodeId)
  }
  #open(nodeId: number): Promise<ClientConnection> {
    if (this.#isClosed) return Promise.reject(new Error('this broker is stopping'))
    const connecting = this.#connect(nodeId)
    this.#connections.set(nodeId, connecting)
    connecting.catch(() => this.#connections.delete(nodeId))
    return connecting
  }

  async close(): Promise<void> {
    this.#isClosed = true
    const all = [...this.#connections.values()]
    this.#connections.clear()
    await Promise.all(all.map(connecting => connecting.then(connection => connection.close()).catch(() => undefined)))
  }
}
