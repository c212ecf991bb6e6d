// The network side of a broker: its listeners, and the connections that they accepted.

import assert from 'node:assert/strict'

import type { Listener, ListenOptions, Socket, Sockets, Timer } from '../base/index.ts'
import { hostOf } from './connection.ts'
import { ServerConnection } from './server-connection.ts'
import { ServerContext } from './server-context.ts'
import type { Service } from './service.ts'

/** How often idle and stalled connections, and idle memory, are looked for: a limit is overstepped by at most this. */
const sweepMs = 5_000
/** How long a shutdown waits for answers in progress, unless told otherwise. */
const graceMsDefault = 5_000

export class SocketServer {
  readonly #context: ServerContext
  readonly #connections = new Set<ServerConnection>()
  readonly #perHost = new Map<string, number>()
  readonly #listeners: Listener[] = []
  #sweep: Timer | undefined
  #sweptAtMs = 0
  #nextId = 1
  #isClosing = false
  #emptied: (() => void) | undefined

  constructor(service: Service) {
    this.#context = new ServerContext(service, connection => this.#gone(connection))
  }
  get connectionCount(): number {
    return this.#connections.size
  }
  /** Bytes of frames being received that count against queued.max.request.bytes. */
  get reservedBytes(): number {
    return this.#context.memory.reservedBytes
  }

  /** Listens on host and port; `name` is Kafka's name of the listener, which requests that come by it carry. */
  async listen(sockets: Sockets, { name, ...options }: ListenOptions & { readonly name: string }): Promise<Listener> {
    assert(!this.#isClosing, 'a server that closes does not listen')
    const listener = await sockets.listen(options, socket => this.accept(socket, name))
    this.#listeners.push(listener)
    this.expect(name)
    return listener
  }
  /** Connections may come by a listener of this name: what is counted of it begins at zero. */
  expect(listener: string): void {
    this.#context.metricsOf(listener)
  }

  accept(socket: Socket, listener: string): void {
    const { limits } = this.#context
    const connection = new ServerConnection(socket, { id: this.#nextId++, listener, context: this.#context })
    const host = hostOf(socket.remote),
      ofHost = this.#perHost.get(host) ?? 0
    connection.metrics.opened()
    this.#connections.add(connection)
    this.#perHost.set(host, ofHost + 1)
    if (this.#isClosing) return connection.destroy()
    if (this.#connections.size > limits.connectionsMax)
      return connection.close('CONNECTIONS_MAX', `${limits.connectionsMax} connections`)
    if (ofHost >= (limits.connectionsPerIpOverrides.get(host) ?? limits.connectionsPerIpMax))
      return connection.close('CONNECTIONS_PER_IP_MAX', `${ofHost} connections from ${host}`)
    this.#scheduleSweep()
    const { heldMs } = connection
    if (heldMs > 0) this.#context.service.clock.after(heldMs, () => this.#begin(connection))
    else this.#begin(connection)
  }
  #begin(connection: ServerConnection): void {
    const { refusal, heldMs } = connection
    if (refusal !== undefined) connection.close(heldMs > 0 ? 'CONNECTION_RATE' : 'NO_PRINCIPAL', refusal)
    else connection.start()
  }
  #gone(connection: ServerConnection): void {
    this.#connections.delete(connection)
    connection.metrics.closed()
    const host = connection.connection.remoteHost,
      left = this.#perHost.get(host)! - 1
    if (left === 0) this.#perHost.delete(host)
    else this.#perHost.set(host, left)
    if (this.#connections.size === 0) this.#emptied?.()
  }

  /**
   * Stops listening, lets the answers in progress go out for `graceMs` at most, then closes every connection.
   * Requests that wait behind the one in progress are not handled: their clients go to another broker, or try again.
   */
  async close({ graceMs = graceMsDefault }: { readonly graceMs?: number } = {}): Promise<void> {
    this.#isClosing = true
    await Promise.all(this.#listeners.splice(0).map(listener => listener.close()))
    for (const connection of this.#connections) connection.finish()
    if (this.#connections.size > 0) {
      const { promise, resolve } = Promise.withResolvers<void>()
      this.#emptied = resolve
      const timer = this.#context.service.clock.after(graceMs, resolve)
      await promise
      timer.cancel()
    }
    for (const connection of this.#connections) connection.destroy()
    this.#sweep?.cancel()
    this.#sweep = undefined
  }

  #scheduleSweep(): void {
    if (this.#sweep !== undefined) return
    const { clock } = this.#context.service
    this.#sweptAtMs = clock.monotonic()
    this.#sweep = clock.after(sweepMs, () => {
      this.#sweep = undefined
      this.#closeSilent(clock.monotonic())
      const { memory } = this.#context
      memory.rest()
      if (this.#connections.size > 0 || memory.idleBytes > 0) this.#scheduleSweep()
    })
  }
  #closeSilent(nowMs: number): void {
    const { limits, memory } = this.#context
    // A machine that slept, or a loop that stood still, is not the peers' silence: what they sent is not read yet.
    const stalledMs = Math.max(0, nowMs - this.#sweptAtMs - 2 * sweepMs)
    for (const connection of this.#connections) {
      connection.activeAtMs += stalledMs
      if (connection.isUnauthenticated && nowMs - connection.acceptedAtMs >= limits.authenticationMsMax + stalledMs) {
        connection.close('AUTHENTICATION_LATE', `${limits.authenticationMsMax / 1000} s`)
        continue
      }
      if (connection.isActive || connection.hasRequestInProgress) {
        connection.isActive = false
        connection.activeAtMs = nowMs
        continue
      }
      const silentMs = nowMs - connection.activeAtMs
      if (limits.idleMsMax >= 0 && silentMs >= limits.idleMsMax)
        connection.close('IDLE', `silent for ${Math.round(silentMs / 1000)} s`)
      else if (silentMs >= limits.stalledFrameMsMax && memory.waitingCount > 0 && connection.hasReservedMemory)
        connection.close('STALLED_FRAME', `silent for ${Math.round(silentMs / 1000)} s within a frame`)
    }
  }
}
