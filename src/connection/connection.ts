// What the handler of a request knows of the connection that it came by.

import { Chain, type Clock, Link, type Logger } from '../base/index.ts'
import type { ServerAuthentication } from './sasl/server-authentication.ts'

export interface ClientSoftware {
  readonly name: string
  readonly version: string
}

/** Whoever comes by a listener that asks nobody for a name. */
export const anonymous = 'User:ANONYMOUS'

interface ConnectionFacts {
  readonly id: number
  readonly listener: string
  readonly remote: string
  readonly clock: Clock
  readonly logger: Logger
  readonly admission: Admission
}
/** Who the client of a new connection is, or how it is to show that. */
export interface Admission {
  readonly principal: string
  /** For how long nothing is read from it; and a refusal waits as long. */
  readonly heldMs?: number | undefined
  /** Why the client may not stay; nothing of it is read then. */
  readonly refusal?: string | undefined
  /** On a listener with SASL: until it is complete, the client may do nothing else. */
  readonly authentication?: ServerAuthentication | undefined
}

class CloseListener extends Link {
  readonly run: () => void
  constructor(run: () => void) {
    super()
    this.run = run
  }
}

export class Connection {
  readonly id: number
  /** The name of the listener that accepted it. */
  readonly listener: string
  /** `host:port` of the client. */
  readonly remote: string
  readonly remoteHost: string
  /** KIP-511: what the client says that it is. Set by the handler of ApiVersions. */
  clientSoftware: ClientSoftware | undefined
  /** Whose requests these are, as Kafka writes it: `User:alice`. Changed by authentication only. */
  principal: string
  /**
   * KIP-219: for how long the client is not heard once the answer that is being made has gone out. Set by whoever answers.
   */
  quietMs = 0
  /** How the client shows who it is, where it must. */
  readonly authentication: ServerAuthentication | undefined
  readonly #clock: Clock
  readonly #logger: Logger
  #isClosed = false
  readonly #listeners = new Chain<CloseListener>()
  #abort: AbortController | undefined

  constructor({ id, listener, remote, clock, logger, admission }: ConnectionFacts) {
    this.id = id
    this.listener = listener
    this.remote = remote
    this.remoteHost = hostOf(remote)
    this.principal = admission.principal
    this.authentication = admission.authentication
    this.#clock = clock
    this.#logger = logger
  }
  /** True once the client has gone, or was sent away. */
  get isClosed(): boolean {
    return this.#isClosed
  }
  /** Runs once when it closes; gives what undoes that. For a request that is parked: nobody waits for its answer. */
  onClose(run: () => void): () => void {
    const listener = new CloseListener(run)
    if (this.#isClosed) this.#clock.soon(run)
    else this.#listeners.add(listener)
    return () => this.#listeners.remove(listener)
  }
  /** The same as a signal, made when it is first asked for. */
  get closed(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController()
      if (this.#isClosed) this.#abort.abort()
    }
    return this.#abort.signal
  }

  /** Called by the connection's owner. */
  markClosed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    for (const listener of this.#listeners.all()) {
      // One may have another removed.
      if (!this.#listeners.has(listener)) continue
      this.#listeners.remove(listener)
      try {
        listener.run()
      } catch (error) {
        this.#logger.error('a listener for the end of a connection failed', { error: stackOf(error) })
      }
    }
    this.#abort?.abort()
  }
}

/** Of `host:port`; in-memory peers are their own host. */
export function hostOf(remote: string): string {
  const colon = remote.lastIndexOf(':')
  return colon < 0 ? remote : remote.slice(0, colon)
}

export const stackOf = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error)
