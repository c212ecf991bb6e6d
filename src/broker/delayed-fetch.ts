// A fetch that has found too little, parked until there is more, something is wrong, or its time is up (KIP-74's min
// bytes are counted over all of its partitions).
//
// Each of its partitions holds a watch. When a partition grows, a watch looks at its own bytes only, from where it
// has counted to; the whole request is read again once, when it is answered.

import { Link } from '../base/index.ts'
import { type Deadlines, Expiring } from './deadlines.ts'
import type { FetchLimit, Partition } from './partition.ts'

export class FetchWatch extends Link {
  readonly fetch: DelayedFetch
  readonly partition: Partition
  readonly limit: FetchLimit
  /** The first offset that has not been counted. */
  nextOffset: number
  constructor(fetch: DelayedFetch, partition: Partition, limit: FetchLimit, nextOffset: number) {
    super()
    this.fetch = fetch
    this.partition = partition
    this.limit = limit
    this.nextOffset = nextOffset
  }
}

export class DelayedFetch extends Expiring {
  readonly #watches: FetchWatch[] = []
  readonly #deadlines: Deadlines
  readonly #maxWaitMs: number
  readonly #done: () => void
  #bytesLeft: number
  #answered = false

  constructor(options: { bytesLeft: number; maxWaitMs: number; deadlines: Deadlines; done: () => void }) {
    super()
    this.#bytesLeft = options.bytesLeft
    this.#deadlines = options.deadlines
    this.#maxWaitMs = options.maxWaitMs
    this.#done = options.done
    this.#deadlines.add(this, this.#maxWaitMs)
  }
  /** Those that it waits for. */
  get partitionCount(): number {
    return this.#watches.length
  }
  watch(partition: Partition, nextOffset: number, limit: FetchLimit): void {
    const watch = new FetchWatch(this, partition, limit, nextOffset)
    this.#watches.push(watch)
    partition.fetchWatches.add(watch)
  }
  /** The partition may hold more than when the watch last counted. */
  grown(watch: FetchWatch): void {
    if (this.#answered) return
    const { partition, limit, nextOffset } = watch
    if (partition.fetchEnd(limit) <= nextOffset) return
    // Whatever is there is at least a byte, and most fetches ask for no more.
    if (this.#bytesLeft > 1) {
      const outcome = partition.log.read(nextOffset, {
        maxBytes: this.#bytesLeft,
        upTo: partition.fetchEnd(limit),
        minOneBatch: true,
      })
      if (outcome.error === 'NONE') {
        this.#bytesLeft -= outcome.records.length
        watch.nextOffset = outcome.lastOffset + 1
        outcome.release()
        if (this.#bytesLeft > 0) return
      }
    }
    this.answer()
  }
  /** Answers with what there is: enough has come, or a partition has an error to tell. */
  answer(): void {
    if (this.cancel()) this.#done()
  }
  expire(): void {
    this.answer()
  }
  /** Nobody waits for the answer any more. */
  cancel(): boolean {
    if (this.#answered) return false
    this.#answered = true
    this.#deadlines.remove(this, this.#maxWaitMs)
    for (const watch of this.#watches) watch.partition.fetchWatches.remove(watch)
    return true
  }
}
