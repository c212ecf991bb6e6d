// What the tests of compaction share.

import {
  batchDeleteHorizon,
  batches,
  batchIsControl,
  batchRecordCount,
  batchLastOffset,
  buildBatch,
  controlType,
  RecordIndex,
  type BatchOptions,
} from '../../protocol/index.ts'
import type { PartitionLog } from '../partition-log.ts'
import { appended, read, settled, type TestDirectory, type TestLog } from '../testing.ts'

/** Of texts such as 'key=value', and 'key' for a tombstone. */
export const keyed = (texts: readonly string[], options: BatchOptions & { timestamp?: number } = {}): Buffer =>
  buildBatch(
    texts.map(text => {
      const [key, value = null] = text.split('=') as [string, string?]
      return { timestamp: options.timestamp ?? 1_700_000_000_000, key, value }
    }),
    options,
  )

/** What was appended so far is in finished segments, and on all replicas: a record of this key begins the next one. */
export function roll({ log }: TestLog): void {
  const { config } = log,
    batch = keyed([`${rollKey}=`])
  log.setConfig({ ...config, segmentBytes: batch.length })
  appended(log, batch)
  log.setConfig(config)
  log.setHighWatermark(log.endOffset)
}
const rollKey = '~'

export async function compact({ directory, clock }: TestDirectory): Promise<void> {
  let isDone = false
  const compacting = directory.compact().finally(() => (isDone = true))
  while (!isDone) {
    clock.turn()
    await settled()
  }
  await compacting
}

/** The batches of a log. */
export function* batchesOf(log: PartitionLog): Generator<Buffer, void, undefined> {
  for (let offset = log.logStartOffset; offset < log.endOffset;) {
    const { records, lastOffset, release } = read(log, offset, { maxBytes: 2 ** 20, minOneBatch: true })
    const bytes = Buffer.from(records)
    release()
    const starts = [...batches(bytes)]
    for (const [i, at] of starts.entries()) yield bytes.subarray(at, starts[i + 1] ?? bytes.length)
    offset = lastOffset + 1
  }
}
const records = new RecordIndex()
/** One text a record: its offset, key, value if it has one; a marker's type and producer; in brackets an empty batch. */
export function contentOf(log: PartitionLog): string[] {
  return [...batchesOf(log)].flatMap(batch => {
    if (batchRecordCount(batch, 0) === 0) return [`[${batchLastOffset(batch, 0)}]`]
    records.read(batch, 0)
    return Array.from({ length: records.count }, (_, i) => {
      if (batchIsControl(batch, 0)) return `${records.offset(i)} ${controlType(records.key(i))}`
      const key = String(records.key(i)),
        value = records.value(i)
      return `${records.offset(i)} ${value === null ? key : `${key}=${String(value)}`}`
    }).filter(text => !text.includes(rollKey))
  })
}
/** Delete horizons by the last offset of the batch that has one. */
export function horizonsOf(log: PartitionLog): [lastOffset: number, horizonMs: number][] {
  return [...batchesOf(log)].flatMap((batch): [number, number][] => {
    const horizon = batchDeleteHorizon(batch, 0)
    return horizon === undefined ? [] : [[batchLastOffset(batch, 0), horizon]]
  })
}
