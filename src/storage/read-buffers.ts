// Buffers for reads from files, in sizes that are powers of two, used again: fresh memory costs a page fault a page.

const sizeMin = 64 * 1024
/** Larger reads are rare: they are for batches above the usual fetch size. */
const pooledSizeMax = 4 * 2 ** 20
/** What lies idle in the pool at most. */
const idleBytesMax = 32 * 2 ** 20

export class ReadBuffers {
  readonly #idle = new Map<number, Buffer[]>()
  #idleBytes = 0
  take(size: number): Buffer {
    if (size > pooledSizeMax) return Buffer.allocUnsafeSlow(size)
    const rounded = Math.max(sizeMin, 2 ** Math.ceil(Math.log2(size)))
    const found = this.#idle.get(rounded)?.pop()
    if (found === undefined) return Buffer.allocUnsafeSlow(rounded)
    this.#idleBytes -= rounded
    return found
  }
  give(buffer: Buffer): void {
    if (buffer.length > pooledSizeMax || this.#idleBytes + buffer.length > idleBytesMax) return
    this.#idleBytes += buffer.length
    const idle = this.#idle.get(buffer.length)
    if (idle === undefined) this.#idle.set(buffer.length, [buffer])
    else idle.push(buffer)
  }
}
