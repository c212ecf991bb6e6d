// What a log answers to appends and reads. What is refused carries the name of Kafka's error.

import { noBytes, type ErrorName } from '../protocol/index.ts'
import type { Refusal } from './log-validator.ts'
import type { AppendOrigin } from './producer-state.ts'

export interface AppendOptions {
  readonly leaderEpoch: number
  /** 'replication' keeps offsets and epochs as they are in the batches. */
  readonly origin: AppendOrigin
  readonly now: number
  /** Of the transaction that a marker ends: from 2 on its epoch is above that of the records (KIP-890). */
  readonly transactionVersion?: number | undefined
}
export interface Appended {
  readonly error: 'NONE'
  readonly baseOffset: number
  readonly lastOffset: number
  /** -1 unless message.timestamp.type is LogAppendTime. */
  readonly logAppendTimeMs: number
  readonly logStartOffset: number
  /** It was appended before, at these offsets. */
  readonly duplicate: boolean
}
export type AppendOutcome = Appended | Refusal

export interface ReadLimits {
  readonly maxBytes: number
  /** The first offset that may not be read: high watermark or last stable offset. The end of the log if not given. */
  readonly upTo?: number
  /** KIP-74: the first batch comes whatever its size. */
  readonly minOneBatch?: boolean
}
export type ReadOutcome = LogRead | { readonly error: Exclude<ErrorName, 'NONE'>; readonly message: string }
export interface LogRead extends ReadBatches {
  readonly error: 'NONE'
}
export interface ReadBatches {
  /** Whole batches from the one that holds the offset; good until `release`. */
  readonly records: Uint8Array
  /** Of the last batch, or before the next one: what lies up to it is dealt with. At least the one before what was asked for. */
  readonly lastOffset: number
  /** Another batch stands behind them, or in their place, that the size asked for had no room for. */
  readonly isCutShort: boolean
  /** To be called once, when the records were sent. */
  readonly release: () => void
}
export const noBatches = (offset: number): LogRead => ({
  error: 'NONE',
  records: noBytes,
  lastOffset: offset - 1,
  isCutShort: false,
  release: nothing,
})
function nothing(): void {}
