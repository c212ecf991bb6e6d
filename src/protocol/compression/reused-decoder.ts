// gzip and zstd decoded again and again by one decoder into one buffer. Node's one-shot functions make a decoder, its window
// (megabytes, for zstd as some clients write it) and an output buffer for each batch; the collections of that garbage cost
// a broker more than the decoding.
//
// It leans on internals of Node's streams (`_handle`), as nothing else there decodes in place. Where they are not as
// expected, or the bytes are not plain to read, it gives nothing, and the one-shot functions have the word.

import { constants, createGunzip, createZstdDecompress } from 'node:zlib'

/** The part of a stream's native side that decodes: from `bytes` to `output`; what is left of both is in the state. */
interface Handle {
  onerror: () => void
  reset(): void
  writeSync(
    flush: number,
    bytes: Buffer,
    at: number,
    length: number,
    output: Buffer,
    outputAt: number,
    outputLength: number,
  ): void
}
interface Internals {
  readonly _handle?: Handle | null
  /** How much room of the output, and how many bytes of the input, are left. */
  readonly _writeState?: Uint32Array
}

/** Shared by all decoders: what one gave is overwritten by the next. */
let output = Buffer.alloc(0)
const outputSizeMin = 512 * 1024
/** What gives more is rare, and left to the one-shot functions. */
const outputSizeMax = 4 * 2 ** 20

export class ReusedDecoder {
  readonly #create: () => object
  readonly #flush: number
  #handle: Handle | undefined
  #state: Uint32Array | undefined
  #hasFailed = false
  #isUsable = true
  constructor(create: () => object, flush: number) {
    this.#create = create
    this.#flush = flush
  }
  /** A view that is good until the next call of any decoder. Undefined: it is for the one-shot functions. */
  decode(bytes: Buffer, sizeMax: number): Buffer | undefined {
    if (!this.#begin()) return undefined
    for (;;) {
      this.#handle!.reset()
      this.#handle!.writeSync(this.#flush, bytes, 0, bytes.length, output, 0, output.length)
      if (this.#hasFailed) {
        // A decoder that has failed goes on failing.
        this.#handle = undefined
        return undefined
      }
      const [room, left] = this.#state as unknown as [number, number]
      if (room > 0)
        return left === 0 && output.length - room <= sizeMax ? output.subarray(0, output.length - room) : undefined
      if (output.length >= outputSizeMax) return undefined
      output = Buffer.allocUnsafeSlow(output.length * 2)
    }
  }
  #begin(): boolean {
    if (output.length === 0) output = Buffer.allocUnsafeSlow(outputSizeMin)
    this.#hasFailed = false
    if (this.#handle !== undefined || !this.#isUsable) return this.#isUsable
    const { _handle: handle, _writeState: state } = this.#create() as Internals
    this.#isUsable =
      typeof handle?.writeSync === 'function' && typeof handle.reset === 'function' && state instanceof Uint32Array
    if (!this.#isUsable) return false
    handle!.onerror = () => (this.#hasFailed = true)
    this.#handle = handle!
    this.#state = state!
    return true
  }
}

export const reusedGunzip = new ReusedDecoder(createGunzip, constants.Z_FINISH)
export const reusedUnzstd = new ReusedDecoder(createZstdDecompress, constants.ZSTD_e_end)
