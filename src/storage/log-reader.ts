// What a log reads for those who fetch: the newest batches from memory, the others from the files of its segments.

import { isOfFiles } from './file-errors.ts'
import type { ReadBatches } from './log-outcomes.ts'
import type { ReadAhead } from './read-ahead.ts'
import type { ReadBuffers } from './read-buffers.ts'
import { prepareSegmentRead, readSegment, type SegmentReadLimits } from './read-segment.ts'
import type { Segments } from './segments.ts'
import type { LogTail } from './tail-cache.ts'

export interface LogReaderOptions {
  readonly segments: Segments
  readonly tail: LogTail
  readonly buffers: ReadBuffers
  readonly ahead: ReadAhead
  /** Has what waits in memory written, before the file of the active segment is read. */
  readonly writeStaged: () => void
}

export class LogReader {
  readonly #options: LogReaderOptions
  constructor(options: LogReaderOptions) {
    this.#options = options
  }
  /** Undefined: nothing stands from the offset on, up to the limit. */
  read(offset: number, limits: SegmentReadLimits): ReadBatches | undefined {
    const { segments, tail } = this.#options
    if (offset >= tail.startOffset) return tail.read(offset, limits)
    for (const segment of segments.from(offset)) {
      if (segment === segments.active) this.#options.writeStaged()
      const found = readSegment(segment, offset, limits, this.#options)
      if (found !== undefined) return found
    }
    return undefined
  }
  /** Resolves when `read` need not wait for the device; undefined where it need not. */
  prepare(offset: number, limits: SegmentReadLimits): Promise<void> | undefined {
    const { segments, tail, ahead } = this.#options
    if (offset >= tail.startOffset) return undefined
    try {
      const segment = segments.holding(offset)
      if (segment === segments.active) this.#options.writeStaged()
      return prepareSegmentRead(segment, offset, limits, ahead)
    } catch (error) {
      // `read` will tell.
      if (!isOfFiles(error)) throw error
      return undefined
    }
  }
}
