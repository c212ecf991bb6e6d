// One client's connection, as a broker has it: requests in, answers out, one request in progress at a time.
//
//   frame ──► decode ──► handle ──► encode ──► write ──► taken by the kernel ──► next frame
//
// Answers that come at once collect in one Writer, and go out in one write when what was received is handled: small
// pipelined requests cost one system call. Whatever is larger goes out by itself, so a peer that does not read costs
// one response. When the peer has gone, requests that it sent before are still handled, as Kafka does: a producer
// with acks=0 may close right after its last request.

import type { Receiver, Socket, Timer } from '../base/index.ts'
import { type Reader, WireError, type Writer } from '../protocol/index.ts'
import { type CloseReason, reasonOfSize } from './close-reasons.ts'
import { anonymous, Connection } from './connection.ts'
import { FrameReader, type FrameSink } from './frame-reader.ts'
import type { ListenerMetrics } from './network-metrics.ts'
import { RequestStopwatch } from './request-times.ts'
import { bareTokenRoute, type Route, writeFrame } from './routes.ts'
import type { ServerContext } from './server-context.ts'
import {
  afterWrite,
  type Answer,
  closeConnection,
  lastAnswer,
  noResponse,
  type Released,
  type ServerRequest,
} from './service.ts'

export class ServerConnection implements Receiver, FrameSink {
  readonly connection: Connection
  readonly metrics: ListenerMetrics
  /** Set by whatever is received; cleared, with a note of the time, by the sweep that looks for idle connections. */
  isActive = true
  activeAtMs: number
  readonly acceptedAtMs: number
  readonly refusal: string | undefined
  readonly heldMs: number

  readonly #socket: Socket
  readonly #context: ServerContext
  readonly #frames: FrameReader
  readonly #stopwatch: RequestStopwatch | undefined
  /** Draining: the peer has gone, what it sent is still handled, answers are dropped. */
  #state: 'open' | 'draining' | 'closed' = 'open'
  #isFinishing = false
  #hasEnded = false
  /** Whether the limits of those hold who have shown who they are. */
  #isTrusted: boolean
  /** The request whose answer is a promise. */
  #inProgress: ServerRequest | undefined
  /** While it runs, nothing more of the client is handled. */
  #quiet: Timer | undefined
  #route: Route | undefined
  /** Answers that were not handed over yet, and those that the kernel is taking. */
  #collecting: Writer | undefined
  #writing: Writer | undefined
  #releases: (() => void)[] = []
  #releasesOfWriting: (() => void)[] = []

  constructor(
    socket: Socket,
    { id, listener, context }: { readonly id: number; readonly listener: string; readonly context: ServerContext },
  ) {
    const { service, limits } = context
    const { clock, logger, times } = service
    const { remote, peerCertificate: certificate } = socket
    const admission = service.admit?.({ listener, remote, certificate }) ?? { principal: anonymous }
    this.connection = new Connection({ id, listener, remote, clock, logger, admission })
    this.metrics = context.metricsOf(listener)
    this.#stopwatch = times && new RequestStopwatch(clock, times)
    this.activeAtMs = this.acceptedAtMs = clock.monotonic()
    this.#socket = socket
    this.#context = context
    this.refusal = admission.refusal
    this.heldMs = admission.heldMs ?? 0
    this.#isTrusted = admission.authentication === undefined
    const first = this.#isTrusted ? limits : { ...limits, requestSizeMax: limits.unauthenticatedSizeMax }
    this.#frames = new FrameReader(this, context.memory, first)
  }
  start(): void {
    if (this.#state === 'open') this.#socket.receive(this)
  }
  /** While a request is being handled, silence is not idleness. */
  get hasRequestInProgress(): boolean {
    return this.#inProgress !== undefined
  }
  /** Whether the client may do nothing but show who it is. */
  get isUnauthenticated(): boolean {
    return !this.#isTrusted
  }
  get hasReservedMemory(): boolean {
    return this.#frames.hasReservation
  }

  // As a Receiver: called by the socket

  buffer(): Uint8Array {
    return this.#frames.buffer()
  }
  received(size: number): void {
    if (this.#state !== 'open') return
    this.isActive = true
    this.metrics.receivedBytes.add(size)
    this.#stopwatch?.received()
    this.#frames.received(size)
    this.#flush()
  }
  closed(): void {
    if (this.#state !== 'open') return
    this.#state = 'draining'
    this.#endQuiet()
    this.#dropCollected()
    this.connection.markClosed()
    this.#context.gone(this)
    this.#drain()
  }

  // As a FrameSink: called by the frame reader

  get isReady(): boolean {
    if (this.#inProgress !== undefined || this.#quiet !== undefined || this.#isFinishing) return false
    return this.#state === 'draining' || (this.#state === 'open' && this.#writing === undefined)
  }
  pause(): void {
    this.#socket.pause()
  }
  resume(): void {
    this.#socket.resume()
  }
  refuseSize(size: number, bytes: Buffer): void {
    this.close(reasonOfSize(size, bytes), `size ${size}, first bytes ${bytes.toString('hex', 0, 16)}`)
  }
  frame(buffer: Buffer, start: number, end: number): void {
    const { limits, service } = this.#context
    this.metrics.requests.add()
    const request =
      this.connection.authentication?.expectsBareToken === true
        ? this.#bareToken(buffer.subarray(start, end))
        : this.#decode(this.#context.readerOf(buffer).reset(buffer, start, end, limits.decodedBytesMax))
    if (request !== undefined) this.#handle(request, end - start)
    if (service.poisonsFrames) buffer.fill(0xdb, start, end)
  }

  // Requests

  #bareToken(authBytes: Buffer): ServerRequest {
    this.#route = bareTokenRoute
    const { api, apiVersion } = bareTokenRoute
    const header = { clientId: null, correlationId: 0 }
    return { api, apiVersion, header, body: { authBytes }, connection: this.connection }
  }
  /** Undefined where the request was answered, or the connection closed, for what its header says. */
  #decode(reader: Reader): ServerRequest | undefined {
    const { offset } = reader
    let what = 'request header'
    try {
      const apiKey = reader.int16(),
        version = reader.int16(),
        route = this.#context.routes.find(apiKey, version)
      reader.offset = offset
      const refusal = this.connection.authentication?.refusalOf(apiKey)
      if (refusal !== undefined) return this.close(refusal, `API key ${apiKey}`)
      what = `API key ${apiKey}, version ${version}`
      if (route === 'API_VERSIONS_NOT_SERVED') return this.#refuseApiVersions(reader, version)
      if (typeof route === 'string') return this.close(route, what)
      this.#route = route
      const { api, apiVersion } = route
      what = `${api.name} version ${apiVersion}`
      const header = route.requestHeader.decode(reader)
      // Bytes after the body are ignored, as by Kafka.
      return { api, apiVersion, header, body: route.request.decode(reader), connection: this.connection }
    } catch (error) {
      if (error instanceof WireError) this.close('MALFORMED_REQUEST', `${what}: ${error.code}, ${error.message}`)
      else this.#failed(what, error)
      return undefined
    }
  }
  #refuseApiVersions(reader: Reader, version: number): undefined {
    const { route, answer } = this.#context.routes.apiVersionsRefusal(version)
    this.#route = route
    const header = route.requestHeader.decode(reader)
    const { api, apiVersion } = route
    this.#respond({ api, apiVersion, header, body: {}, connection: this.connection }, answer)
  }

  #handle(request: ServerRequest, sizeBytes: number): void {
    const { service } = this.#context
    let answer
    try {
      service.observer?.received(request)
      this.#stopwatch?.started(request, sizeBytes)
      answer = service.handle(request)
    } catch (error) {
      return this.#failed(nameOf(request), error)
    }
    if (!isPromise(answer)) return this.#respond(request, answer)
    this.#stopwatch?.parked()
    this.#inProgress = request
    answer.then(this.#answered, this.#rejected)
  }
  readonly #answered = (answer: Answer): void => {
    const request = this.#inProgress!
    this.#inProgress = undefined
    this.#respond(request, answer)
    this.#next()
  }
  readonly #rejected = (error: unknown): void => {
    const request = this.#inProgress!
    this.#inProgress = undefined
    this.#failed(nameOf(request), error)
    this.#next()
  }
  /** After an answer that was waited for: by the client, or by the kernel. */
  #next(): void {
    if (this.#state === 'draining') return this.#drain()
    this.#flush()
    if (this.#isFinishing) return this.finish()
    if (!this.isReady) return
    this.#frames.proceed()
    this.#flush()
  }
  /** Handles the requests that the peer had sent before it went. */
  #drain(): void {
    this.#frames.proceed()
    if (this.#inProgress !== undefined) return
    this.#state = 'closed'
    this.#frames.close()
  }

  // Answers

  #respond(request: ServerRequest, answer: Answer): void {
    if (answer === closeConnection) return this.close('UNANSWERABLE_ERROR', nameOf(request))
    if (!this.#isTrusted && this.connection.authentication!.isComplete) this.#trust()
    try {
      this.#context.service.observer?.answered(request, answer)
      const isSent = answer !== noResponse && this.#state === 'open'
      this.#stopwatch?.answered(answer, { throttleMs: this.connection.quietMs, isSent })
      if (answer !== noResponse) this.#encode(request, answer)
    } catch (error) {
      return this.#failed(nameOf(request), error)
    }
    if (this.connection.quietMs > 0) this.#beQuiet()
    if (this.#collecting !== undefined && this.#collecting.sizeBytes >= this.#context.limits.unsentBytesMax)
      this.#flush()
  }
  #beQuiet(): void {
    const { quietMs } = this.connection
    this.connection.quietMs = 0
    if (this.#state !== 'open') return
    this.#quiet = this.#context.service.clock.after(quietMs, () => {
      this.#quiet = undefined
      // What it has sent meanwhile counts as sent now: nobody was to hear it.
      this.#stopwatch?.received()
      this.#next()
    })
  }
  #endQuiet(): void {
    this.#quiet?.cancel()
    this.#quiet = undefined
  }
  #trust(): void {
    this.#isTrusted = true
    this.#frames.limits = this.#context.limits
  }
  #encode({ header }: ServerRequest, answer: object & Released): void {
    const release = answer[afterWrite]
    if (answer[lastAnswer] === true) this.#isFinishing = true
    if (this.#state !== 'open') return release?.()
    if (release !== undefined) this.#releases.push(release)
    const { responseHeader, response } = this.#route!
    this.#collecting ??= this.#context.writers.take()
    // A token alone: its size goes first, as that of a frame does.
    if (this.#route === bareTokenRoute) return this.#collecting.bytes((answer as { authBytes: Uint8Array }).authBytes)
    writeFrame(this.#collecting, { codec: responseHeader, value: header }, { codec: response, value: answer })
  }
  /** Hands over what has collected: one write, in flight until the kernel has taken it. */
  #flush(): void {
    const writer = this.#collecting
    if (writer === undefined || this.#writing !== undefined || this.#state !== 'open') return
    this.#collecting = undefined
    if (writer.sizeBytes === 0) return this.#context.writers.giveBack(writer)
    this.#writing = writer
    ;[this.#releases, this.#releasesOfWriting] = [this.#releasesOfWriting, this.#releases]
    this.metrics.sentBytes.add(writer.sizeBytes)
    this.#stopwatch?.writes()
    const chunks = writer.chunks()
    if (chunks.length > 1 || this.#socket.writeAtOnce === undefined) return this.#socket.write(chunks, this.#written)
    if (!this.#socket.writeAtOnce(chunks[0]!, this.#written)) return
    this.#taken()
    if (this.#isFinishing) this.finish()
  }
  readonly #written = (): void => {
    this.#taken()
    if (this.#state === 'open') this.#next()
  }
  #taken(): void {
    this.#context.writers.giveBack(this.#writing!)
    this.#writing = undefined
    this.#stopwatch?.written()
    this.#context.release(this.#releasesOfWriting)
  }
  #dropCollected(): void {
    if (this.#collecting !== undefined) this.#context.writers.giveBack(this.#collecting)
    this.#collecting = undefined
    this.#context.release(this.#releases)
  }

  // The end

  #failed(what: string, error: unknown): void {
    this.#context.closing(this.connection, 'HANDLER_FAILED', what, error)
    this.destroy()
  }
  /** Says why, counts it, and closes at once. */
  close(reason: CloseReason, found: string): undefined {
    if (this.#state === 'closed') return
    this.#context.closing(this.connection, reason, found)
    this.destroy()
  }
  /** Closes at once. Answers to earlier requests go out as far as the kernel takes them. */
  destroy(): void {
    const wasOpen = this.#state === 'open'
    this.#flush()
    this.#state = 'closed'
    this.#endQuiet()
    this.#frames.close()
    this.#dropCollected()
    this.#socket.destroy()
    this.connection.markClosed()
    if (wasOpen) this.#context.gone(this)
  }
  /** Closes once the answer in progress is with the kernel. Requests that wait behind it are not handled. */
  finish(): void {
    this.#isFinishing = true
    if (this.#hasEnded || this.#state !== 'open' || this.#inProgress !== undefined || this.#writing !== undefined)
      return
    this.#hasEnded = true
    this.#socket.end()
  }
}

function isPromise(answer: Answer | Promise<Answer>): answer is Promise<Answer> {
  return typeof answer === 'object' && answer !== null && typeof (answer as { then?: unknown }).then === 'function'
}
const nameOf = ({ api, apiVersion, header }: ServerRequest) =>
  `${api.name} version ${apiVersion}, client id ${header.clientId}, correlation id ${header.correlationId}`
