// .index and .timeindex files: their entries, and whether they agree with the log beside them.

import type { File, Files } from '../../base/index.ts'
import { batchHeaderSize, batchLastOffset, RecordIndex } from '../../protocol/index.ts'
import { int64At } from '../int64.ts'
import { OffsetIndex } from '../offset-index.ts'
import { walkBatches } from './batch-walk.ts'
import { DumpFault, line, type DumpLine } from './dump-line.ts'

export interface IndexDumpOptions {
  readonly sanityOnly: boolean
  /** Compares, and prints no entries. */
  readonly verifiesOnly: boolean
  readonly messageSizeMax: number
}
/** A file, and the log beside it. */
export interface IndexFiles {
  readonly files: Files
  readonly path: string
  readonly absolutePath: string
  readonly baseOffset: number
  readonly log: File
}
/** In the index, and in the log. */
type Mismatch = readonly [index: number, log: number]

const offsetEntrySize = 8
const timeEntrySize = 12

export function* dumpOffsetIndex(
  { files, path, absolutePath, baseOffset, log }: IndexFiles,
  { sanityOnly, verifiesOnly, messageSizeMax }: IndexDumpOptions,
  mismatches: Mismatch[],
): Generator<DumpLine, void, undefined> {
  const bytes = files.readFile(path),
    count = Math.floor(bytes.length / offsetEntrySize)
  const offsetAt = (i: number): number => baseOffset + bytes.readInt32BE(i * offsetEntrySize)
  if (count === 0) return yield line(`${path} is empty.`)
  if (sanityOnly) {
    if (offsetAt(count - 1) < baseOffset)
      throw new DumpFault(
        `Corrupt index found, index file ${absolutePath} has non-zero size but the last offset is ${offsetAt(count - 1)} which is less than the base offset ${baseOffset}`,
      )
    checkLength('Index', absolutePath, bytes, offsetEntrySize)
    return yield line(`${path} passed sanity check.`)
  }
  for (let i = 0; i < count; i++) {
    const offset = offsetAt(i),
      position = bytes.readInt32BE(i * offsetEntrySize + 4)
    // Kafka allocates ahead: after a crash there are entries of zeros.
    if (offset === baseOffset && i > 0) return
    const end = Math.min(log.size(), position + messageSizeMax)
    if (position < 0 || position > log.size())
      throw new DumpFault(`${absolutePath} points to position ${position} of a log of ${log.size()} bytes`)
    const first = walkBatches(log, position, end).next()
    if (first.done) throw new DumpFault(`${absolutePath} points to position ${position}, where no whole batch begins`)
    const lastOffset = first.value.bytes.length < batchHeaderSize ? -1 : batchLastOffset(first.value.bytes, 0)
    if (lastOffset !== offset) mismatches.push([offset, lastOffset])
    if (!verifiesOnly) yield line(`offset: ${offset} position: ${position}`)
  }
}

export interface TimeComplaints {
  readonly mismatches: Mismatch[]
  readonly outOfOrder: Mismatch[]
  readonly notFound: Mismatch[]
}

export function* dumpTimeIndex(
  { files, path, absolutePath, baseOffset, log }: IndexFiles,
  { sanityOnly, verifiesOnly }: IndexDumpOptions,
  complaints: TimeComplaints,
): Generator<DumpLine, void, undefined> {
  const bytes = files.readFile(path),
    count = Math.floor(bytes.length / timeEntrySize)
  const timestampAt = (i: number): number => (i < 0 ? -1 : int64At(bytes, i * timeEntrySize))
  const offsetAt = (i: number): number => baseOffset + bytes.readInt32BE(i * timeEntrySize + 8)
  if (sanityOnly) {
    const corrupt = `Corrupt time index found, time index file (${absolutePath}) has non-zero size but the last`
    if (timestampAt(count - 1) < timestampAt(count > 0 ? 0 : -1))
      throw new DumpFault(
        `${corrupt} timestamp is ${timestampAt(count - 1)} which is less than the first timestamp ${timestampAt(0)}`,
      )
    if (count > 0 && offsetAt(count - 1) < baseOffset)
      throw new DumpFault(
        `${corrupt} offset is ${offsetAt(count - 1)} which is less than the first offset ${baseOffset}`,
      )
    checkLength('Time index', absolutePath, bytes, timeEntrySize)
    return yield line(`${path} passed sanity check.`)
  }
  const index = new OffsetIndex({ files, baseOffset, path: path.replace(/\.timeindex$/, '.index') })
  let previous = -1
  for (let i = 0; i < count; i++) {
    const timestamp = timestampAt(i),
      offset = offsetAt(i)
    if (offset === baseOffset && i > 0) return
    const found = latestIn(log, index.positionOf(offset), offset)
    if (found?.lastOffset !== offset) complaints.notFound.push([offset, found?.lastOffset ?? -1])
    else {
      if (found.timestamp !== timestamp) complaints.mismatches.push([timestamp, found.timestamp])
      if (previous >= timestamp) complaints.outOfOrder.push([timestamp, previous])
    }
    if (!verifiesOnly) yield line(`timestamp: ${timestamp} offset: ${offset}`)
    previous = timestamp
  }
}

function checkLength(what: string, absolutePath: string, { length }: Buffer, entrySize: number): void {
  if (length % entrySize !== 0)
    throw new DumpFault(
      `${what} file ${absolutePath} is corrupt, found ${length} bytes which is neither positive nor a multiple of ${entrySize}`,
    )
}

const records = new RecordIndex()

/** The largest timestamp of the batch that holds the offset, or comes behind it, from the position on. */
function latestIn(
  log: File,
  position: number,
  offset: number,
): { readonly lastOffset: number; readonly timestamp: number } | undefined {
  for (const { bytes } of walkBatches(log, position, log.size())) {
    if (bytes.length < batchHeaderSize) return undefined
    const lastOffset = batchLastOffset(bytes, 0)
    if (lastOffset < offset) continue
    if (lastOffset > offset) return { lastOffset, timestamp: -1 }
    records.read(bytes, 0)
    let timestamp = -1
    for (let i = 0; i < records.count; i++) timestamp = Math.max(timestamp, records.timestamp[i]!)
    return { lastOffset, timestamp }
  }
  return undefined
}
