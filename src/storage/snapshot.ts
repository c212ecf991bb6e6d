// A data directory as it is at one moment, in another place: hard links of all that never changes, copies of the rest.
//
// Closed segments are only ever removed or replaced whole, checkpoints only replaced: a link keeps what was. The active
// segment of a log goes on growing, so it is copied (LogDirectory.settle() keeps it short), without its indexes, which
// recovery makes anew.

import { join } from 'node:path'

import type { Files } from '../base/index.ts'
import { directorySuffixes, offsetOf, parseLogName, suffixes } from './file-names.ts'

export interface SnapshotSize {
  readonly linkedFiles: number
  readonly copiedBytes: number
}
interface Copying {
  readonly files: Files
  linkedFiles: number
  copiedBytes: number
}

/**
 * Takes no turn of the event loop, so that all logs are of one moment. `to` must not exist, and must lie in the same file
 * system. Of files that compaction or deletion has under way nothing is kept.
 */
export function snapshotDirectory(files: Files, from: string, to: string): SnapshotSize {
  if (files.exists(to)) throw new Error(`${to} exists already`)
  const copying: Copying = { files, linkedFiles: 0, copiedBytes: 0 }
  takeDirectory(copying, from, to)
  const { linkedFiles, copiedBytes } = copying
  return { linkedFiles, copiedBytes }
}

const isLeftOut = (name: string): boolean =>
  name.endsWith('.lock') ||
  [...Object.values(directorySuffixes), suffixes.deleted, suffixes.cleaned, suffixes.swap, '.tmp'].some(suffix =>
    name.endsWith(suffix),
  )

function takeDirectory(copying: Copying, from: string, to: string): void {
  const { files } = copying
  files.makeDirectory(to)
  const names = files.list(from).filter(name => !isLeftOut(name))
  const active = activeSegmentIn(names)
  for (const name of names) {
    const source = join(from, name),
      target = join(to, name)
    if (files.isDirectory(source)) {
      // Of folders only logs and those of further brokers are ours.
      if (parseLogName(name) !== undefined || name === brokersFolder || from.endsWith(brokersFolder))
        takeDirectory(copying, source, target)
    } else if (active !== undefined && segmentFileOffset(name) === active) {
      if (name.endsWith(suffixes.log)) copyFile(copying, source, target)
    } else if (name.endsWith(growingLog)) copyFile(copying, source, target)
    else {
      files.link(source, target)
      copying.linkedFiles++
    }
  }
}
const brokersFolder = 'brokers'
/** The metadata's: appended to, as an active segment is. */
const growingLog = 'metadata.log'

const segmentSuffixes = [suffixes.log, suffixes.offsetIndex, suffixes.timeIndex, suffixes.transactionIndex]
function segmentFileOffset(name: string): number | undefined {
  for (const suffix of segmentSuffixes) {
    const offset = offsetOf(name, suffix)
    if (offset !== undefined) return offset
  }
  return undefined
}
function activeSegmentIn(names: readonly string[]): number | undefined {
  const offsets = names.flatMap(name => offsetOf(name, suffixes.log) ?? [])
  return offsets.length === 0 ? undefined : Math.max(...offsets)
}

const pieceBytes = 1024 * 1024
function copyFile(copying: Copying, from: string, to: string): void {
  const source = copying.files.open(from, 'r'),
    target = copying.files.open(to, 'w+')
  try {
    const piece = Buffer.allocUnsafe(Math.min(pieceBytes, Math.max(source.size(), 1)))
    for (let position = 0; ;) {
      const read = source.read(piece, 0, piece.length, position)
      if (read === 0) break
      target.write(piece, 0, read, position)
      position += read
      copying.copiedBytes += read
    }
  } finally {
    source.close()
    target.close()
  }
}
