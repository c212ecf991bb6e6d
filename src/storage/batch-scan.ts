// Walks the batches of a segment's file, from a window that moves along it.

import type { File } from '../base/index.ts'
import { batchHeaderSize, batchMagic, batchSizeBytes, checkBatch } from '../protocol/index.ts'

/** A batch in the window: good until the next one is asked for. */
export interface ScannedBatch {
  readonly bytes: Buffer
  readonly at: number
  /** Where it lies in the file. */
  readonly position: number
  readonly sizeBytes: number
}
export interface ScanOptions {
  /** Whether each batch is checked by its CRC. */
  readonly verify?: boolean
}

/**
 * From `start`, where a batch begins, to `end`, as far as there are whole and sound batches; gives why it ended before `end`.
 * Without `verify` only what the walk itself needs is looked at.
 */
export function* scanBatches(
  file: File,
  start: number,
  end: number,
  { verify = false }: ScanOptions = {},
): Generator<ScannedBatch, string | undefined, undefined> {
  let window = Buffer.allocUnsafeSlow(Math.min(windowSize, Math.max(end - start, batchHeaderSize)))
  let from = start,
    filled = 0
  const fill = (position: number): void => {
    from = position
    filled = file.read(window, 0, Math.min(window.length, end - position), position)
  }
  for (let position = start; position < end;) {
    if (position + batchHeaderSize > from + filled) {
      fill(position)
      if (filled < batchHeaderSize) return `${filled} bytes, less than the header of a batch`
    }
    const sizeBytes = batchSizeBytes(window, position - from)
    if (sizeBytes < batchHeaderSize) return `a batch that says it has ${sizeBytes} bytes`
    if (position + sizeBytes > end) return `a batch of ${sizeBytes} bytes, of which ${end - position} are here`
    if (position + sizeBytes > from + filled) {
      if (sizeBytes > window.length) window = Buffer.allocUnsafeSlow(sizeBytes)
      fill(position)
      if (filled < sizeBytes) return `a batch of ${sizeBytes} bytes, of which ${filled} could be read`
    }
    const at = position - from
    const fault = verify ? checkBatch(window, at, filled)?.message : magicFault(window, at)
    if (fault !== undefined) return fault
    yield { bytes: window, at, position, sizeBytes }
    position += sizeBytes
  }
  return undefined
}
const windowSize = 2 ** 20

function magicFault(bytes: Buffer, at: number): string | undefined {
  const magic = batchMagic(bytes, at)
  return magic === 2 ? undefined : `magic ${magic}, where record batches have 2`
}
