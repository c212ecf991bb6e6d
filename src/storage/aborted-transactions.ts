// The aborted transactions of a log, from the transaction indexes of its segments. These have no checksum: each is held against
// the log when it is first used, and made anew from the log where they do not agree.

import type { Logger } from '../base/index.ts'
import { batchHeaderSize, batchIsControl, batchProducerId } from '../protocol/index.ts'
import { reloadProducers } from './producer-reload.ts'
import type { ProducerSnapshots } from './producer-snapshots.ts'
import { ProducerState } from './producer-state.ts'
import type { Segment } from './segment.ts'
import type { Segments } from './segments.ts'
import type { AbortedTransaction } from './transaction-index.ts'

export interface AbortedTransactionsOptions {
  readonly segments: Segments
  readonly snapshots: ProducerSnapshots
  readonly logger: Logger
  readonly logStartOffset: () => number
  /** Has what waits in memory written, before the active segment is looked into. */
  readonly writeStaged: () => void
}

/** So many markers are looked up in the log. Of more, those of the others are taken on their word. */
const lookedUpMax = 1000

export class AbortedTransactions {
  readonly #options: AbortedTransactionsOptions
  readonly #checked = new WeakSet<Segment>()
  constructor(options: AbortedTransactionsOptions) {
    this.#options = options
  }
  /** Those whose records lie in [from, upTo), at least in part, by their first offsets. */
  between(from: number, upTo: number): AbortedTransaction[] {
    return this.#of(this.#options.segments.from(from))
      .filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < upTo)
      .toSorted((a, b) => a.firstOffset - b.firstOffset)
  }
  all(): AbortedTransaction[] {
    return this.#of(this.#options.segments.all)
  }
  #of(segments: readonly Segment[]): AbortedTransaction[] {
    return segments.flatMap(segment => {
      if (!this.#checked.has(segment)) this.#check(segment)
      return segment.transactions.entries
    })
  }
  #check(segment: Segment): void {
    this.#checked.add(segment)
    if (segment === this.#options.segments.active) this.#options.writeStaged()
    const fault = segment.transactions.fault ?? markerFault(segment)
    if (fault === undefined) return
    this.#options.logger.warn('transaction index rebuilt', { segment: segment.path, reason: fault })
    segment.transactions.replace(this.#fromLog(segment))
  }
  /** What an undamaged index would have: the producers as of its beginning, and its batches. */
  #fromLog(segment: Segment): AbortedTransaction[] {
    const { segments, snapshots, logStartOffset } = this.#options,
      producers = new ProducerState(),
      aborted: AbortedTransaction[] = []
    const start = Math.min(logStartOffset(), segment.baseOffset)
    reloadProducers(producers, { snapshots, segments, logStartOffset: start, endOffset: segment.baseOffset })
    for (const { bytes, at } of segment.scan(0)) {
      const ended = producers.apply(bytes, at)
      if (ended !== undefined) aborted.push(ended)
    }
    return aborted
  }
}

/** Each entry ends with a marker of its producer. */
function markerFault(segment: Segment): string | undefined {
  const header = Buffer.allocUnsafe(batchHeaderSize)
  for (const { producerId, lastOffset } of segment.transactions.entries.slice(0, lookedUpMax)) {
    const place = segment.locate(lastOffset)
    if (place?.lastOffset !== lastOffset) return `no batch ends at ${lastOffset}`
    segment.file.read(header, 0, batchHeaderSize, place.position)
    if (!batchIsControl(header, 0) || batchProducerId(header, 0) !== producerId)
      return `no marker of producer ${producerId} stands at ${lastOffset}`
  }
  return undefined
}
