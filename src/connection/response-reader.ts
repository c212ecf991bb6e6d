// Cuts what a client receives into response frames. Each gets a buffer of its own, which whoever decodes it may keep:
// the records of a fetch are never copied. All connections share the buffer that the beginnings land in.

const prefixSize = 4
/** Java's clients know no limit; this one is twice the largest fetch.max.bytes in sense. */
const responseSizeMax = 2 ** 30
/** From here on, another read straight to where the frame lies is cheaper than a copy. */
const directSizeMin = 16 * 1024
const shared = Buffer.allocUnsafeSlow(64 * 1024)

export class ResponseReader {
  readonly #frame: (frame: Buffer) => void
  readonly #prefix = Buffer.alloc(prefixSize)
  #prefixBytes = 0
  #current: Buffer | undefined
  #filled = 0
  #isDirect = false

  /** `frame` takes a frame without its size. It may throw, which ends the reading. */
  constructor(frame: (frame: Buffer) => void) {
    this.#frame = frame
  }
  buffer(): Uint8Array {
    const missing = this.#current === undefined ? 0 : this.#current.length - this.#filled
    this.#isDirect = missing >= directSizeMin
    return this.#isDirect ? this.#current!.subarray(this.#filled) : shared
  }
  received(size: number): void {
    if (this.#isDirect) {
      this.#filled += size
      this.#handOver()
      return
    }
    for (let at = 0; at < size;) at += this.#current === undefined ? this.#begin(at, size) : this.#fill(at, size)
  }
  #begin(from: number, to: number): number {
    const size = Math.min(prefixSize - this.#prefixBytes, to - from)
    shared.copy(this.#prefix, this.#prefixBytes, from, from + size)
    this.#prefixBytes += size
    if (this.#prefixBytes < prefixSize) return size
    this.#prefixBytes = 0
    const frameSize = this.#prefix.readInt32BE()
    if (frameSize < 0 || frameSize > responseSizeMax) throw new RangeError(`a response of ${frameSize} bytes`)
    this.#current = frameSize < directSizeMin ? Buffer.allocUnsafe(frameSize) : Buffer.allocUnsafeSlow(frameSize)
    this.#filled = 0
    this.#handOver()
    return size
  }
  #fill(from: number, to: number): number {
    const size = Math.min(this.#current!.length - this.#filled, to - from)
    shared.copy(this.#current!, this.#filled, from, from + size)
    this.#filled += size
    this.#handOver()
    return size
  }
  #handOver(): void {
    const frame = this.#current!
    if (this.#filled < frame.length) return
    this.#current = undefined
    this.#frame(frame)
  }
}
