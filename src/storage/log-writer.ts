// The end of a log on its way into the file of the active segment. Small batches are copied into the tail cache and wait
// there to be written together (see WriteStage); large ones are written at once from the buffer that they came in.

import type { File } from '../base/index.ts'
import { StagedWrites } from './staged-writes.ts'
import type { LogTail, TailCache } from './tail-cache.ts'

/** From here on a batch is written from where it came in: the copy costs more than a write of its own. */
export const directWriteSizeMin = 64 * 1024
/** So many large appends after a read at the tail are copied into the cache: somebody follows. */
const followedAppends = 16

export interface OffsetRange {
  readonly baseOffset: number
  readonly endOffset: number
}

export class LogWriter {
  readonly #cache: TailCache
  readonly #tail: LogTail
  readonly #staged = new StagedWrites()
  /** Where the file of the active segment ends, what is staged not counted. */
  position: number
  #followed = 0
  constructor({ cache, tail, position }: { cache: TailCache; tail: LogTail; position: number }) {
    this.#cache = cache
    this.#tail = tail
    this.position = position
  }
  get hasStaged(): boolean {
    return !this.#staged.isEmpty
  }
  /** Sees to it that `write` need not write what waits; `flush` is what does it. */
  makeRoom(sizeBytes: number, flush: () => void): void {
    if (sizeBytes < directWriteSizeMin) this.#cache.reserve(sizeBytes)
    else flush()
  }
  /** Gives whether the batch is in the file already. */
  write(batch: Buffer, { baseOffset, endOffset }: OffsetRange, file: File): boolean {
    if (batch.length < directWriteSizeMin) {
      const { bytes, start, end } = this.#tail.add(batch, baseOffset, endOffset)
      this.#staged.add(bytes, start, end)
      return false
    }
    file.write(batch, 0, batch.length, this.position)
    this.position += batch.length
    if (this.#followed > 0 && this.#tail.fits(batch.length)) {
      this.#followed--
      this.#tail.add(batch, baseOffset, endOffset)
    } else this.#tail.clear()
    return true
  }
  /** Writes what is staged. It is forgotten, whether it could be written or not. */
  flush(file: File): void {
    this.position = this.#staged.writeTo(file, this.position)
  }
  /** A reader has come to the end. */
  followed(): void {
    this.#followed = followedAppends
  }
  /** The log was cut, or goes on in another file. */
  goOnAt(position: number): void {
    this.#staged.clear()
    this.position = position
  }
}
