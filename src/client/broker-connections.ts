// The connections of a client: one to a broker for each purpose, opened when it is first needed. A broker that cannot be
// reached is tried ever more slowly, and given ever more time to answer (KIP-144, KIP-601).

import type { Clock, Logger, Random, Sockets, TlsClientSettings } from '../base/index.ts'
import { ClientConnection, type SaslClientMechanism } from '../connection/index.ts'
import { KafkaError, refusalOf } from './errors.ts'
import { backoff } from './retry.ts'
import type { BrokerAddress } from './topics.ts'

export interface ConnectionOptions {
  readonly clientId: string
  readonly sockets: Sockets
  readonly clock: Clock
  readonly random: Random
  readonly logger: Logger
  readonly tls?: TlsClientSettings | undefined
  readonly sasl?: SaslClientMechanism | undefined
  /** For a connection, its encryption and its authentication together. Doubled after each failure. */
  readonly connectTimeoutMs: number
  readonly connectTimeoutMsMax: number
  readonly requestTimeoutMs: number
  /** The pause before a broker is tried again that could not be reached. Doubled after each failure. */
  readonly reconnectBackoffMs: number
  readonly reconnectBackoffMsMax: number
}

/** What a connection is used for. Two uses never wait for each other. */
export type Purpose = 'main' | 'produce' | 'fetch' | 'coordinator'

interface Entry {
  readonly address: string
  readonly connection: Promise<ClientConnection>
}
interface Failures {
  count: number
  notBeforeMs: number
}

export class BrokerConnections {
  readonly #options: ConnectionOptions
  readonly #open = new Map<string, Entry>()
  /** By address, until a connection comes about. */
  readonly #failures = new Map<string, Failures>()
  readonly #closing = new AbortController()

  constructor(options: ConnectionOptions) {
    this.#options = options
  }
  get isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  /**
   * The connection for a purpose, opened if it is not. Rejects with what the system or the connection says, or with a
   * KafkaError where TLS or SASL failed: that is not tried again by anybody.
   */
  get(broker: BrokerAddress, purpose: Purpose): Promise<ClientConnection> {
    if (this.isClosed) return Promise.reject(new KafkaError('CLOSED'))
    const address = nameOf(broker),
      key = `${broker.nodeId < 0 ? address : broker.nodeId}/${purpose}`
    const open = this.#open.get(key)
    if (open?.address === address) return open.connection
    if (open !== undefined) void open.connection.then(connection => connection.close()).catch(() => {})
    const connection = this.#connect(broker)
    const entry = { address, connection }
    this.#open.set(key, entry)
    const forget = () => {
      if (this.#open.get(key) === entry) this.#open.delete(key)
    }
    connection.then(opened => void opened.closed.then(forget, forget), forget)
    return connection
  }
  async #connect(broker: BrokerAddress): Promise<ClientConnection> {
    const { sockets, clock, random, clientId, logger, tls, sasl, requestTimeoutMs } = this.#options
    const { connectTimeoutMs, connectTimeoutMsMax } = this.#options
    const { host, port } = broker,
      address = nameOf(broker),
      before = this.#failures.get(address)
    const pauseMs = (before?.notBeforeMs ?? 0) - clock.monotonic()
    if (pauseMs > 0) await this.#pause(pauseMs)
    const setup = { random, backoffMs: connectTimeoutMs, backoffMsMax: connectTimeoutMsMax }
    try {
      const connection = await ClientConnection.connect({
        sockets,
        clock,
        clientId,
        host,
        port,
        tls,
        sasl,
        connectTimeoutMs: before === undefined ? connectTimeoutMs : backoff(before.count, setup),
        requestTimeoutMs,
      })
      this.#failures.delete(address)
      logger.debug('connected', { broker: address })
      if (!this.isClosed) return connection
      await connection.close()
      throw new KafkaError('CLOSED')
    } catch (error) {
      logger.debug('connect failed', { broker: address, error: String(error) })
      this.#failed(address)
      throw refusalOf(error) ?? error
    }
  }
  async #pause(ms: number): Promise<void> {
    try {
      await this.#options.clock.sleep(ms, this.#closing.signal)
    } catch {
      throw new KafkaError('CLOSED')
    }
  }
  #failed(address: string): void {
    const { clock, random, reconnectBackoffMs: backoffMs, reconnectBackoffMsMax: backoffMsMax } = this.#options
    const count = this.#failures.get(address)?.count ?? 0
    const notBeforeMs = clock.monotonic() + backoff(count, { random, backoffMs, backoffMsMax })
    this.#failures.set(address, { count: count + 1, notBeforeMs })
  }

  /** Closes those that are open; whoever asks again gets new ones. */
  async closeAll(): Promise<void> {
    const open = [...this.#open.values()]
    this.#open.clear()
    await Promise.allSettled(open.map(async ({ connection }) => (await connection).close()))
  }
  /** Closes all, for good. */
  async close(): Promise<void> {
    this.#closing.abort()
    await this.closeAll()
  }
}

export const nameOf = ({ host, port }: BrokerAddress): string => `${host}:${port}`
