// What all connections of a SocketServer share.

import { tellMemory } from '../base/index.ts'
import { Reader, WriterPool } from '../protocol/index.ts'
import { type CloseReason, closeReasons } from './close-reasons.ts'
import { type Connection, stackOf } from './connection.ts'
import { connectionLimits, type ConnectionLimits } from './limits.ts'
import { ListenerMetrics, connectionsClosed, memoryPoolAvailable, memoryPoolUsed } from './network-metrics.ts'
import { ReceiveMemory } from './receive-memory.ts'
import { Routes } from './routes.ts'
import type { ServerConnection } from './server-connection.ts'
import type { Service } from './service.ts'

export class ServerContext {
  readonly service: Service
  readonly limits: ConnectionLimits
  readonly memory: ReceiveMemory
  readonly routes: Routes
  readonly writers = new WriterPool()
  /** Called when a connection is over. */
  readonly gone: (connection: ServerConnection) => void
  readonly #listeners = new Map<string, ListenerMetrics>()
  readonly #sharedReader: Reader
  readonly #reader: Reader

  constructor(service: Service, gone: (connection: ServerConnection) => void) {
    const { metrics } = service
    this.service = service
    this.limits = { ...connectionLimits, ...service.limits }
    this.memory = new ReceiveMemory(this.limits.receiveBytesMax)
    this.routes = new Routes(key => service.apiRange(key))
    this.gone = gone
    this.#sharedReader = new Reader(this.memory.shared)
    this.#reader = new Reader(Buffer.alloc(0))
    metrics.declare('counter', connectionsClosed)
    const { memory, limits } = this
    tellMemory(metrics, 'requests', {
      usedBytes: () => memory.reservedBytes,
      limitBytes: () => limits.receiveBytesMax,
    })
    metrics.gauge(memoryPoolUsed, {}, () => this.memory.reservedBytes)
    metrics.gauge(memoryPoolAvailable, {}, () => this.limits.receiveBytesMax - this.memory.reservedBytes)
  }
  metricsOf(listener: string): ListenerMetrics {
    let found = this.#listeners.get(listener)
    if (found === undefined)
      this.#listeners.set(listener, (found = new ListenerMetrics(this.service.metrics, listener)))
    return found
  }
  /** Decoding is synchronous, so two readers serve all: the one of the shared buffer never changes its view. */
  readerOf(buffer: Buffer): Reader {
    return buffer === this.memory.shared ? this.#sharedReader : this.#reader
  }
  /** Logs and counts that a connection is closed from this side. */
  closing({ id, remote, listener }: Connection, reason: CloseReason, found: string, error?: unknown): void {
    const { level, means } = closeReasons[reason],
      fields = { reason, means, found, remote, listener, connection: id }
    this.service.metrics.counter(connectionsClosed, { reason }).add()
    this.service.logger[level]('connection closed', error === undefined ? fields : { ...fields, error: stackOf(error) })
  }
  /** Runs the hooks of answers that are written, or never will be. What one throws is a bug, and keeps none from running. */
  release(hooks: (() => void)[]): void {
    if (hooks.length === 0) return
    for (const hook of hooks.splice(0)) {
      try {
        hook()
      } catch (error) {
        this.service.logger.error('a hook after a response failed', { error: stackOf(error) })
      }
    }
  }
}
