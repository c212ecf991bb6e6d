// What a cleaning knows of transactions as it goes from batch to batch: whose records were aborted and go at once, and whose
// marker is not needed any more, since nothing of its transaction is left.

import type { AbortedTransaction } from '../transaction-index.ts'

interface Aborting {
  readonly transaction: AbortedTransaction
  /** A batch of it was met, and may stay for what it tells of its producer. */
  hasBatches: boolean
}

export class CleanedTransactions {
  /** Called for an aborted transaction of which something is left, when its marker is met. */
  onLeft: (transaction: AbortedTransaction) => void = () => {}
  /** Begin beyond the last batch that was met; in the order of their first offsets. */
  readonly #ahead: AbortedTransaction[]
  readonly #aborting = new Map<number, Aborting>()
  readonly #committing = new Set<number>()

  /** All that were aborted, as the transaction indexes tell: some may have ended before the first batch that is met. */
  constructor(aborted: readonly AbortedTransaction[]) {
    this.#ahead = aborted.toSorted((a, b) => a.firstOffset - b.firstOffset)
  }
  /** Whether the records of this batch belong to an aborted transaction. */
  isAborted(batch: { readonly producerId: number; readonly lastOffset: number; readonly transactional: boolean }) {
    this.#goTo(batch.lastOffset)
    if (!batch.transactional) return false
    const aborting = this.#aborting.get(batch.producerId)
    if (aborting === undefined) this.#committing.add(batch.producerId)
    else aborting.hasBatches = true
    return aborting !== undefined
  }
  /** Whether the marker, or what is left of it, is not needed any more. */
  isNeedless(marker: {
    readonly producerId: number
    readonly lastOffset: number
    /** Undefined: of a kind that is not known. 'none': its record is gone. */
    readonly type: 'commit' | 'abort' | 'none' | undefined
  }): boolean {
    this.#goTo(marker.lastOffset)
    const { producerId, type } = marker
    if (type === 'none') return true
    if (type === 'commit') return !this.#committing.delete(producerId)
    if (type === undefined) return false
    const aborting = this.#aborting.get(producerId)
    this.#aborting.delete(producerId)
    if (aborting === undefined || !aborting.hasBatches) return true
    this.onLeft(aborting.transaction)
    return false
  }
  #goTo(offset: number): void {
    while (this.#ahead.length > 0 && this.#ahead[0]!.firstOffset <= offset) {
      const transaction = this.#ahead.shift()!
      // It ended before the place where this cleaning begins to read.
      if (transaction.lastOffset < offset) continue
      this.#aborting.set(transaction.producerId, { transaction, hasBatches: false })
    }
  }
}
