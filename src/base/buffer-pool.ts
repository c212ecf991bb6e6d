// Buffers that are used again, in sizes that are powers of two: fresh memory costs a page fault each 4 KiB. What is not needed
// for a while goes back to the system, by hand: much memory outside of the heap brings about full collections, and where
// nothing happens none comes.

import { unmap } from './own-mapping.ts'

export interface BufferPoolOptions {
  /** Powers of two. Larger ones than `sizeMax` are made as asked for, and freed when they are given back. */
  readonly sizeMin: number
  readonly sizeMax: number
  /** So much is kept for the next who asks. */
  readonly idleBytesMax: number
}

interface Shelf {
  readonly idle: Buffer[]
  /** So many lay idle all the time since the last `rest`. */
  unused: number
}

export class BufferPool {
  readonly #options: BufferPoolOptions
  /** By size: a step more for each doubling. */
  readonly #shelves: Shelf[]
  #idleBytes = 0
  constructor(options: BufferPoolOptions) {
    this.#options = options
    this.#shelves = Array.from({ length: this.#stepOf(options.sizeMax) + 1 }, () => ({ idle: [], unused: 0 }))
  }
  get idleBytes(): number {
    return this.#idleBytes
  }
  /** At least `size` bytes, content undefined. */
  take(size: number): Buffer {
    const { sizeMin, sizeMax } = this.#options
    if (size > sizeMax) return Buffer.allocUnsafeSlow(size)
    const step = this.#stepOf(size),
      shelf = this.#shelves[step]!,
      buffer = shelf.idle.pop()
    if (buffer === undefined) return Buffer.allocUnsafeSlow(sizeMin << step)
    shelf.unused = Math.min(shelf.unused, shelf.idle.length)
    this.#idleBytes -= buffer.length
    return buffer
  }
  /** One that was taken, and that nobody looks at any more. */
  give(buffer: Buffer): void {
    const { length } = buffer,
      { sizeMax, idleBytesMax } = this.#options
    if (length > sizeMax || this.#idleBytes + length > idleBytesMax) return unmap(buffer.buffer)
    this.#idleBytes += length
    this.#shelves[this.#stepOf(length)]!.idle.push(buffer)
  }
  /** Frees what was not needed since the last call. */
  rest(): void {
    for (const shelf of this.#shelves) {
      for (const buffer of shelf.idle.splice(0, shelf.unused)) {
        this.#idleBytes -= buffer.length
        unmap(buffer.buffer)
      }
      shelf.unused = shelf.idle.length
    }
  }
  #stepOf(size: number): number {
    const { sizeMin } = this.#options
    return size <= sizeMin ? 0 : 32 - Math.clz32((size - 1) >>> Math.log2(sizeMin))
  }
}
