// What a producer's batch must be before a log takes it, as Kafka's LogValidator has it, and what the log makes of it:
// offsets, leader epoch and time are set in place; only another compression or gaps in the offsets make a new batch.

import {
  BatchBuilder,
  batchBaseOffset,
  batchBaseSequence,
  batchCodec,
  batchIsControl,
  batchIsTransactional,
  batchMaxTimestamp,
  batchProducerEpoch,
  batchProducerId,
  batchSizeBytes,
  checkBatch,
  checkProducedBatch,
  RecordError,
  RecordIndex,
  setBaseOffset,
  setLeaderEpoch,
  setLogAppendTime,
  setMaxTimestamp,
  type BatchFault,
  type CompressionCodec,
  type ErrorName,
} from '../protocol/index.ts'
import { isCompacted, type LogConfig } from './log-config.ts'
import { levelOf, targetCodec } from './recompression.ts'

export interface RecordFault {
  readonly batchIndex: number
  readonly message: string
}
export interface Refusal {
  readonly error: Exclude<ErrorName, 'NONE'>
  readonly message: string
  readonly recordErrors?: readonly RecordFault[]
}
export interface ValidationOptions {
  readonly origin: 'client' | 'coordinator'
  readonly config: LogConfig
  readonly baseOffset: number
  readonly leaderEpoch: number
  readonly now: number
}

const records = new RecordIndex()

/** The batch as it is to be appended, mostly the very bytes that came in; or why it is not taken. */
export function validateBatch(batch: Buffer, options: ValidationOptions): Buffer | Refusal {
  const { config, origin } = options
  const fault = checkHeader(batch, options)
  if (fault !== undefined) return fault
  const sourceCodec = batchCodec(batch, 0),
    codec = targetCodec(config.compressionType, sourceCodec)
  try {
    records.read(batch, 0, { briefly: true })
  } catch (error) {
    if (error instanceof RecordError) return refuse('INVALID_RECORD', error.message)
    throw error
  }
  const recordFaults = checkRecords(batch, options)
  if (recordFaults !== undefined) return recordFaults
  // Control records are compressed only where they came so.
  const isKept =
    (codec === sourceCodec || (batchIsControl(batch, 0) && sourceCodec === 'none')) && records.isConsecutive
  const taken = isKept ? batch : rebuilt(batch, codec, config)
  if (!isKept && origin === 'client' && taken.length > config.maxMessageBytes)
    return refuse(
      'MESSAGE_TOO_LARGE',
      `${taken.length} bytes once compressed by ${codec}, where ${config.maxMessageBytes} are allowed`,
    )
  if (taken.length > config.segmentBytes)
    return refuse('RECORD_LIST_TOO_LARGE', `${taken.length} bytes, where a segment takes ${config.segmentBytes}`)
  stamp(taken, options)
  return taken
}
/** A fault always has an error's name, never NONE. */
export const refusalOf = ({ error, message }: BatchFault): Refusal => ({ error: error as Refusal['error'], message })
const refuse = (error: Refusal['error'], message: string): Refusal => ({ error, message })

function checkHeader(batch: Buffer, { origin, config }: ValidationOptions): Refusal | undefined {
  if (batch.length === 0) return refuse('INVALID_RECORD', 'no record batch')
  if (origin === 'client' && batch.length > config.maxMessageBytes)
    return refuse('MESSAGE_TOO_LARGE', `${batch.length} bytes, where ${config.maxMessageBytes} are allowed`)
  const fault = origin === 'client' ? checkProducedBatch(batch, 0, batch.length) : checkBatch(batch, 0, batch.length)
  if (fault !== undefined) return refusalOf(fault)
  if (batchSizeBytes(batch, 0) !== batch.length)
    return refuse('INVALID_RECORD', 'more than one record batch for a partition')
  if (origin === 'client' && batchBaseOffset(batch, 0) !== 0)
    return refuse('INVALID_RECORD', `a base offset of ${batchBaseOffset(batch, 0)}, where producers send 0`)
  return undefined
}

/** Per record, as the answer lists them (KIP-467). */
function checkRecords(batch: Buffer, options: ValidationOptions): Refusal | undefined {
  const { config, now } = options
  const needsKeys = isCompacted(config) && !batchIsControl(batch, 0)
  const createTime = config.messageTimestampType === 'CreateTime'
  const earliest = now - config.messageTimestampBeforeMaxMs,
    latest = now + config.messageTimestampAfterMaxMs
  const faults: RecordFault[] = []
  let error: 'INVALID_RECORD' | 'INVALID_TIMESTAMP' = 'INVALID_RECORD'
  for (let i = 0; i < records.count; i++) {
    if (needsKeys && records.keyStart[i] === -1)
      faults.push({ batchIndex: i, message: 'a compacted topic takes no record without a key' })
    const timestamp = records.timestamp[i]!
    if (!createTime || timestamp === noTimestamp || (timestamp >= earliest && timestamp <= latest)) continue
    error = 'INVALID_TIMESTAMP'
    faults.push({ batchIndex: i, message: `timestamp ${timestamp}, where ${earliest} to ${latest} are allowed` })
  }
  return faults.length === 0 ? undefined : recordsRefused(error, faults)
}
const noTimestamp = -1
function recordsRefused(error: Refusal['error'], recordErrors: RecordFault[]): Refusal {
  const message = `${recordErrors.length} of ${records.count} records: ${recordErrors[0]?.message ?? ''}`
  return { error, message, recordErrors: recordErrors.slice(0, recordErrorsMax) }
}
/** A batch of a million bad records is refused just as well by a few of them. */
const recordErrorsMax = 1000

function rebuilt(batch: Buffer, codec: CompressionCodec, config: LogConfig): Buffer {
  const builder = new BatchBuilder({ sizeMax: Infinity })
  for (let i = 0; i < records.count; i++)
    builder.append({
      timestamp: records.timestamp[i]!,
      key: records.key(i),
      value: records.value(i),
      headers: records.headers(i),
    })
  return builder.finish({
    codec,
    level: levelOf(codec, config),
    producerId: batchProducerId(batch, 0),
    producerEpoch: batchProducerEpoch(batch, 0),
    baseSequence: batchBaseSequence(batch, 0),
    transactional: batchIsTransactional(batch, 0),
    control: batchIsControl(batch, 0),
  })
}

function stamp(batch: Buffer, { config, baseOffset, leaderEpoch, now }: ValidationOptions): void {
  setBaseOffset(batch, 0, baseOffset)
  setLeaderEpoch(batch, 0, leaderEpoch)
  if (config.messageTimestampType === 'LogAppendTime') {
    setLogAppendTime(batch, 0, now)
    return
  }
  let latest = noTimestamp
  for (let i = 0; i < records.count; i++) latest = Math.max(latest, records.timestamp[i]!)
  // Indexes and retention go by the header, so a producer's mistake there is mended.
  if (latest !== batchMaxTimestamp(batch, 0)) setMaxTimestamp(batch, 0, latest)
}
