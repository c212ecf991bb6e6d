// The last batches of all logs of a directory, in memory: readers that follow the end are served from it, and small batches
// wait in it for the one write of a loop turn. Chunks are filled one after the other, by whichever log appends, and the
// oldest is taken again when the cache is full, so hot logs have long tails and idle ones none. When nothing is appended any
// more, the memory goes back to the system.

import { ownMapping, unmap } from '../base/index.ts'
import { batchBaseOffset, batchLastOffset, batchSizeBytes } from '../protocol/index.ts'
import type { ReadBatches } from './log-outcomes.ts'

/** As much as consumers may lag behind, all logs together, before they are served from the files. */
export const tailCacheSizeMax = 16 * 2 ** 20
const chunkSizeDefault = 2 ** 20
/** A read that has found so much does not go on in the next chunk, since it would have to be copied together. */
const pieceSizeMin = 64 * 1024
/** Batches that stand together are found together; within such a run the walk goes from header to header. */
const runSizeMax = 32 * 1024

export interface TailCacheOptions {
  readonly sizeMax?: number
  readonly chunkSize?: number
}

class Chunk {
  bytes: Buffer
  filled = 0
  /** Reads whose answer is still being sent from here. */
  readers = 0
  readonly tails = new Set<LogTail>()
  constructor(bytes: Buffer) {
    this.bytes = bytes
  }
}

export class TailCache {
  readonly chunkSize: number
  readonly #chunksMax: number
  #chunks: Chunk[] = []
  /** Of all chunks but the first, which is enough for a broker with little to do. */
  #memory: ArrayBuffer | undefined
  /** Answers that are still being sent from here, whatever became of their chunks. */
  #readers = 0
  #isResting = false
  /** Called before bytes are given up: what waits for its write must be written. */
  beforeReuse: () => void = () => {}
  constructor({ sizeMax = tailCacheSizeMax, chunkSize = chunkSizeDefault }: TailCacheOptions = {}) {
    this.chunkSize = chunkSize
    this.#chunksMax = Math.max(2, Math.floor(sizeMax / chunkSize))
  }
  get sizeBytes(): number {
    return this.#chunks.length * this.chunkSize
  }
  get sizeMax(): number {
    return this.#chunksMax * this.chunkSize
  }
  /** The chunk that takes the next `size` bytes. May write what waits, where the oldest chunk must make room. */
  reserve(size: number): Chunk {
    const current = this.#chunks.at(-1)
    if (current !== undefined && current.filled + size <= this.chunkSize) return current
    this.#isResting = false
    const next = this.#chunks.length < this.#chunksMax ? this.#newChunk() : this.#reuse()
    this.#chunks.push(next)
    return next
  }
  #newChunk(): Chunk {
    const { chunkSize } = this,
      others = this.#chunks.length - 1
    if (others < 0) return new Chunk(Buffer.allocUnsafeSlow(chunkSize))
    this.#memory ??= ownMapping(this.sizeMax - chunkSize)
    return new Chunk(Buffer.from(this.#memory, others * chunkSize, chunkSize))
  }
  #reuse(): Chunk {
    this.beforeReuse()
    const oldest = this.#chunks.shift()!
    for (const tail of oldest.tails) tail.drop(oldest)
    oldest.tails.clear()
    oldest.filled = 0
    // The answers that are still being sent keep the old bytes alive.
    if (oldest.readers > 0) oldest.bytes = Buffer.allocUnsafeSlow(this.chunkSize)
    oldest.readers = 0
    return oldest
  }
  /** Gives all memory back, if no chunk was begun since the last call, and nothing is being sent. */
  rest(): void {
    const isIdle = this.#isResting && this.#readers === 0
    this.#isResting = true
    if (!isIdle || this.#memory === undefined) return
    this.beforeReuse()
    for (const chunk of this.#chunks) for (const tail of chunk.tails) tail.drop(chunk)
    this.#chunks = []
    unmap(this.#memory)
    this.#memory = undefined
  }
  /** Somebody reads from the chunk until the function that this gives is called. */
  lend(chunk: Chunk): () => void {
    const { bytes } = chunk
    chunk.readers++
    this.#readers++
    let isLent = true
    return () => {
      if (!isLent) return
      isLent = false
      this.#readers--
      // A chunk that was reused meanwhile counts anew, on other bytes.
      if (chunk.bytes === bytes) chunk.readers--
    }
  }
}

interface Run {
  readonly chunk: Chunk
  readonly start: number
  end: number
  readonly baseOffset: number
  endOffset: number
}

/** The tail of one log: offsets without a gap up to its end. */
export class LogTail {
  readonly #cache: TailCache
  #runs: Run[] = []
  constructor(cache: TailCache) {
    this.#cache = cache
  }
  /** Offsets from here on can be read; Infinity where there are none. */
  get startOffset(): number {
    return this.#runs[0]?.baseOffset ?? Infinity
  }
  fits(sizeBytes: number): boolean {
    return sizeBytes <= this.#cache.chunkSize
  }
  /** Copies a batch in; gives where it stands. It is not changed until it was written (beforeReuse). */
  add(batch: Buffer, baseOffset: number, endOffset: number): { bytes: Buffer; start: number; end: number } {
    const chunk = this.#cache.reserve(batch.length),
      start = chunk.filled,
      end = start + batch.length
    chunk.bytes.set(batch, start)
    chunk.filled = end
    chunk.tails.add(this)
    const last = this.#runs.at(-1)
    if (last?.chunk === chunk && last.end === start && end - last.start <= runSizeMax) {
      last.end = end
      last.endOffset = endOffset
    } else this.#runs.push({ chunk, start, end, baseOffset, endOffset })
    return { bytes: chunk.bytes, start, end }
  }
  /** What is appended from here on does not follow on what is here. */
  clear(): void {
    this.#runs = []
  }
  drop(chunk: Chunk): void {
    const first = this.#runs.findIndex(run => run.chunk !== chunk)
    this.#runs = first === -1 ? [] : this.#runs.slice(first)
  }

  /** Whole batches from the one that holds the offset, below `upTo`; the first one whatever its size, where asked for. */
  read(offset: number, limits: { maxBytes: number; upTo: number; minOneBatch: boolean }): ReadBatches {
    const parts: { chunk: Chunk; start: number; end: number }[] = []
    let size = 0,
      lastOffset = offset - 1,
      isCutShort = false
    walk: for (let i = this.#runHolding(offset); i < this.#runs.length; i++) {
      const { chunk, start, end } = this.#runs[i]!
      for (let at = start; at < end;) {
        const batchSize = batchSizeBytes(chunk.bytes, at),
          batchEnd = at + batchSize
        if (batchLastOffset(chunk.bytes, at) < offset) {
          at = batchEnd
          continue
        }
        if (batchBaseOffset(chunk.bytes, at) >= limits.upTo) break walk
        isCutShort = size + batchSize > limits.maxBytes && !(size === 0 && limits.minOneBatch)
        if (isCutShort) break walk
        const part = parts.at(-1)
        if (part !== undefined && part.chunk !== chunk && size >= pieceSizeMin) break walk
        if (part?.chunk === chunk && part.end === at) part.end = batchEnd
        else parts.push({ chunk, start: at, end: batchEnd })
        size += batchSize
        lastOffset = batchLastOffset(chunk.bytes, at)
        at = batchEnd
      }
    }
    if (parts.length !== 1) {
      const records = parts.map(({ chunk, start, end }) => chunk.bytes.subarray(start, end))
      return { records: Buffer.concat(records, size), lastOffset, isCutShort, release: () => {} }
    }
    const { chunk, start, end } = parts[0]!
    return { records: chunk.bytes.subarray(start, end), lastOffset, isCutShort, release: this.#cache.lend(chunk) }
  }
  #runHolding(offset: number): number {
    let low = 0,
      high = this.#runs.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#runs[middle]!.endOffset <= offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
