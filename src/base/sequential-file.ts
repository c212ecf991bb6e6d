// A file that is read from one end to the other, in large pieces: from the kernel's cache as long as that is fast, and past it
// when it turns out not to be there. So a walk through gigabytes does not wait page by page, costs a fraction of the CPU, and
// does not drive out of the cache what others read.

import { closeSync, constants, openSync, readSync } from 'node:fs'

import type { SequentialFile } from './files.ts'

/** A copy from the cache is several times as fast, on any machine. */
const deviceBytesPerMs = 600_000
/** Smaller reads, and a single one, tell nothing. */
const judgedMin = 256 * 1024
const slowReadsMin = 2

export class SequentialDiskFile implements SequentialFile {
  readonly #path: string
  readonly #descriptor: number
  /** For reads past the cache. Undefined: none yet; null: the file system knows none. */
  #uncached: number | null | undefined
  #slowReads = 0
  readonly #now: () => number
  /** `now` in milliseconds. */
  constructor(path: string, now: () => number = () => performance.now()) {
    this.#path = path
    this.#now = now
    this.#descriptor = openSync(path, 'r')
  }
  read(buffer: Uint8Array, length: number, position: number): number {
    if (this.#slowReads < slowReadsMin) return this.#timedRead(buffer, length, position)
    return this.#readUncached(buffer, length, position) ?? readSync(this.#descriptor, buffer, 0, length, position)
  }
  close(): void {
    closeSync(this.#descriptor)
    if (typeof this.#uncached === 'number') closeSync(this.#uncached)
  }
  #timedRead(buffer: Uint8Array, length: number, position: number): number {
    const from = this.#now(),
      size = readSync(this.#descriptor, buffer, 0, length, position),
      ms = this.#now() - from
    if (size >= judgedMin) this.#slowReads = size / ms < deviceBytesPerMs ? this.#slowReads + 1 : 0
    return size
  }
  /** Undefined: not possible, for the file or for these bytes. */
  #readUncached(buffer: Uint8Array, length: number, position: number): number | undefined {
    this.#uncached ??= openUncached(this.#path)
    if (this.#uncached === null) return undefined
    try {
      return readSync(this.#uncached, buffer, 0, length, position)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EINVAL') return undefined
      throw error
    }
  }
}

function openUncached(path: string): number | null {
  if (constants.O_DIRECT === undefined) return null
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECT)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EINVAL') return null
    throw error
  }
}
