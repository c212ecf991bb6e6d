// Cuts what a connection receives into frames: a size of 4 bytes, then that many.
//
//   shared buffer ── whole frames ──────────────────────────────────► sink.frame, where they landed
//        └── the rest: a frame's head, or what must wait ──► held ──► sink.frame, once complete and the sink is ready
//                              large frames: the kernel fills `held` itself ┘
//
// A frame is borrowed by the sink until `frame` returns. Nothing is allocated for a size before it is checked, and
// nothing large before the budget has room: until then the connection is not read.

import { type ReceiveMemory, type Reservation, pooledSizeMin } from './receive-memory.ts'

export interface FrameSink {
  /** Whether a frame may be handed over now. Whoever turns it to true again calls `proceed`. */
  readonly isReady: boolean
  frame(buffer: Buffer, start: number, end: number): void
  /** A size that no frame has; `bytes` are the first that came, the size included. The sink is not ready any more. */
  refuseSize(size: number, bytes: Buffer): void
  pause(): void
  resume(): void
}

export interface FrameLimits {
  readonly requestSizeMax: number
  readonly waitingBytesMax: number
}

const prefixSize = 4
/** From here on, another read straight to where the frame lies is cheaper than a copy. */
const directSizeMin = 32 * 1024

export class FrameReader {
  readonly #sink: FrameSink
  readonly #memory: ReceiveMemory
  /** May be raised, as when a client has authenticated. */
  limits: FrameLimits
  /** Bytes received and not handed over lie in held[start, end). */
  #held: Buffer | undefined
  #start = 0
  #end = 0
  /** Size, prefix included, of the incomplete frame at `start`, for which `held` has the room; 0 while there is none. */
  #frameSize = 0
  #reservation: Reservation | undefined
  /** Whether the buffer last given is `held`, and not the shared one. */
  #isDirect = false
  #isPaused = false
  #isClosed = false

  constructor(sink: FrameSink, memory: ReceiveMemory, limits: FrameLimits) {
    this.#sink = sink
    this.#memory = memory
    this.limits = limits
  }
  /** Whether other connections may be waiting for memory that this one has. */
  get hasReservation(): boolean {
    return this.#reservation?.isGranted === true
  }
  get #isWaitingForMemory(): boolean {
    return this.#reservation?.isGranted === false
  }
  get #heldBytes(): number {
    return this.#end - this.#start
  }

  buffer(): Uint8Array {
    const frameEnd = this.#start + this.#frameSize
    this.#isDirect = frameEnd - this.#end >= directSizeMin
    return this.#isDirect ? this.#held!.subarray(this.#end, frameEnd) : this.#memory.readBuffer()
  }
  received(size: number): void {
    if (this.#isDirect) {
      this.#end += size
      if (this.#heldBytes === this.#frameSize) this.proceed()
      return
    }
    let at = 0
    for (let used = -1; used !== 0 && this.#held !== undefined; at += used) {
      used = this.#complete(at, size)
      this.proceed()
    }
    if (this.#held === undefined) at = this.#handOver(this.#memory.shared, at, size)
    if (at < size && !this.#isClosed) this.#keep(at, size)
  }

  /** Hands over what is held, as far as the sink takes it. */
  proceed(): void {
    if (this.#held === undefined || this.#isWaitingForMemory) return
    if (this.#heldBytes < this.#frameSize || !this.#sink.isReady) return this.#throttle()
    this.#frameSize = 0
    const rest = this.#handOver(this.#held, this.#start, this.#end)
    // The socket may still ask for a buffer: what it is given must not go by where things lay.
    if (this.#isClosed) return
    this.#start = rest
    if (this.#heldBytes === 0) this.#letGo()
    else this.#expectFrame()
    this.#throttle()
  }
  /** Drops what is held. Nothing is handed over any more. */
  close(): void {
    this.#isClosed = true
    this.#letGo()
  }
  #letGo(): void {
    const held = this.#held,
      reservation = this.#reservation
    this.#held = this.#reservation = undefined
    this.#start = this.#end = this.#frameSize = 0
    if (held !== undefined) this.#memory.giveBack(held)
    if (reservation !== undefined) this.#memory.release(reservation)
  }

  /** Hands over the whole frames of a piece, and gives where the rest begins. */
  #handOver(buffer: Buffer, from: number, to: number): number {
    while (to - from >= prefixSize && this.#sink.isReady && !this.#isClosed) {
      const size = sizeAt(buffer, from)
      if (!this.#isSize(size)) {
        this.#sink.refuseSize(size, buffer.subarray(from, to))
        break
      }
      const end = from + prefixSize + size
      if (end > to) break
      this.#sink.frame(buffer, from + prefixSize, end)
      from = end
    }
    return from
  }
  #isSize(size: number): boolean {
    return size >= 0 && size <= this.limits.requestSizeMax
  }

  /** Adds to the held frame what it lacks, if that is known, and gives how much of the shared buffer that was. */
  #complete(from: number, to: number): number {
    const missing = (this.#frameSize > 0 ? this.#frameSize : prefixSize) - this.#heldBytes
    if (missing <= 0 || this.#isWaitingForMemory) return 0
    const size = Math.min(missing, to - from)
    this.#append(from, from + size)
    return size
  }
  /** Keeps a piece of the shared buffer for later. */
  #keep(from: number, to: number): void {
    this.#append(from, to)
    if (this.#frameSize === 0) this.#expectFrame()
    this.#throttle()
  }
  #append(from: number, to: number): void {
    const size = to - from
    if (this.#held === undefined || this.#end + size > this.#held.length) this.#move(this.#heldBytes + size)
    this.#memory.shared.copy(this.#held!, this.#end, from, to)
    this.#end += size
  }
  /** To a buffer of at least this size, or to the beginning of the present one. */
  #move(size: number): void {
    const before = this.#held
    const next = before !== undefined && before.length >= size ? before : this.#memory.take(size)
    before?.copy(next, 0, this.#start, this.#end)
    this.#end -= this.#start
    this.#start = 0
    this.#held = next
    if (before !== undefined && before !== next) this.#memory.giveBack(before)
  }

  /**
   * Makes room for the frame whose head is held, if its size can be told. While the sink is not ready, there must be
   * plenty: a request that is parked for long must not keep others from being received.
   */
  #expectFrame(): void {
    if (this.#heldBytes < prefixSize || this.#isWaitingForMemory) return
    const size = prefixSize + sizeAt(this.#held!, this.#start)
    if (!this.#isSize(size - prefixSize)) return
    if (size > (this.#reservation?.sizeBytes ?? pooledSizeMin)) {
      if (!this.#sink.isReady && !this.#memory.hasPlenty(size)) return
      if (this.#reservation !== undefined) this.#memory.release(this.#reservation)
      this.#reservation = this.#memory.reserve(size, () => this.#granted(size))
      if (!this.#reservation.isGranted) return
    }
    this.#roomFor(size)
  }
  #granted(size: number): void {
    this.#roomFor(size)
    this.proceed()
  }
  #roomFor(size: number): void {
    if (this.#start + size > this.#held!.length) this.#move(size)
    this.#frameSize = size
  }

  /** Not read is a connection that has enough waiting, or that waits for memory itself. */
  #throttle(): void {
    const enough = Math.max(this.limits.waitingBytesMax, this.#frameSize),
      isEnough = this.#isWaitingForMemory || (!this.#sink.isReady && this.#heldBytes >= enough)
    if (isEnough === this.#isPaused) return
    this.#isPaused = isEnough
    if (isEnough) this.#sink.pause()
    else this.#sink.resume()
  }
}

/** The size before a frame: 4 bytes, signed. */
function sizeAt(buffer: Buffer, at: number): number {
  return (buffer[at]! << 24) | (buffer[at + 1]! << 16) | (buffer[at + 2]! << 8) | buffer[at + 3]!
}
