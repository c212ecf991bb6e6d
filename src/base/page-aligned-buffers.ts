// Buffers that begin at a multiple of 4096 in memory, as reads past the kernel's cache demand (Files.readUncached). The one
// memory of which JavaScript knows that it does is WebAssembly's.

/** Of pages in the kernel and blocks on devices. */
export const pageSize = 4096
const wasmPageSize = 64 * 1024
/** What is needed of it: the types of Node do not know it. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: { Memory: new (pages: { initial: number; maximum: number }) => { readonly buffer: ArrayBuffer } }
}

export class PageAlignedBuffers {
  readonly #bufferSize: number
  readonly #count: number
  #free: Buffer[] | undefined
  #isResting = false
  /** `bufferSize` is a multiple of 4096. Nothing is allocated before the first is taken. */
  constructor({ bufferSize, count }: { readonly bufferSize: number; readonly count: number }) {
    this.#bufferSize = bufferSize
    this.#count = count
  }
  get bufferSize(): number {
    return this.#bufferSize
  }
  /** Undefined: all are in use. */
  take(): Buffer | undefined {
    this.#isResting = false
    this.#free ??= this.#allocate()
    return this.#free.pop()
  }
  give(buffer: Buffer): void {
    this.#free!.push(buffer)
  }
  /** Leaves them to the garbage collector, if all are here and none was taken since the last call. */
  rest(): void {
    if (this.#isResting && this.#free?.length === this.#count) this.#free = undefined
    this.#isResting = true
  }
  #allocate(): Buffer[] {
    const pages = Math.ceil((this.#bufferSize * this.#count) / wasmPageSize)
    const { buffer } = new WebAssembly.Memory({ initial: pages, maximum: pages })
    return Array.from({ length: this.#count }, (_, i) => Buffer.from(buffer, i * this.#bufferSize, this.#bufferSize))
  }
}
