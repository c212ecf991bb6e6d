// What a compacted log must hold, from nothing but the list of batches that were appended to it.

import assert from 'node:assert/strict'

import {
  batchBaseOffset,
  batchIsControl,
  batchIsTransactional,
  batchLastOffset,
  batchProducerId,
  checkBatch,
  controlType,
  RecordIndex,
} from '../../protocol/index.ts'
import type { LogConfig } from '../log-config.ts'
import type { PartitionLog } from '../partition-log.ts'
import { batchesOf } from './testing.ts'

export interface ModelRecord {
  /** No other record has it. */
  readonly id: number
  readonly key: string
  readonly isTombstone: boolean
  readonly timestamp: number
}
export interface ModelBatch {
  readonly baseOffset: number
  readonly endOffset: number
  readonly appendedMs: number
  readonly producerId: number
  readonly transactional: boolean
  readonly baseSequence?: number
  readonly records: readonly ModelRecord[]
  readonly marker?: 'commit' | 'abort'
}
interface PlacedRecord extends ModelRecord {
  readonly offset: number
  readonly appendedMs: number
}

const index = new RecordIndex()

export class LogModel {
  /** Acknowledged: what a crash must leave. */
  durableOffset = 0
  #batches: ModelBatch[] = []
  /** All that were ever appended at an offset: a crash loses what was not acknowledged, and others come in its place. */
  readonly #history = new Map<number, ModelBatch[]>()

  add(batch: ModelBatch): void {
    this.#batches.push(batch)
    this.#history.set(batch.baseOffset, [...(this.#history.get(batch.baseOffset) ?? []), batch])
  }
  nextSequence(producerId: number): number {
    const last = this.#batches.findLast(batch => batch.producerId === producerId && batch.marker === undefined)
    return last === undefined ? 0 : last.baseSequence! + last.records.length
  }
  isOpen(producerId: number): boolean {
    return this.#transactions().open.has(producerId)
  }
  /** After a crash: of what was not acknowledged the log holds some, and that counts from now on. */
  recovered(log: PartitionLog): void {
    assert.ok(log.endOffset >= this.durableOffset, `ends at ${log.endOffset} of ${this.durableOffset}`)
    this.#batches = this.#batches.filter(({ endOffset }) => endOffset <= this.durableOffset)
    for (const bytes of batchesOf(log)) {
      const baseOffset = batchBaseOffset(bytes, 0)
      if (baseOffset < this.durableOffset) continue
      const found = this.#history.get(baseOffset)?.find(batch => isSame(bytes, batch))
      assert.ok(found, `a batch at ${baseOffset} that nobody appended`)
      this.#batches.push(found)
    }
    this.durableOffset = log.endOffset
  }

  /** Whose records are aborted, and where the first transaction begins that is open. */
  #transactions(upTo = Infinity): { aborted: Set<ModelBatch>; open: Map<number, ModelBatch[]> } {
    const open = new Map<number, ModelBatch[]>(),
      aborted = new Set<ModelBatch>()
    for (const batch of this.#batches) {
      if (batch.baseOffset >= upTo) break
      const { producerId, marker } = batch
      if (!batch.transactional) continue
      if (marker === undefined) open.set(producerId, [...(open.get(producerId) ?? []), batch])
      else {
        if (marker === 'abort') for (const each of open.get(producerId) ?? []) aborted.add(each)
        open.delete(producerId)
      }
    }
    return { aborted, open }
  }
  /** The records that count, in the order of their offsets. */
  #records(upTo: number): PlacedRecord[] {
    const { aborted } = this.#transactions()
    return this.#batches
      .filter(batch => batch.endOffset <= upTo && !aborted.has(batch))
      .flatMap(({ records, baseOffset, appendedMs }) =>
        records.map((record, i) => ({ ...record, offset: baseOffset + i, appendedMs })),
      )
  }

  check(log: PartitionLog, now: number, config: LogConfig): void {
    const found = this.#checkBatches(log)
    this.#checkClean(log, found, { now, config })
    this.#checkView(log)
    this.#checkLookups(log, found)
    for (const producerId of new Set(this.#batches.map(batch => batch.producerId)))
      if (producerId !== -1) {
        const entry = log.activeProducers().find(each => each.producerId === producerId)
        assert.equal(
          (entry?.lastSequence ?? -1) + 1,
          this.nextSequence(producerId),
          `producer ${producerId}'s sequence`,
        )
      }
  }
  /** Every batch is sound, every record stands where it was appended; gives the offsets of records and what they are. */
  #checkBatches(log: PartitionLog): Map<number, ModelRecord> {
    const found = new Map<number, ModelRecord>()
    const all = new Map(this.#batches.flatMap(batch => batch.records.map((r, i) => [batch.baseOffset + i, r] as const)))
    let next = log.logStartOffset
    for (const bytes of batchesOf(log)) {
      assert.equal(checkBatch(bytes, 0, bytes.length), undefined)
      assert.ok(batchBaseOffset(bytes, 0) >= next, `batch at ${batchBaseOffset(bytes, 0)}, where ${next} was to follow`)
      next = batchLastOffset(bytes, 0) + 1
      index.read(bytes, 0)
      if (batchIsControl(bytes, 0)) continue
      for (let i = 0; i < index.count; i++) {
        const offset = index.offset(i),
          expected = all.get(offset)
        const id = Number(index.headers(i)[0]![1]),
          is = [id, String(index.key(i)), index.value(i) === null, index.timestamp[i]]
        assert.ok(expected, `a record at ${offset}, where there was none`)
        assert.deepEqual(is, [expected.id, expected.key, expected.isTombstone, expected.timestamp], `offset ${offset}`)
        found.set(offset, expected)
      }
    }
    return found
  }
  /** Below where it was cleaned a log holds the last record of each key and no other; beyond it, all. */
  #checkClean(
    { cleanedOffset }: PartitionLog,
    found: ReadonlyMap<number, ModelRecord>,
    { now, config }: { now: number; config: LogConfig },
  ): void {
    const records = this.#records(Infinity)
    const lastOfKey = new Map(records.map(({ key, offset }) => [key, offset])),
      lastCleanOfKey = new Map(
        records.filter(({ offset }) => offset < cleanedOffset).map(({ key, offset }) => [key, offset]),
      )
    for (const record of records) {
      const { offset, key } = record
      const isThere = found.has(offset)
      if (offset < cleanedOffset && lastCleanOfKey.get(key) !== offset)
        assert.ok(!isThere, `offset ${offset}, an earlier record of ${key}, is still there`)
      if (lastOfKey.get(key) !== offset || isThere) continue
      assert.ok(record.isTombstone, `offset ${offset}, the last record of ${key}, is gone`)
      assert.ok(now >= record.appendedMs + config.deleteRetentionMs, `offset ${offset}, a tombstone, is gone early`)
    }
    const counted = new Set(records.map(({ offset }) => offset))
    for (const offset of found.keys())
      if (offset < cleanedOffset) assert.ok(counted.has(offset), `offset ${offset} was aborted, and is still there`)
  }
  /** Who reads all that is committed, comes to the same last values as if nothing had been compacted. */
  #checkView(log: PartitionLog): void {
    const upTo = log.lastStableOffset,
      { open } = this.#transactions(),
      expected = new Map<string, number>(),
      seen = new Map<string, number>()
    const firstOpen = Math.min(...[...open.values()].map(([first]) => first!.baseOffset))
    assert.ok(upTo <= firstOpen, `readers of committed records go to ${upTo}, where ${firstOpen} is open`)
    for (const { key, id, isTombstone } of this.#records(upTo))
      if (isTombstone) expected.delete(key)
      else expected.set(key, id)
    const ahead = log.abortedTransactions(log.logStartOffset, upTo),
      aborting = new Set<number>()
    for (const bytes of batchesOf(log)) {
      const producerId = batchProducerId(bytes, 0)
      if (batchLastOffset(bytes, 0) >= upTo) break
      while (ahead.length > 0 && ahead[0]!.firstOffset <= batchLastOffset(bytes, 0))
        aborting.add(ahead.shift()!.producerId)
      index.read(bytes, 0)
      if (batchIsControl(bytes, 0)) {
        if (index.count > 0 && controlType(index.key(0)) === 'abort') aborting.delete(producerId)
        continue
      }
      if (batchIsTransactional(bytes, 0) && aborting.has(producerId)) continue
      for (let i = 0; i < index.count; i++) {
        const key = String(index.key(i))
        if (index.value(i) === null) seen.delete(key)
        else seen.set(key, Number(index.headers(i)[0]![1]))
      }
    }
    assert.deepEqual(seen, expected, 'what a reader sees')
  }
  /** Indexes lead to what a scan finds. */
  #checkLookups(log: PartitionLog, found: ReadonlyMap<number, ModelRecord>): void {
    const batches = [...batchesOf(log)]
    for (let offset = log.logStartOffset; offset < log.endOffset; offset += 7) {
      const outcome = log.read(offset, { maxBytes: 1, minOneBatch: true })
      assert.equal(outcome.error, 'NONE')
      if (outcome.error !== 'NONE') continue
      const expected = batches.find(bytes => batchLastOffset(bytes, 0) >= offset)
      assert.equal(outcome.records.length > 0, expected !== undefined, `a read at ${offset}`)
      if (expected !== undefined) assert.deepEqual(Buffer.from(outcome.records), expected, `a read at ${offset}`)
      outcome.release()
    }
    const sample = [...found].filter((_, i) => i % 11 === 0)
    for (const [, { timestamp }] of sample) {
      const at = log.offsetForTimestamp(timestamp)
      const first = [...found].find(([, record]) => record.timestamp >= timestamp)!
      assert.ok(at !== undefined && at.offset <= first[0], `the first record since ${timestamp} is at ${first[0]}`)
    }
  }
}
function isSame(bytes: Buffer, batch: ModelBatch): boolean {
  index.read(bytes, 0)
  if (batch.marker !== undefined)
    return (
      batchIsControl(bytes, 0) &&
      controlType(index.key(0)) === batch.marker &&
      batchProducerId(bytes, 0) === batch.producerId
    )
  return !batchIsControl(bytes, 0) && Number(index.headers(0)[0]![1]) === batch.records[0]!.id
}
