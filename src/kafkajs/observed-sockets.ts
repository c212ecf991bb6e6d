// Sees requests go out and answers come in, for the network events: by the first bytes of each frame, whatever it carries.

import type { Clock, Receiver, Socket, Sockets } from '../base/index.ts'
import { apis } from '../protocol/index.ts'

export interface SeenRequest {
  readonly broker: string
  readonly apiKey: number
  readonly apiName: string
  readonly apiVersion: number
  readonly correlationId: number
  /** ms since 1970. */
  readonly sentAt: number
}
export interface NetworkObserver {
  /** Whether anybody wants to know: looked at for each request. */
  listens(): boolean
  answered(request: SeenRequest, durationMs: number, sizeBytes: number): void
  timedOut(request: SeenRequest): void
  /** How many requests of a connection wait for their answer. */
  waiting(broker: string, count: number): void
}

const requestHead = 12, // size, API key, API version, correlation id
  answerHead = 8 // size, correlation id

export function observedSockets(sockets: Sockets, clock: Clock, timeoutMs: number, observer: NetworkObserver): Sockets {
  return {
    listen: (options, accept) => sockets.listen(options, accept),
    connect: async options => {
      const socket = await sockets.connect(options)
      return observedSocket(socket, new Conversation(`${options.host}:${options.port}`, clock, timeoutMs, observer))
    },
  }
}

class Conversation {
  readonly #broker: string
  readonly #clock: Clock
  readonly #timeoutMs: number
  readonly #observer: NetworkObserver
  readonly #waiting = new Map<number, { readonly request: SeenRequest; readonly at: number }>()

  constructor(broker: string, clock: Clock, timeoutMs: number, observer: NetworkObserver) {
    this.#broker = broker
    this.#clock = clock
    this.#timeoutMs = timeoutMs
    this.#observer = observer
  }
  sent(head: Buffer): void {
    if (!this.#observer.listens()) return
    const apiKey = head.readInt16BE(4)
    const request = {
      broker: this.#broker,
      apiKey,
      apiName: apis.get(apiKey)?.name ?? String(apiKey),
      apiVersion: head.readInt16BE(6),
      correlationId: head.readInt32BE(8),
      sentAt: this.#clock.now(),
    }
    this.#waiting.set(request.correlationId, { request, at: this.#clock.monotonic() })
    this.#observer.waiting(this.#broker, this.#waiting.size)
    this.#clock.after(this.#timeoutMs, () => {
      if (this.#waiting.delete(request.correlationId)) this.#observer.timedOut(request)
    })
  }
  answered(head: Buffer): void {
    const correlationId = head.readInt32BE(4)
    const waiting = this.#waiting.get(correlationId)
    if (waiting === undefined) return
    this.#waiting.delete(correlationId)
    this.#observer.answered(waiting.request, this.#clock.monotonic() - waiting.at, head.readInt32BE(0))
    this.#observer.waiting(this.#broker, this.#waiting.size)
  }
  closed(): void {
    this.#waiting.clear()
  }
}

/** Finds where frames begin in a stream of bytes, and hands over the first of each. */
class Frames {
  readonly #head: Buffer
  readonly #found: (head: Buffer) => void
  #have = 0
  #skip = 0

  constructor(headSize: number, found: (head: Buffer) => void) {
    this.#head = Buffer.alloc(headSize)
    this.#found = found
  }
  pass(bytes: Uint8Array, size = bytes.length): void {
    for (let at = 0; at < size;) {
      if (this.#skip > 0) {
        const passed = Math.min(this.#skip, size - at)
        this.#skip -= passed
        at += passed
        continue
      }
      const taken = Math.min(this.#head.length - this.#have, size - at)
      this.#head.set(bytes.subarray(at, at + taken), this.#have)
      this.#have += taken
      at += taken
      if (this.#have < this.#head.length) return
      this.#have = 0
      this.#skip = Math.max(0, this.#head.readInt32BE(0) + 4 - this.#head.length)
      this.#found(this.#head)
    }
  }
}

function observedSocket(socket: Socket, conversation: Conversation): Socket {
  const requests = new Frames(requestHead, head => conversation.sent(head))
  const answers = new Frames(answerHead, head => conversation.answered(head))
  return {
    remote: socket.remote,
    get peerCertificate() {
      return socket.peerCertificate
    },
    receive(receiver: Receiver) {
      let borrowed: Uint8Array
      socket.receive({
        buffer: () => (borrowed = receiver.buffer()),
        received(size) {
          answers.pass(borrowed, size)
          receiver.received(size)
        },
        closed(error) {
          conversation.closed()
          receiver.closed(error)
        },
      })
    },
    write(buffers, done) {
      for (const buffer of buffers) requests.pass(buffer)
      socket.write(buffers, done)
    },
    pause: () => socket.pause(),
    resume: () => socket.resume(),
    end: () => socket.end(),
    destroy: () => socket.destroy(),
  }
}
