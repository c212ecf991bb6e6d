// The memory into which all connections of a listener receive: one buffer that they share for what is handled at once,
// pooled ones for what must stay (the head of a frame, requests in waiting), and a budget for the large among them.

import { BufferPool } from '../base/index.ts'

/** Most requests arrive whole in one read of it. Larger: large batches are handled where they landed. */
const sharedSize = 256 * 1024
/** A read while memory is short: what is in hand of a connection that waits stays small. */
const scarceReadSize = 16 * 1024
/** The smallest pooled buffer. A frame up to its size is outside of the budget: 10,000 such are 40 MiB. */
export const pooledSizeMin = 4 * 1024
/** Larger ones are rare, and freed at once. */
const pooledSizeMax = 4 * 2 ** 20
/** Free buffers kept for the next frame. */
const idleBytesMax = 16 * 2 ** 20

export class ReceiveMemory {
  readonly shared: Buffer = Buffer.allocUnsafeSlow(sharedSize)
  readonly #scarce = this.shared.subarray(0, scarceReadSize)
  readonly #budgetBytes: number
  readonly #pool = new BufferPool({ sizeMin: pooledSizeMin, sizeMax: pooledSizeMax, idleBytesMax })
  #reservedBytes = 0
  readonly #waiting: Reservation[] = []

  constructor(budgetBytes: number) {
    this.#budgetBytes = budgetBytes
  }
  get reservedBytes(): number {
    return this.#reservedBytes
  }
  get waitingCount(): number {
    return this.#waiting.length
  }
  /** Where a connection without a large frame receives. */
  readBuffer(): Buffer {
    return this.#waiting.length === 0 ? this.shared : this.#scarce
  }

  /** At least `size` bytes, content undefined. Not counted: who takes a large one has reserved it. */
  take(size: number): Buffer {
    return this.#pool.take(size)
  }
  giveBack(buffer: Buffer): void {
    this.#pool.give(buffer)
  }
  get idleBytes(): number {
    return this.#pool.idleBytes
  }
  /** Frees what was not needed since the last call. */
  rest(): void {
    this.#pool.rest()
  }

  /**
   * Asks for room in the budget, first come first served: `granted` is called where it had to be waited for. One who
   * waits holds no room, so all who hold some can finish. A frame larger than the whole budget is let in alone.
   */
  reserve(sizeBytes: number, granted: () => void): Reservation {
    const reservation: Reservation = { sizeBytes, granted, isGranted: false }
    if (this.#waiting.length === 0 && this.#hasRoom(sizeBytes)) this.#grant(reservation)
    else this.#waiting.push(reservation)
    return reservation
  }
  release(reservation: Reservation): void {
    if (reservation.isGranted) this.#reservedBytes -= reservation.sizeBytes
    else this.#waiting.splice(this.#waiting.indexOf(reservation), 1)
    for (let next = this.#waiting[0]; next && this.#hasRoom(next.sizeBytes); next = this.#waiting[0]) {
      this.#waiting.shift()
      this.#grant(next)
      next.granted()
    }
  }
  /** Whether a frame may be received before its turn: half of the budget is for those whose turn it is. */
  hasPlenty(sizeBytes: number): boolean {
    return this.#waiting.length === 0 && this.#reservedBytes + sizeBytes <= this.#budgetBytes / 2
  }
  #hasRoom(sizeBytes: number): boolean {
    return this.#reservedBytes === 0 || this.#reservedBytes + sizeBytes <= this.#budgetBytes
  }
  #grant(reservation: Reservation): void {
    reservation.isGranted = true
    this.#reservedBytes += reservation.sizeBytes
  }
}

export interface Reservation {
  readonly sizeBytes: number
  readonly granted: () => void
  isGranted: boolean
}
