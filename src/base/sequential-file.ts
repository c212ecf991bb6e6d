// A file that is read from one end to the other, in large pieces: from the kernel's cache as long as that is fast, and past it
// when it turns out not to be there. So a walk through gigabytes does not wait page by page, costs a fraction of the CPU, and
// does not drive out of the cache what others read.

import { closeSync, openSync, readSync } from 'node:fs'

import type { SequentialFile } from './files.ts'
import { deviceBytesPerMs, isRefused, openUncachedSync } from './uncached.ts'

/** Smaller reads, and a single one, tell nothing. */
const judgedMin = 256 * 1024
const slowReadsMin = 2
/** Behind so many bytes it is looked again: the thread may have waited for a core, or the rest may be in the cache. */
const judgedAgainBytes = 64 * 2 ** 20

export class SequentialDiskFile implements SequentialFile {
  readonly #path: string
  readonly #now: () => number
  readonly #descriptor: number
  /** For reads past the cache. Undefined: none yet; null: there are no such reads here. */
  #uncached: number | null | undefined
  #slowReads = 0
  #uncachedBytes = 0
  /** `now` in milliseconds. */
  constructor(path: string, now: () => number = () => performance.now()) {
    this.#path = path
    this.#now = now
    this.#descriptor = openSync(path, 'r')
  }
  /** Of what was read so far. */
  get uncachedBytes(): number {
    return this.#uncachedBytes
  }
  read(buffer: Uint8Array, length: number, position: number): number {
    let done = this.#slowReads < slowReadsMin ? 0 : this.#readUncached(buffer, length, position)
    // The system gives less where a page cannot be read, and says why only when it is asked for that page.
    while (done < length) {
      const size = this.#readCached(buffer, done, length - done, position + done)
      if (size === 0) break
      done += size
    }
    return done
  }
  close(): void {
    closeSync(this.#descriptor)
    if (typeof this.#uncached === 'number') closeSync(this.#uncached)
  }
  #readCached(buffer: Uint8Array, at: number, length: number, position: number): number {
    const from = this.#now(),
      size = readSync(this.#descriptor, buffer, at, length, position),
      ms = this.#now() - from
    if (size >= judgedMin) this.#slowReads = size / ms < deviceBytesPerMs ? this.#slowReads + 1 : 0
    return size
  }
  /** 0: not possible, for the file or for these bytes. */
  #readUncached(buffer: Uint8Array, length: number, position: number): number {
    if (this.#uncached === undefined) this.#uncached = openUncachedSync(this.#path) ?? null
    if (this.#uncached === null) return 0
    try {
      const size = readSync(this.#uncached, buffer, 0, length, position),
        before = this.#uncachedBytes
      this.#uncachedBytes += size
      if (Math.floor(before / judgedAgainBytes) < Math.floor(this.#uncachedBytes / judgedAgainBytes))
        this.#slowReads = slowReadsMin - 1
      return size
    } catch (error) {
      isRefused(error)
      return 0
    }
  }
}
