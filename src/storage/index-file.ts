// What the offset index and the time index share: a file of entries of one size, held in memory once it is used, written
// behind, and open only while it is read or written. What is not yet in the file is rebuilt from the log after a crash, so nothing here has to be written in time.

import type { File, Files } from '../base/index.ts'

export abstract class IndexFile {
  readonly path: string
  readonly baseOffset: number
  protected abstract readonly entrySize: number
  readonly #files: Files
  #bytes: Buffer | undefined
  #count = 0
  /** Entries that the file holds. */
  #written = 0
  #wasUsed = false

  constructor({ files, path, baseOffset }: { files: Files; path: string; baseOffset: number }) {
    this.#files = files
    this.path = path
    this.baseOffset = baseOffset
  }
  /** What is wrong with the entries, which were just loaded. */
  protected abstract fault(): string | undefined

  get count(): number {
    this.load()
    return this.#count
  }
  get sizeBytes(): number {
    return this.count * this.entrySize
  }
  protected get bytes(): Buffer {
    return this.load()
  }
  load(): Buffer {
    this.#wasUsed = true
    if (this.#bytes !== undefined) return this.#bytes
    this.#count = this.#written = 0
    if (!this.#files.exists(this.path)) return (this.#bytes = Buffer.alloc(0))
    const file = this.#files.open(this.path, 'r')
    try {
      this.#count = this.#written = Math.floor(file.size() / this.entrySize)
      const bytes = Buffer.allocUnsafeSlow(this.#count * this.entrySize)
      file.read(bytes, 0, bytes.length, 0)
      return (this.#bytes = bytes)
    } finally {
      file.close()
    }
  }
  /** Undefined where the file is as an index should be. A missing one is a fault. */
  check(): string | undefined {
    if (!this.#files.exists(this.path)) return `${this.path} is missing`
    if (this.#files.stat(this.path).sizeBytes % this.entrySize !== 0) return `${this.path} ends within an entry`
    const fault = this.fault()
    return fault === undefined ? undefined : `${this.path}: ${fault}`
  }
  /** Where the next entry is to be written. */
  protected extend(): { readonly bytes: Buffer; readonly at: number } {
    let bytes = this.load()
    const at = this.#count * this.entrySize
    if (at + this.entrySize > bytes.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(entriesMin * this.entrySize, bytes.length * 2))
      bytes.copy(larger, 0, 0, at)
      this.#bytes = bytes = larger
    }
    this.#count++
    return { bytes, at }
  }
  truncateToCount(count: number): void {
    this.load()
    if (count >= this.#count) return
    this.#count = count
    if (count >= this.#written) return
    this.#written = count
    const file = this.#files.open(this.path, 'r+')
    file.truncate(count * this.entrySize)
    file.close()
  }
  /** Starts from nothing, whatever the file holds. */
  create(): void {
    this.#bytes = Buffer.alloc(0)
    this.#count = this.#written = 0
    this.#files.open(this.path, 'w+').close()
  }
  /** Puts into the file what it lacks. */
  write(): void {
    if (this.#bytes === undefined) return
    const file = this.#files.open(this.path, 'a+')
    try {
      this.#writeTo(file, this.#bytes)
    } finally {
      file.close()
    }
  }
  async sync(): Promise<void> {
    const file = this.#files.open(this.path, 'a+')
    try {
      if (this.#bytes !== undefined) this.#writeTo(file, this.#bytes)
      await file.sync()
    } finally {
      file.close()
    }
  }
  #writeTo(file: File, bytes: Buffer): void {
    const from = this.#written * this.entrySize
    file.write(bytes, from, this.#count * this.entrySize - from, from)
    this.#written = this.#count
  }
  /** Gives the memory back. Another use loads it again. */
  unload(): void {
    this.#bytes = undefined
  }
  /** The same, when it was not used since the last call. */
  rest(): void {
    const wasUsed = this.#wasUsed
    this.#wasUsed = false
    if (wasUsed || this.#bytes === undefined) return
    if (this.#written < this.#count) this.write()
    this.unload()
  }
  /** The last entry for which `isBelow` holds of all up to it, by bisection; -1 where there is none. */
  protected lastWhere(isBelow: (at: number) => boolean): number {
    let low = 0,
      high = this.count
    while (low < high) {
      const middle = (low + high) >>> 1
      if (isBelow(middle * this.entrySize)) low = middle + 1
      else high = middle
    }
    return low - 1
  }
}
const entriesMin = 16
