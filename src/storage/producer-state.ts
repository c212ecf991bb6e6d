// The producers of a log: what they wrote last, so that what they send again is known (KIP-98), and which transactions are
// open, so that readers of committed records stop before them. It is a function of the log: replayed, it is the same.

import {
  batchBaseOffset,
  batchBaseSequence,
  batchIsControl,
  batchIsTransactional,
  batchLastOffset,
  batchLastOffsetDelta,
  batchMaxTimestamp,
  batchProducerEpoch,
  batchProducerId,
  batchRecordCount,
  controlType,
  RecordIndex,
  type BatchFault,
  type ErrorName,
} from '../protocol/index.ts'
import { follows, noEpoch, noSequence, ProducerEntry, sequencePlus, type ProducerBatch } from './producer-entry.ts'
import type { AbortedTransaction } from './transaction-index.ts'

export type AppendOrigin = 'client' | 'coordinator' | 'replication'

export type ProducerVerdict =
  | { readonly kind: 'next' }
  | { readonly kind: 'duplicate'; readonly batch: ProducerBatch }
  | { readonly kind: 'refused'; readonly refusal: BatchFault }

const next: ProducerVerdict = { kind: 'next' }
const refused = (error: ErrorName, message: string): ProducerVerdict => ({
  kind: 'refused',
  refusal: { error, message },
})

export class ProducerState {
  readonly entries = new Map<number, ProducerEntry>()
  /** Open transactions: first offset → producer id, in the order of the offsets. */
  readonly #open = new Map<number, number>()
  /** Ended, with a marker that not all replicas have yet: first offset → the marker's. */
  readonly #ended = new Map<number, number>()

  /** Whether the batch may be appended. */
  judge(b: Buffer, at: number, origin: AppendOrigin, transactionVersion = 0): ProducerVerdict {
    const producerId = batchProducerId(b, at)
    if (producerId < 0 || origin === 'replication') return next
    const entry = this.entries.get(producerId)
    if (entry === undefined) return next
    const epoch = batchProducerEpoch(b, at)
    if (batchIsControl(b, at)) return judgeMarker(entry, epoch, markerAt(b, at), transactionVersion)
    const sequence = batchBaseSequence(b, at)
    if (origin === 'client') {
      const batch = entry.duplicateOf(epoch, sequence, lastSequenceAt(b, at))
      if (batch !== undefined) return { kind: 'duplicate', batch }
    }
    if (epoch < entry.epoch) return oldEpoch(entry, epoch)
    const verdict = origin === 'client' ? judgeSequence(entry, epoch, sequence) : next
    if (verdict.kind === 'refused') return verdict
    if (entry.transactionFirstOffset >= 0 && !batchIsTransactional(b, at))
      return refused(
        'INVALID_TXN_STATE',
        `producer ${producerId} has an open transaction, and this batch is not part of one`,
      )
    return next
  }

  /** Takes note of a batch that is part of the log. Gives the transaction that it aborts, if it does. */
  apply(b: Buffer, at: number): AbortedTransaction | undefined {
    const producerId = batchProducerId(b, at)
    if (producerId < 0) return undefined
    if (batchIsControl(b, at)) return this.#applyMarker(b, at)
    const entry = this.#entry(producerId)
    entry.add(batchProducerEpoch(b, at), {
      lastSequence: lastSequenceAt(b, at),
      lastOffset: batchLastOffset(b, at),
      offsetDelta: batchLastOffsetDelta(b, at),
      timestamp: batchMaxTimestamp(b, at),
    })
    if (batchIsTransactional(b, at) && entry.transactionFirstOffset < 0) {
      entry.transactionFirstOffset = batchBaseOffset(b, at)
      this.#open.set(entry.transactionFirstOffset, producerId)
    }
    return undefined
  }
  #applyMarker(b: Buffer, at: number): AbortedTransaction | undefined {
    const marker = markerAt(b, at)
    // Compaction leaves an empty batch of a transaction whose records are all gone.
    if (marker === undefined) return undefined
    const entry = this.#entry(batchProducerId(b, at)),
      { producerId, transactionFirstOffset: firstOffset } = entry
    entry.takeEpoch(batchProducerEpoch(b, at))
    entry.coordinatorEpoch = marker.coordinatorEpoch
    entry.lastTimestamp = marker.timestamp
    entry.transactionFirstOffset = -1
    if (firstOffset < 0) return undefined
    const lastOffset = batchBaseOffset(b, at)
    this.#open.delete(firstOffset)
    this.#ended.set(firstOffset, lastOffset)
    if (marker.type === 'commit') return undefined
    const lastStableOffset = this.#open.keys().next().value ?? lastOffset + 1
    return { producerId, firstOffset, lastOffset, lastStableOffset }
  }
  #entry(producerId: number): ProducerEntry {
    let entry = this.entries.get(producerId)
    if (entry === undefined) this.entries.set(producerId, (entry = new ProducerEntry(producerId)))
    return entry
  }

  /** The first offset of a transaction that is open, or whose end is not on all replicas; undefined: there is none. */
  firstUnstableOffset(highWatermark: number): number | undefined {
    if (this.#open.size === 0 && this.#ended.size === 0) return undefined
    for (const [firstOffset, marker] of this.#ended) if (marker < highWatermark) this.#ended.delete(firstOffset)
    const open = this.#open.keys().next().value
    let first = open ?? Infinity
    for (const firstOffset of this.#ended.keys()) first = Math.min(first, firstOffset)
    return first === Infinity ? undefined : first
  }
  expire(now: number, expirationMs: number): void {
    for (const entry of this.entries.values())
      if (entry.transactionFirstOffset < 0 && now - entry.lastTimestamp >= expirationMs)
        this.entries.delete(entry.producerId)
  }
  /** Starts from the entries of a snapshot. */
  reset(entries: readonly ProducerEntry[] = []): void {
    this.entries.clear()
    this.#open.clear()
    this.#ended.clear()
    for (const entry of entries) this.entries.set(entry.producerId, entry)
    const open = entries.filter(({ transactionFirstOffset }) => transactionFirstOffset >= 0)
    for (const entry of open.toSorted((a, b) => a.transactionFirstOffset - b.transactionFirstOffset))
      this.#open.set(entry.transactionFirstOffset, entry.producerId)
  }
}

function judgeSequence(entry: ProducerEntry, epoch: number, sequence: number): ProducerVerdict {
  if (epoch !== entry.epoch) {
    if (sequence === 0 || entry.epoch === noEpoch) return next
    return refused(
      'OUT_OF_ORDER_SEQUENCE_NUMBER',
      `producer ${entry.producerId} begins epoch ${epoch} at sequence ${sequence}, where it must be 0`,
    )
  }
  if (follows(entry.lastSequence, sequence)) return next
  return refused(
    'OUT_OF_ORDER_SEQUENCE_NUMBER',
    `producer ${entry.producerId} sent sequence ${sequence}, where the last one was ${entry.lastSequence}`,
  )
}
const epochMax = 32_767
const oldEpoch = ({ producerId, epoch }: ProducerEntry, sent: number): ProducerVerdict =>
  refused('INVALID_PRODUCER_EPOCH', `epoch ${sent} of producer ${producerId}, which is at ${epoch}`)

interface Marker {
  readonly type: 'commit' | 'abort'
  readonly coordinatorEpoch: number
  readonly timestamp: number
}
function judgeMarker(
  entry: ProducerEntry,
  epoch: number,
  marker: Marker | undefined,
  transactionVersion: number,
): ProducerVerdict {
  if (epoch < entry.epoch) return oldEpoch(entry, epoch)
  // KIP-890: the end of a transaction has an epoch of its own, above that of its records. One that is late, and met by
  // the records of the next transaction, would end that.
  const isOpen = entry.transactionFirstOffset >= 0
  if (transactionVersion >= 2 && epoch === entry.epoch && isOpen && epoch < epochMax) return oldEpoch(entry, epoch)
  if (marker !== undefined && marker.coordinatorEpoch < entry.coordinatorEpoch)
    return refused(
      'TRANSACTION_COORDINATOR_FENCED',
      `coordinator epoch ${marker.coordinatorEpoch}, where ${entry.coordinatorEpoch} has been seen`,
    )
  return next
}
const markerIndex = new RecordIndex()
function markerAt(b: Buffer, at: number): Marker | undefined {
  if (batchRecordCount(b, at) === 0) return undefined
  const records = markerIndex.read(b, at)
  const type = controlType(records.key(0)),
    value = records.value(0)
  if (type === undefined || value === null || value.length < 6) return undefined
  return { type, coordinatorEpoch: value.readInt32BE(2), timestamp: records.timestamp[0]! }
}
function lastSequenceAt(b: Buffer, at: number): number {
  const sequence = batchBaseSequence(b, at)
  return sequence === noSequence ? noSequence : sequencePlus(sequence, batchLastOffsetDelta(b, at))
}
