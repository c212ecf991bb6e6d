// <offset>.snapshot: the producers that a log knew when it ended at that offset. Version 1 (int16), CRC-32C of what follows
// it (uint32), the number of entries (int32), the entries. Only the last batch of each producer is kept.

import { crc32c } from '../base/index.ts'
import { int64At, setInt64 } from './int64.ts'
import { ProducerEntry } from './producer-entry.ts'

const version = 1
const entriesStart = 6
const entrySize = 46

export function encodeSnapshot(entries: Iterable<ProducerEntry>): Buffer {
  const all = [...entries],
    bytes = Buffer.alloc(entriesStart + 4 + all.length * entrySize)
  bytes.writeInt16BE(version, 0)
  bytes.writeInt32BE(all.length, entriesStart)
  let at = entriesStart + 4
  for (const entry of all) {
    setInt64(bytes, at, entry.producerId)
    bytes.writeInt16BE(entry.epoch, at + 8)
    bytes.writeInt32BE(entry.lastSequence, at + 10)
    setInt64(bytes, at + 14, entry.lastOffset)
    bytes.writeInt32BE(entry.batches.at(-1)?.offsetDelta ?? 0, at + 22)
    setInt64(bytes, at + 26, entry.lastTimestamp)
    bytes.writeInt32BE(entry.coordinatorEpoch, at + 34)
    setInt64(bytes, at + 38, entry.transactionFirstOffset)
    at += entrySize
  }
  bytes.writeUInt32BE(crc32c(bytes, entriesStart), 2)
  return bytes
}

/** Undefined for bytes that are no sound snapshot: the log tells the same, only slower. */
export function decodeSnapshot(bytes: Buffer): ProducerEntry[] | undefined {
  if (bytes.length < entriesStart + 4 || bytes.readInt16BE(0) !== version) return undefined
  if (bytes.readUInt32BE(2) !== crc32c(bytes, entriesStart)) return undefined
  const count = bytes.readInt32BE(entriesStart)
  if (bytes.length !== entriesStart + 4 + count * entrySize) return undefined
  return Array.from({ length: count }, (_, i) => {
    const at = entriesStart + 4 + i * entrySize
    const entry = new ProducerEntry(int64At(bytes, at))
    entry.epoch = bytes.readInt16BE(at + 8)
    entry.lastTimestamp = int64At(bytes, at + 26)
    entry.coordinatorEpoch = bytes.readInt32BE(at + 34)
    entry.transactionFirstOffset = int64At(bytes, at + 38)
    const lastOffset = int64At(bytes, at + 14)
    if (lastOffset >= 0)
      entry.batches.push({
        lastSequence: bytes.readInt32BE(at + 10),
        lastOffset,
        offsetDelta: bytes.readInt32BE(at + 22),
        timestamp: entry.lastTimestamp,
      })
    return entry
  })
}
