// One connection to a broker, as a client has it: versions are agreed on when it opens, requests are sent as they come,
// the client authenticates where it has something to do so by, and answers, which come in the order of the requests, are
// matched by their correlation ids.
//
//   const connection = await ClientConnection.connect({ sockets, clock, clientId: 'me', host: '127.0.0.1', port: 9092 })
//   const { topics } = await connection.request(metadata, { topics: null })
//
// Who owns what: record sets of a request may not change until its promise settles; bytes and records of an answer
// are views of a buffer that belongs to the caller.

import {
  type Clock,
  packageVersion,
  type Socket,
  type Sockets,
  type Timer,
  type TlsClientSettings,
  TlsError,
} from '../base/index.ts'
import {
  type AnyApi,
  apiVersions,
  codec,
  type DecodedResponseOf,
  errorCode,
  errorName,
  Reader,
  requestHeader,
  requestHeaderVersion,
  type RequestDraftOf,
  responseHeader,
  responseHeaderVersion,
  type Writer,
  WriterPool,
} from '../protocol/index.ts'
import { BrokerVersions } from './broker-versions.ts'
import { ConnectionError, type ConnectionErrorCode } from './connection-error.ts'
import { ResponseReader } from './response-reader.ts'
import { writeFrame } from './routes.ts'
import { ClientAuthentication } from './sasl/client-authentication.ts'
import type { SaslClientMechanism } from './sasl/mechanism.ts'

export interface ClientConnectionOptions {
  readonly sockets: Sockets
  readonly clock: Clock
  readonly host: string
  readonly port: number
  readonly clientId: string | null
  /** Present: the connection is encrypted. */
  readonly tls?: TlsClientSettings | undefined
  /** Present: the client authenticates. */
  readonly sasl?: SaslClientMechanism | undefined
  /** For the connection, the agreement on versions and the authentication together. Default 10 s. */
  readonly connectTimeoutMs?: number
  /** What a request is given that does not say otherwise. Default 30 s. */
  readonly requestTimeoutMs?: number
  /** KIP-511: what the broker learns of the client's make. */
  readonly software?: { readonly name: string; readonly version: string }
}

export interface ClientRequestOptions {
  /** Not above this version, whatever both sides speak. */
  readonly versionMax?: number
  /** This version, whatever the other says of itself: for what brokers ask each other, and tell no client of. */
  readonly version?: number
  readonly timeoutMs?: number
  /** For produce requests with acks=0: settles, with undefined, when the kernel has taken the request. */
  readonly expectNoResponse?: boolean
}

interface Pending {
  readonly api: AnyApi
  readonly version: number
  readonly sentAtMs: number
  readonly timeoutMs: number
  readonly resolve: (response: any) => void
  readonly reject: (error: Error) => void
}

const connectTimeoutMsDefault = 10_000
const requestTimeoutMsDefault = 30_000
/** How long a closing connection may take to get rid of what it still has to send. */
const closeTimeoutMs = 1_000
/** What a response may take when it is decoded, by estimate: Metadata of 800,000 partitions. */
const decodedBytesMax = 256 * 2 ** 20
const writers = new WriterPool()

export class ClientConnection {
  readonly host: string
  readonly port: number
  /** Resolves when the connection is over, with the reason where it was not closed by `close`. */
  readonly closed: Promise<Error | undefined>
  readonly #options: ClientConnectionOptions
  readonly #socket: Socket
  readonly #responses = new ResponseReader(frame => this.#answered(frame))
  readonly #reader = new Reader(Buffer.alloc(0))
  /** By correlation id, oldest first. */
  readonly #pending = new Map<number, Pending>()
  #nextCorrelationId = 0
  #versions: BrokerVersions | undefined
  #authentication: ClientAuthentication | undefined
  #timer: Timer | undefined
  #timerAtMs = Infinity
  #isClosing = false
  #end: { readonly reason: Error | undefined } | undefined
  readonly #resolveClosed: (reason: Error | undefined) => void

  /** Opens a connection, agrees on versions, authenticates. Fails with the system's error, or a ConnectionError. */
  static async connect(options: ClientConnectionOptions): Promise<ClientConnection> {
    const { sockets, clock, host, port, tls, sasl, connectTimeoutMs = connectTimeoutMsDefault } = options
    const deadlineMs = clock.monotonic() + connectTimeoutMs
    const socket = await sockets.connect({ host, port, tls, timeoutMs: connectTimeoutMs }).catch((error: unknown) => {
      if (error instanceof TlsError) throw tlsFailure(`${host}:${port}`, error)
      if ((error as NodeJS.ErrnoException).code !== 'ETIMEDOUT') throw error
      throw new ConnectionError('CONNECT_TIMED_OUT', `${host}:${port}`, error)
    })
    const connection = new ClientConnection(socket, options)
    const leftMs = () => Math.max(1, deadlineMs - clock.monotonic())
    try {
      await connection.#negotiate(leftMs())
      if (sasl !== undefined) await connection.#authenticate(sasl, leftMs)
    } catch (error) {
      connection.#finish(error as Error)
      if ((error as ConnectionError).code !== 'REQUEST_TIMED_OUT') throw error
      throw new ConnectionError('CONNECT_TIMED_OUT', `${host}:${port}`, error)
    }
    return connection
  }
  private constructor(socket: Socket, options: ClientConnectionOptions) {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>()
    this.host = options.host
    this.port = options.port
    this.closed = promise
    this.#resolveClosed = resolve
    this.#options = options
    this.#socket = socket
    socket.receive({
      buffer: () => this.#responses.buffer(),
      received: size => this.#received(size),
      closed: error => this.#finish(this.#isClosing ? undefined : this.#lossOf(error)),
    })
  }

  /** KIP-511: a broker that does not know our newest version of ApiVersions answers in version 0 what it knows. */
  async #negotiate(timeoutMs: number): Promise<void> {
    const { name, version } = this.#options.software ?? { name: 'millrace', version: packageVersion() }
    const draft = { clientSoftwareName: name, clientSoftwareVersion: version }
    const ask = (version: number) => this.#send(apiVersions, version, draft, { timeoutMs })
    let answer = await ask(apiVersions.stable.to)
    if (errorName(answer.errorCode) === 'UNSUPPORTED_VERSION') {
      const theirs = answer.apiKeys.find(({ apiKey }) => apiKey === apiVersions.key)
      answer = await ask(Math.min(theirs?.maxVersion ?? 0, apiVersions.stable.to))
    }
    if (answer.errorCode !== 0)
      throw this.#error('UNSUPPORTED_VERSION', new Error(`ApiVersions: ${errorName(answer.errorCode)}`))
    this.#versions = new BrokerVersions(answer)
  }
  async #authenticate(sasl: SaslClientMechanism, leftMs: () => number): Promise<void> {
    const { clock, host, port } = this.#options
    let isOpening = true
    const authentication = new ClientAuthentication(sasl, {
      clock,
      host,
      port,
      send: (api, draft) => this.#send(api, this.versionOf(api), draft, isOpening ? { timeoutMs: leftMs() } : {}),
    })
    await authentication.run()
    isOpening = false
    this.#authentication = authentication
  }
  /** KIP-368: before a session ends, the client authenticates anew; what is asked for meanwhile waits. */
  async #authenticateAnew(authentication: ClientAuthentication): Promise<void> {
    try {
      await authentication.renew()
    } catch (error) {
      this.#finish(error as Error)
      throw error
    }
  }
  /** What the broker speaks. */
  get versions(): BrokerVersions {
    return this.#versions!
  }
  get isClosed(): boolean {
    return this.#isClosing || this.#end !== undefined
  }
  /** The version that a request takes: the highest that both sides speak. Throws UNSUPPORTED_VERSION. */
  versionOf(api: AnyApi, options: ClientRequestOptions = {}): number {
    return this.versions.highestOf(api, options)
  }

  /**
   * Sends a request in the highest common version, and resolves to the answer, whatever error codes that carries. A
   * field that the version lacks and that may not be dropped in silence fails it (WireError, UNSUPPORTED_VERSION).
   */
  request<A extends AnyApi>(
    api: A,
    draft: RequestDraftOf<A>,
    options: ClientRequestOptions & { readonly expectNoResponse: true },
  ): Promise<undefined>
  request<A extends AnyApi>(
    api: A,
    draft: RequestDraftOf<A>,
    options?: ClientRequestOptions,
  ): Promise<DecodedResponseOf<A>>
  async request(api: AnyApi, draft: object, options: ClientRequestOptions = {}): Promise<unknown> {
    const authentication = this.#authentication
    if (authentication?.mustBeRenewed === true) await this.#authenticateAnew(authentication)
    return await this.#send(api, options.version ?? this.versionOf(api, options), draft, options)
  }
  #send<A extends AnyApi>(
    api: A,
    version: number,
    draft: object,
    { timeoutMs = this.#options.requestTimeoutMs ?? requestTimeoutMsDefault, expectNoResponse }: ClientRequestOptions,
  ): Promise<DecodedResponseOf<A>> {
    return new Promise((resolve, reject) => {
      if (this.isClosed) throw this.#end?.reason ?? this.#error('CONNECTION_CLOSED')
      const correlationId = this.#nextCorrelationId
      const writer = this.#encode(api, version, correlationId, draft)
      this.#nextCorrelationId = (correlationId + 1) & 0x7fffffff
      if (!expectNoResponse) {
        const sentAtMs = this.#options.clock.monotonic()
        this.#pending.set(correlationId, { api, version, sentAtMs, timeoutMs, resolve, reject })
        this.#expire(sentAtMs + timeoutMs)
      }
      this.#socket.write(writer.chunks(), error => {
        writers.giveBack(writer)
        if (!expectNoResponse) return
        if (error === undefined) resolve(undefined as never)
        else reject(this.#error('CONNECTION_CLOSED', error))
      })
    })
  }
  #encode(api: AnyApi, version: number, correlationId: number, draft: object): Writer {
    const { clientId } = this.#options,
      writer = writers.take()
    const header = { requestApiKey: api.key, requestApiVersion: version, correlationId, clientId }
    try {
      writeFrame(
        writer,
        { codec: codec(requestHeader, requestHeaderVersion(api, version)), value: header },
        { codec: codec(api.request, version), value: draft },
      )
      return writer
    } catch (error) {
      writers.giveBack(writer)
      throw error
    }
  }

  #received(size: number): void {
    if (this.#end !== undefined) return
    try {
      this.#responses.received(size)
    } catch (error) {
      this.#finish(this.#error('MALFORMED_RESPONSE', error))
    }
  }
  /** What it throws means that the stream cannot be understood any more. */
  #answered(frame: Buffer): void {
    if (this.#end !== undefined) return
    const reader = this.#reader.reset(frame, 0, frame.length, decodedBytesMax),
      id = frame.length < 4 ? -1 : frame.readInt32BE(),
      pending = this.#pending.get(id)
    if (pending === undefined) throw new RangeError(`an answer with correlation id ${id}, which no request has`)
    const { api, version } = pending
    codec(responseHeader, responseHeaderVersion(api, version)).decode(reader)
    // KIP-511: the refusal of an ApiVersions version is written in version 0, whose error code comes first as in all.
    const isRefused = api === apiVersions && reader.remaining >= 2 && frame.readInt16BE(reader.offset) === refused
    const response = codec(api.response, isRefused ? 0 : version).decode(reader)
    this.#pending.delete(id)
    pending.resolve(response)
  }

  /** One timer serves all requests: it is set for the earliest that may expire, and looks again when it fires. */
  #expire(atMs: number): void {
    if (atMs >= this.#timerAtMs) return
    const { clock } = this.#options
    this.#timer?.cancel()
    this.#timerAtMs = atMs
    // What has arrived meanwhile is read first: an answer may lie there after a stall of the loop.
    this.#timer = clock.after(atMs - clock.monotonic(), () => clock.soon(() => this.#closeExpired()))
  }
  #closeExpired(): void {
    this.#timerAtMs = Infinity
    if (this.#end !== undefined) return
    const nowMs = this.#options.clock.monotonic()
    let nextMs = Infinity
    for (const [id, { api, version, sentAtMs, timeoutMs, reject }] of this.#pending) {
      if (sentAtMs + timeoutMs > nowMs) {
        nextMs = Math.min(nextMs, sentAtMs + timeoutMs)
        continue
      }
      this.#pending.delete(id)
      const error = this.#error('REQUEST_TIMED_OUT', new Error(`${api.name} version ${version}, ${timeoutMs} ms`))
      reject(error)
      return this.#finish(error)
    }
    if (nextMs < Infinity) this.#expire(nextMs)
  }

  /** Sends what was handed over, then closes. Requests that wait for an answer fail with CONNECTION_CLOSED. */
  async close(): Promise<void> {
    if (!this.isClosed) {
      this.#isClosing = true
      this.#socket.end()
      const timer = this.#options.clock.after(closeTimeoutMs, () => this.#finish(undefined))
      await this.closed
      timer.cancel()
    }
    await this.closed
  }
  #finish(reason: Error | undefined): void {
    if (this.#end !== undefined) return
    this.#end = { reason }
    this.#timer?.cancel()
    this.#socket.destroy()
    const pending = [...this.#pending.values()]
    this.#pending.clear()
    const isRefused = (reason as ConnectionError | undefined)?.code === 'TLS_FAILED'
    for (const { api, version, reject } of pending)
      reject(isRefused ? reason! : this.#error('CONNECTION_CLOSED', reason, `${api.name} version ${version}`))
    this.#resolveClosed(reason)
  }
  /** A client is told by an alert, after its part of the handshake, that its certificate is not taken. */
  #lossOf(error: Error | undefined): ConnectionError {
    return error instanceof TlsError
      ? tlsFailure(`${this.host}:${this.port}`, error)
      : this.#error('CONNECTION_CLOSED', error)
  }
  #error(code: ConnectionErrorCode, cause?: unknown, what?: string): ConnectionError {
    const found = [`${this.host}:${this.port}`, what, cause instanceof Error ? cause.message : undefined]
    return new ConnectionError(code, found.filter(part => part !== undefined).join(', '), cause)
  }
}

const tlsFailure = (broker: string, error: TlsError) =>
  new ConnectionError('TLS_FAILED', `${broker}, ${error.message} (${error.reason})`, error)
const refused = errorCode('UNSUPPORTED_VERSION')
