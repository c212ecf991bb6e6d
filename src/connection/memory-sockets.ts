// Sockets without a network: the same byte streams between two ends in one process. Nothing is delivered before the
// next turn of the loop, a receiver that pauses holds its peer's writes back, and a seed cuts the stream anywhere.

import type { Clock, Listener, Random, Receiver, Socket, Sockets } from '../base/index.ts'

export interface MemorySocketsOptions {
  readonly clock: Clock
  /** Delivers pieces of random sizes, as a network may. Absent: as much as the receiver's buffer takes. */
  readonly random?: Random
}

/** What still arrives when the end that wrote it is destroyed: about as much as a kernel has taken by then. */
const lastWordsSize = 64 * 1024
/** The first port given where 0 is asked for; only listeners of the same `memorySockets` share the numbers. */
const firstFreePort = 32_768

export function memorySockets({ clock, random }: MemorySocketsOptions): Sockets {
  const accepting = new Map<number, (socket: Socket) => void>()
  let free = firstFreePort,
    clients = 0
  return {
    async listen({ host, port }, accept) {
      if (port === 0) while (accepting.has((port = free++)));
      if (accepting.has(port)) throw failure('EADDRINUSE', `port ${port} of ${host} is in use`)
      accepting.set(port, accept)
      return { host, port, close: async () => void accepting.delete(port) } satisfies Listener
    },
    connect: ({ host, port }) =>
      new Promise((resolve, reject) =>
        clock.soon(() => {
          const accept = accepting.get(port)
          if (accept === undefined) return reject(failure('ECONNREFUSED', `nobody listens on ${host}:${port}`))
          const [ours, theirs] = memoryPair({ clock, ...(random ? { random } : {}) }, [
            `memory:${++clients}`,
            `${host}:${port}`,
          ])
          accept(theirs)
          resolve(ours)
        }),
      ),
  }
}

/** Two ends of one connection, and what they are called. */
export function memoryPair(
  options: MemorySocketsOptions,
  [first, second]: readonly [string, string] = ['memory:1', 'memory:2'],
): [MemorySocket, MemorySocket] {
  const ours = new MemorySocket(second, options),
    theirs = new MemorySocket(first, options)
  ours.peer = theirs
  theirs.peer = ours
  return [ours, theirs]
}

interface Write {
  readonly bytes: Uint8Array
  at: number
  readonly done: ((error?: Error) => void) | undefined
}

export class MemorySocket implements Socket {
  readonly remote: string
  peer: MemorySocket | undefined
  readonly #clock: Clock
  readonly #random: Random | undefined
  #receiver: Receiver | undefined
  #isPaused = false
  #isScheduled = false
  /** What this end wrote and the other has not received. */
  readonly #writes: Write[] = []
  #isEnding = false
  #over: { readonly error: Error | undefined } | undefined

  constructor(remote: string, { clock, random }: MemorySocketsOptions) {
    this.remote = remote
    this.#clock = clock
    this.#random = random
  }
  /** Bytes handed to `write` that the peer has not received. */
  get unsentBytes(): number {
    return this.#writes.reduce((sum, { bytes, at }) => sum + bytes.length - at, 0)
  }

  receive(receiver: Receiver): void {
    this.#receiver = receiver
    if (this.#over) this.#clock.soon(() => receiver.closed(this.#over?.error))
    else this.peer?.schedule()
  }
  pause(): void {
    this.#isPaused = true
  }
  resume(): void {
    this.#isPaused = false
    this.peer?.schedule()
  }
  write(buffers: readonly Uint8Array[], done?: (error?: Error) => void): void {
    if (this.#over || this.#isEnding) {
      const error = this.#over?.error ?? failure('EPIPE', `write to ${this.remote} after its end`)
      return this.#clock.soon(() => done?.(error))
    }
    const last = buffers.length - 1
    buffers.forEach((bytes, i) => this.#writes.push({ bytes, at: 0, done: i === last ? done : undefined }))
    if (last < 0 && done) this.#writes.push({ bytes: new Uint8Array(0), at: 0, done })
    this.schedule()
  }
  end(): void {
    this.#isEnding = true
    this.schedule()
  }
  destroy(): void {
    const peer = this.peer!
    if (this.#over) return
    const written = Buffer.concat(this.#writes.map(({ bytes, at }) => bytes.subarray(at))),
      lastWords = written.subarray(0, lastWordsSize)
    this.#finish(undefined)
    if (peer.unsentBytes > 0) return peer.#finish(reset(peer.remote))
    if (lastWords.length > 0) this.#writes.push({ bytes: lastWords, at: 0, done: undefined })
    this.#isEnding = true
    this.schedule()
  }
  /** Breaks the connection, as a cut cable does: both ends learn of it in the next turn. */
  fail(error: Error | undefined): void {
    this.#finish(error)
    this.peer!.#finish(error)
  }
  #finish(error: Error | undefined): void {
    if (this.#over) return
    this.#over = { error }
    const writes = this.#writes.splice(0),
      gone = error ?? reset(this.remote)
    this.#clock.soon(() => {
      for (const { bytes, at, done } of writes) done?.(at === bytes.length ? undefined : gone)
      this.#receiver?.closed(error)
    })
  }

  /** Delivers in the next turn what this end wrote. */
  schedule(): void {
    if (this.#isScheduled || (this.#writes.length === 0 && !this.#isEnding)) return
    this.#isScheduled = true
    this.#clock.soon(() => {
      this.#isScheduled = false
      this.#deliver()
    })
  }
  #deliver(): void {
    const peer = this.peer!
    for (let write = this.#writes[0]; write !== undefined; write = this.#writes[0]) {
      if (peer.#over) return this.#finish(reset(this.remote))
      if (write.at < write.bytes.length && !peer.#take(write)) return
      if (write !== this.#writes[0]) continue
      if (write.at < write.bytes.length) {
        if (this.#random?.chance(0.3)) return this.schedule()
        continue
      }
      this.#writes.shift()
      write.done?.()
    }
    if (this.#isEnding) this.fail(undefined)
  }
  /** Receives a piece of the peer's write; false where there is no wish to. */
  #take(write: Write): boolean {
    const receiver = this.#receiver
    if (receiver === undefined || this.#isPaused || this.#over) return false
    const buffer = receiver.buffer(),
      most = Math.min(buffer.length, write.bytes.length - write.at),
      size = this.#random ? 1 + this.#random.below(most) : most
    buffer.set(write.bytes.subarray(write.at, write.at + size))
    write.at += size
    receiver.received(size)
    return true
  }
}

const reset = (remote: string) => failure('ECONNRESET', `${remote} has closed the connection`)
const failure = (code: string, message: string): Error => Object.assign(new Error(message), { code })
