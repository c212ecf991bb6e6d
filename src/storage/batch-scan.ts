// Walks the batches of a segment's file, from a window that moves along it.

import { PageAlignedBuffers, pageSize, type File, type Files } from '../base/index.ts'
import { batchHeaderSize, batchMagic, batchSizeBytes, checkBatch } from '../protocol/index.ts'

/** A batch in the window: good until the next one is asked for. */
export interface ScannedBatch {
  readonly bytes: Buffer
  readonly at: number
  /** Where it lies in the file. */
  readonly position: number
  readonly sizeBytes: number
}
/** Gives why it ended before the end that was asked for. */
export type BatchScan = Generator<ScannedBatch, string | undefined, undefined>

/**
 * From `start`, where a batch begins, to `end`, as far as there are whole batches: only what the walk itself needs is looked
 * at.
 */
export function scanBatches(file: File, start: number, end: number): BatchScan {
  const bytes = Buffer.allocUnsafeSlow(Math.min(readSize, Math.max(end - start, batchHeaderSize)))
  return scan(new ScanWindow(bytes, end, (into, length, position) => file.read(into, 0, length, position)), {
    start,
    end,
    fault: magicFault,
  })
}

/** The same for who goes through a whole file, whatever its size, and has each batch checked by its CRC. */
export function* verifiedBatches(files: Files, path: string, start: number, end: number): BatchScan {
  const file = files.openSequential(path)
  const aligned = windows.take()
  try {
    const bytes = aligned ?? Buffer.allocUnsafeSlow(readSize)
    const window = new ScanWindow(bytes, end, (into, length, position) => file.read(into, length, position), pageSize)
    return yield* scan(window, { start, end, fault: (bytes, at, filled) => checkBatch(bytes, at, filled)?.message })
  } finally {
    file.close()
    if (aligned !== undefined) windows.give(aligned)
  }
}

const readSize = 2 ** 20
/** A thread walks one file at a time. Most batches that begin at the end of what is read at once are whole in it. */
const windows = new PageAlignedBuffers({ bufferSize: 2 * readSize, count: 1 })

class ScanWindow {
  bytes: Buffer
  /** Where in the file the window begins, and how much of it is read. */
  from = 0
  filled = 0
  readonly #end: number
  readonly #read: (into: Buffer, length: number, position: number) => number
  #alignment: number
  constructor(
    bytes: Buffer,
    end: number,
    read: (into: Buffer, length: number, position: number) => number,
    alignment = 1,
  ) {
    this.bytes = bytes
    this.#end = end
    this.#read = read
    this.#alignment = alignment
  }
  holds(position: number, sizeBytes: number): boolean {
    return position + sizeBytes <= this.from + this.filled
  }
  /** Moves to the position; gives how many bytes there are from it on. */
  fill(position: number, sizeBytes: number): number {
    if ((position % this.#alignment) + sizeBytes > this.bytes.length) {
      this.bytes = Buffer.allocUnsafeSlow(sizeBytes)
      this.#alignment = 1
    }
    const skipped = position % this.#alignment,
      wanted = Math.min(Math.max(skipped + sizeBytes, readSize), this.bytes.length, this.#end - position + skipped)
    this.from = position - skipped
    const length = Math.ceil(wanted / this.#alignment) * this.#alignment
    this.filled = Math.min(this.#read(this.bytes, length, this.from), this.#end - this.from)
    return Math.max(this.filled - skipped, 0)
  }
}

interface Scan {
  readonly start: number
  readonly end: number
  readonly fault: (bytes: Buffer, at: number, filled: number) => string | undefined
}
function* scan(window: ScanWindow, { start, end, fault }: Scan): BatchScan {
  for (let position = start; position < end;) {
    if (!window.holds(position, batchHeaderSize)) {
      const left = window.fill(position, batchHeaderSize)
      if (left < batchHeaderSize) return `${left} bytes, less than the header of a batch`
    }
    const sizeBytes = batchSizeBytes(window.bytes, position - window.from)
    if (sizeBytes < batchHeaderSize) return `a batch that says it has ${sizeBytes} bytes`
    if (position + sizeBytes > end) return `a batch of ${sizeBytes} bytes, of which ${end - position} are here`
    if (!window.holds(position, sizeBytes)) {
      const left = window.fill(position, sizeBytes)
      if (left < sizeBytes) return `a batch of ${sizeBytes} bytes, of which ${left} could be read`
    }
    const { bytes, filled } = window,
      at = position - window.from
    const reason = fault(bytes, at, filled)
    if (reason !== undefined) return reason
    yield { bytes, at, position, sizeBytes }
    position += sizeBytes
  }
  return undefined
}

function magicFault(bytes: Buffer, at: number): string | undefined {
  const magic = batchMagic(bytes, at)
  return magic === 2 ? undefined : `magic ${magic}, where record batches have 2`
}
