// The batches of a segment's file as kafka-dump-log goes through them: by their sizes alone, sound or not. A piece at the
// end that is no whole batch ends the walk.

import type { File } from '../../base/index.ts'
import { batchLengthOverhead } from '../../protocol/index.ts'
import { DumpFault } from './dump-line.ts'

export interface WalkedBatch {
  /** Its own bytes, and no others. */
  readonly bytes: Buffer
  readonly position: number
}
/** Base offset, size, leader epoch and magic: less is no batch of any format. */
const headerUpToMagic = 17
/** Of the oldest format. */
const recordOverheadMin = 14

export function* walkBatches(file: File, start: number, end: number): Generator<WalkedBatch, void, undefined> {
  const header = Buffer.alloc(headerUpToMagic)
  for (let position = start; position + headerUpToMagic < end;) {
    file.read(header, 0, header.length, position)
    const size = header.readInt32BE(8)
    if (size < recordOverheadMin)
      throw new DumpFault(
        `Found record size ${size} smaller than minimum record overhead (${recordOverheadMin}) in file ${file.path}.`,
      )
    const sizeBytes = size + batchLengthOverhead
    if (position + sizeBytes > end) return
    const bytes = Buffer.allocUnsafe(sizeBytes)
    file.read(bytes, 0, sizeBytes, position)
    yield { bytes, position }
    position += sizeBytes
  }
}
