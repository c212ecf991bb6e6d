// A file of batches, .log or .checkpoint: a line for each batch and, where the dump is deep, one for each record.

import { crc32c, type File } from '../../base/index.ts'
import {
  batchAttributes,
  batchBaseOffset,
  batchBaseSequence,
  batchBaseTimestamp,
  batchCrc,
  batchCrcStart,
  batchHasDeleteHorizon,
  batchHasLogAppendTime,
  batchHeaderSize,
  batchIsControl,
  batchIsTransactional,
  batchLastOffset,
  batchLastOffsetDelta,
  batchLeaderEpoch,
  batchMagic,
  batchMaxTimestamp,
  batchProducerEpoch,
  batchProducerId,
  batchRecordCount,
  codecOf,
  RecordError,
  RecordIndex,
} from '../../protocol/index.ts'
import { noSequence, sequencePlus } from '../producer-entry.ts'
import { walkBatches, type WalkedBatch } from './batch-walk.ts'
import { controlText } from './control-text.ts'
import { complaint, DumpFault, line, type DumpLine } from './dump-line.ts'
import type { RecordDecoder } from './record-decoders.ts'

export interface LogDumpOptions {
  readonly isDeep: boolean
  readonly printsData: boolean
  readonly skipsRecordMetadata: boolean
  /** How far into the file the dump goes. */
  readonly bytesMax: number
  readonly decode: RecordDecoder
}
export const bytesMaxDefault = 2 ** 31 - 1

/** Offsets that do not follow upon each other, as they are found. */
export type OffsetGaps = (readonly [last: number, next: number])[]

export function* dumpLog(
  file: File,
  name: string,
  options: LogDumpOptions,
  gaps: OffsetGaps,
): Generator<DumpLine, void, undefined> {
  const sizeBytes = Math.min(file.size(), options.bytesMax)
  let validBytes = 0,
    lastOffset = -1
  for (const batch of walkBatches(file, 0, sizeBytes)) {
    yield line(batchText(batch))
    for (const { offset, lines } of options.isDeep ? recordLines(batch, options) : []) {
      if (offset !== undefined && lastOffset !== -1 && offset !== lastOffset + 1) gaps.push([lastOffset, offset])
      lastOffset = offset ?? lastOffset
      yield* lines
    }
    validBytes += batch.bytes.length
  }
  const trailingBytes = sizeBytes - validBytes
  if (trailingBytes > 0 && options.bytesMax === bytesMaxDefault)
    yield line(`Found ${trailingBytes} invalid bytes at the end of ${name}`)
}

export function batchText({ bytes: b, position }: WalkedBatch): string {
  if (batchMagic(b, 0) < 2)
    throw new DumpFault(`a message set of magic ${batchMagic(b, 0)} at position ${position}, of a Kafka before 0.11`)
  if (b.length < batchHeaderSize)
    throw new DumpFault(`a batch of ${b.length} bytes at position ${position}, less than its header takes`)
  const codec = codecOf(batchAttributes(b, 0))
  if (codec === undefined) throw new DumpFault(`Unknown compression type id: ${batchAttributes(b, 0) & 7}`)
  const horizon = batchHasDeleteHorizon(b, 0) ? `OptionalLong[${batchBaseTimestamp(b, 0)}]` : 'OptionalLong.empty'
  return (
    `baseOffset: ${batchBaseOffset(b, 0)} lastOffset: ${batchLastOffset(b, 0)} count: ${batchRecordCount(b, 0)}` +
    ` baseSequence: ${batchBaseSequence(b, 0)} lastSequence: ${sequenceAt(b, batchLastOffsetDelta(b, 0))}` +
    ` producerId: ${batchProducerId(b, 0)} producerEpoch: ${batchProducerEpoch(b, 0)}` +
    ` partitionLeaderEpoch: ${batchLeaderEpoch(b, 0)} isTransactional: ${batchIsTransactional(b, 0)}` +
    ` isControl: ${batchIsControl(b, 0)} deleteHorizonMs: ${horizon} position: ${position}` +
    ` ${timestampType(b)}: ${batchMaxTimestamp(b, 0)} size: ${b.length} magic: ${batchMagic(b, 0)}` +
    ` compresscodec: ${codec} crc: ${batchCrc(b, 0)} isvalid: ${crc32c(b, batchCrcStart) === batchCrc(b, 0)}`
  )
}
const timestampType = (b: Buffer): string => (batchHasLogAppendTime(b, 0) ? 'LogAppendTime' : 'CreateTime')
function sequenceAt(b: Buffer, offsetDelta: number): number {
  const base = batchBaseSequence(b, 0)
  return base === noSequence ? noSequence : sequencePlus(base, offsetDelta)
}

const records = new RecordIndex()

interface DumpedRecord {
  /** Undefined: the records of the batch cannot be read. */
  readonly offset: number | undefined
  readonly lines: readonly DumpLine[]
}
function* recordLines(batch: WalkedBatch, options: LogDumpOptions): Generator<DumpedRecord, void, undefined> {
  const { bytes, position } = batch
  // As Kafka, which takes formats that come after 2 for it. The checksum does not cover the byte.
  setMagic(bytes)
  try {
    records.read(bytes, 0)
  } catch (error) {
    if (!(error instanceof RecordError)) throw error
    yield {
      offset: undefined,
      lines: [complaint(`The records of the batch at position ${position}: ${error.message}`)],
    }
    return
  }
  const isControl = batchIsControl(bytes, 0)
  for (let i = 0; i < records.count; i++) {
    const offset = records.offset(i)
    let text = options.skipsRecordMetadata
      ? ''
      : metadataText(bytes, i) + (isControl ? controlText(records.key(i), records.value(i), records.offset(i)) : '')
    const decoded = options.printsData && !isControl ? options.decode(records.key(i), records.value(i), offset) : {}
    if ('fault' in decoded) {
      yield { offset, lines: [line(text), complaint(decoded.fault)] }
      continue
    }
    if (decoded.key !== undefined) text += `${text === '' ? '| ' : ' '}key: ${decoded.key}`
    if (decoded.payload !== undefined) text += ` payload: ${decoded.payload}`
    yield { offset, lines: [line(text)] }
  }
}
const setMagic = (bytes: Buffer): void => void bytes.writeInt8(2, 16)
function metadataText(bytes: Buffer, i: number): string {
  const sizeOf = (part: Buffer | null): number => part?.length ?? -1
  const headerKeys = records.headers(i).map(([key]) => key.toString())
  return (
    `| offset: ${records.offset(i)} ${timestampType(bytes)}: ${records.timestamp[i]} keySize: ${sizeOf(records.key(i))}` +
    ` valueSize: ${sizeOf(records.value(i))} sequence: ${sequenceAt(bytes, records.offsetDelta[i]!)}` +
    ` headerKeys: [${headerKeys.join()}]`
  )
}
