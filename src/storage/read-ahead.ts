// Reads from files that do not hold up the loop. Most files are in the kernel's cache, where a read is a copy. When reads
// from a segment turn out to wait for the device, the next ones are made in the background, past the cache: what a reader
// asks for before it is answered, and what it will ask for next while it is busy with that.

import { deviceBytesPerMs, PageAlignedBuffers, pageSize, type Clock, type Files } from '../base/index.ts'
import type { ReadBuffers } from './read-buffers.ts'
import type { Segment } from './segment.ts'

/** A read of the usual 1 MiB, wherever in a page it begins and ends. */
const alignedSize = 2 ** 20 + 2 * pageSize
/** What is read and was not asked for yet, all logs together. */
const readyCountMax = 16
const deviceMsMin = 0.4
/** One slow read may have been the machine's. */
const slowReadsMin = 2

/** A piece of a segment that begins with the batch in which the offset lies. */
export interface AheadPlace {
  readonly segment: Segment
  readonly offset: number
  readonly position: number
  readonly sizeBytes: number
}
/** Whoever takes them calls `release`. */
export interface ReadyBytes {
  readonly position: number
  readonly bytes: Buffer
  readonly release: () => void
}
interface AheadRead extends AheadPlace {
  readonly done: Promise<void>
  ready: ReadyBytes | undefined
  isDropped: boolean
  isOld: boolean
}
export interface ReadAheadOptions {
  readonly files: Files
  readonly clock: Clock
  readonly buffers: ReadBuffers
}

export class ReadAhead {
  readonly #files: Files
  readonly #clock: Clock
  readonly #buffers: ReadBuffers
  readonly #aligned = new PageAlignedBuffers({ bufferSize: alignedSize, count: readyCountMax })
  readonly #slowReads = new Map<Segment, number>()
  /** In the order in which they were begun. A segment has few readers. */
  readonly #reads = new Map<Segment, AheadRead[]>()
  #count = 0
  constructor({ files, clock, buffers }: ReadAheadOptions) {
    this.#files = files
    this.#clock = clock
    this.#buffers = buffers
  }
  get count(): number {
    return this.#count
  }
  /** Whether there may be anything to wait for, in any segment. */
  get isNeeded(): boolean {
    return this.#count > 0 || this.#slowReads.size > 0
  }
  /** Whether reads from the segment wait for the device. */
  isSlow(segment: Segment): boolean {
    return (this.#slowReads.get(segment) ?? 0) >= slowReadsMin
  }
  /** A read on the loop, by which it is found out. */
  timed(segment: Segment, read: () => number): number {
    const from = this.#clock.monotonic(),
      sizeBytes = read(),
      ms = this.#clock.monotonic() - from
    if (ms < deviceMsMin || sizeBytes / ms > deviceBytesPerMs) this.#slowReads.delete(segment)
    else this.#slowReads.set(segment, (this.#slowReads.get(segment) ?? 0) + 1)
    return sizeBytes
  }

  /** The read of what lies at the offset, if one was begun. `done` resolves whether it could be read or not. */
  find(segment: Segment, offset: number): { readonly isReady: boolean; readonly done: Promise<void> } | undefined {
    const read = this.#find(segment, offset)
    return read && { isReady: read.ready !== undefined, done: read.done }
  }
  /** For who waits for it: what nobody has asked for makes room. */
  begin(place: AheadPlace): Promise<void> {
    if (this.#count >= readyCountMax) {
      const oldest = this.#all().find(({ ready }) => ready !== undefined)
      if (oldest !== undefined) this.#drop(oldest)
    }
    return this.#begin(place)
  }
  /** For who is expected to ask for it, if there is room. */
  expect(place: AheadPlace): void {
    if (this.#count < readyCountMax && this.#find(place.segment, place.offset) === undefined) void this.#begin(place)
  }
  take(segment: Segment, offset: number): ReadyBytes | undefined {
    const read = this.#find(segment, offset)
    if (read?.ready === undefined) return undefined
    this.#forget(read)
    return read.ready
  }
  /** Its bytes are not those of the log any more, or nobody will ask for them. */
  drop(segment: Segment): void {
    for (const read of this.#reads.get(segment)?.slice() ?? []) this.#drop(read)
    this.#slowReads.delete(segment)
  }
  /** Gives back what nobody has asked for since the last call. What was slow may be in the cache by now. */
  rest(): void {
    for (const read of this.#all()) {
      if (read.isOld && read.ready !== undefined) this.#drop(read)
      read.isOld = true
    }
    this.#slowReads.clear()
    this.#aligned.rest()
  }

  #find(segment: Segment, offset: number): AheadRead | undefined {
    return this.#reads.get(segment)?.find(each => each.offset === offset)
  }
  #begin(place: AheadPlace): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const read: AheadRead = { ...place, ready: undefined, isDropped: false, isOld: false, done: promise }
    const reads = this.#reads.get(place.segment)
    if (reads === undefined) this.#reads.set(place.segment, [read])
    else reads.push(read)
    this.#count++
    void this.#read(read).then(resolve)
    return promise
  }
  async #read(read: AheadRead): Promise<void> {
    try {
      read.ready = await this.#bytesOf(read)
      if (read.isDropped) read.ready.release()
    } catch {
      // Whoever asks for it reads it again, and is told what is wrong.
      if (!read.isDropped) this.#forget(read)
    }
  }
  #bytesOf(read: AheadRead): Promise<ReadyBytes> {
    const aligned = read.sizeBytes + 2 * pageSize <= alignedSize ? this.#aligned.take() : undefined
    return aligned === undefined ? this.#cachedBytes(read) : this.#uncachedBytes(read, aligned)
  }
  async #uncachedBytes({ segment, position, sizeBytes }: AheadRead, buffer: Buffer): Promise<ReadyBytes> {
    const release = once(() => this.#aligned.give(buffer))
    try {
      const skipped = position % pageSize,
        wanted = Math.ceil((skipped + sizeBytes) / pageSize) * pageSize
      const filled = await this.#files.readUncached(segment.path, buffer, wanted, position - skipped)
      return {
        position,
        bytes: buffer.subarray(skipped, Math.max(skipped, Math.min(filled, skipped + sizeBytes))),
        release,
      }
    } catch (error) {
      release()
      throw error
    }
  }
  async #cachedBytes({ segment, position, sizeBytes }: AheadRead): Promise<ReadyBytes> {
    const buffer = this.#buffers.take(sizeBytes),
      release = once(() => this.#buffers.give(buffer))
    try {
      const filled = await segment.file.readAsync(buffer, 0, sizeBytes, position)
      return { position, bytes: buffer.subarray(0, filled), release }
    } catch (error) {
      release()
      throw error
    }
  }

  #all(): AheadRead[] {
    return [...this.#reads.values()].flat()
  }
  #drop(read: AheadRead): void {
    this.#forget(read)
    read.isDropped = true
    read.ready?.release()
  }
  #forget(read: AheadRead): void {
    const reads = this.#reads.get(read.segment)!
    reads.splice(reads.indexOf(read), 1)
    if (reads.length === 0) this.#reads.delete(read.segment)
    this.#count--
  }
}

function once(run: () => void): () => void {
  let isDone = false
  return () => {
    if (!isDone) run()
    isDone = true
  }
}
