// What goes beside a log of its producers: .snapshot and .txnindex files.

import { crc32c, type Files } from '../../base/index.ts'
import { sequenceMinus, type ProducerEntry } from '../producer-entry.ts'
import { decodeSnapshot } from '../producer-snapshot.ts'
import { TransactionIndex } from '../transaction-index.ts'
import { complaint, line, type DumpLine } from './dump-line.ts'

export function* dumpSnapshot(files: Files, path: string): Generator<DumpLine, void, undefined> {
  const bytes = files.readFile(path),
    entries = decodeSnapshot(bytes)
  if (entries === undefined) return yield complaint(snapshotFault(bytes))
  for (const entry of entries) yield line(producerText(entry))
}
function producerText(entry: ProducerEntry): string {
  const { producerId, epoch, coordinatorEpoch, transactionFirstOffset, lastTimestamp } = entry
  const transaction = transactionFirstOffset < 0 ? 'OptionalLong.empty' : `OptionalLong[${transactionFirstOffset}]`
  const batch = entry.batches.at(-1)
  return (
    `producerId: ${producerId} producerEpoch: ${epoch} coordinatorEpoch: ${coordinatorEpoch}` +
    ` currentTxnFirstOffset: ${transaction} lastTimestamp: ${lastTimestamp} ` +
    (batch === undefined
      ? ''
      : `firstSequence: ${sequenceMinus(batch.lastSequence, batch.offsetDelta)} lastSequence: ${batch.lastSequence}` +
        ` lastOffset: ${batch.lastOffset} offsetDelta: ${batch.offsetDelta} timestamp: ${batch.timestamp}`)
  )
}
function snapshotFault(bytes: Buffer): string {
  const schema = 'Snapshot failed schema validation:'
  if (bytes.length < 10) return `${schema} ${bytes.length} bytes, less than an empty one has`
  if (bytes.readInt16BE(0) !== 1) return `${schema} Snapshot contained an unknown file version ${bytes.readInt16BE(0)}`
  const count = bytes.readInt32BE(6),
    sizeBytes = 10 + count * 46
  if (bytes.length < sizeBytes) return `${schema} ${bytes.length} bytes, where ${count} producers take ${sizeBytes}`
  return `Snapshot is corrupt (CRC is no longer valid). Stored crc: ${bytes.readUInt32BE(2)}. Computed crc: ${crc32c(bytes, 6)}`
}

export function* dumpTransactionIndex(files: Files, path: string): Generator<DumpLine, void, undefined> {
  for (const { producerId, firstOffset, lastOffset, lastStableOffset } of new TransactionIndex({ files, path }).entries)
    yield line(
      `version: 0 producerId: ${producerId} firstOffset: ${firstOffset} lastOffset: ${lastOffset} lastStableOffset: ${lastStableOffset}`,
    )
}
