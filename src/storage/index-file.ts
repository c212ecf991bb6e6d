// What the offset index and the time index share: a file of entries of one size, held in memory once it is used, written
// behind. What is not yet in the file is rebuilt from the log after a crash, so nothing here has to be written in time.

import type { File, Files } from '../base/index.ts'

export abstract class IndexFile {
  readonly path: string
  readonly baseOffset: number
  protected abstract readonly entrySize: number
  readonly #files: Files
  #file: File | undefined
  #bytes: Buffer | undefined
  #count = 0
  /** Entries that the file holds. */
  #written = 0

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
    if (this.#bytes !== undefined) return this.#bytes
    if (!this.#files.exists(this.path)) return (this.#bytes = Buffer.alloc(0))
    this.#file ??= this.#files.open(this.path, 'r+')
    const size = this.#file.size()
    this.#count = this.#written = Math.floor(size / this.entrySize)
    this.#bytes = Buffer.allocUnsafeSlow(this.#count * this.entrySize)
    this.#file.read(this.#bytes, 0, this.#bytes.length, 0)
    return this.#bytes
  }
  /** Undefined where the file is as an index should be. A missing one is a fault. */
  check(): string | undefined {
    if (!this.#files.exists(this.path)) return `${this.path} is missing`
    this.load()
    if (this.#file!.size() % this.entrySize !== 0) return `${this.path} ends within an entry`
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
    this.#file?.truncate(count * this.entrySize)
  }
  /** Puts into the file what it lacks; creates it. */
  write(): void {
    if (this.#bytes === undefined) return
    this.#file ??= this.#files.open(this.path, 'a+')
    if (this.#written === this.#count) return
    const from = this.#written * this.entrySize
    this.#file.write(this.#bytes, from, this.#count * this.entrySize - from, from)
    this.#written = this.#count
  }
  async sync(): Promise<void> {
    this.write()
    await this.#file?.sync()
  }
  /** Gives file and memory back. Another use opens it again. */
  close(): void {
    this.#file?.close()
    this.#file = undefined
    this.#bytes = undefined
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
