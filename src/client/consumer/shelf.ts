// What lies fetched, as a reader takes it from there, partition by partition in turns, and puts back what it did not read.

import { RecordIndex } from '../../protocol/index.ts'
import type { Assignment } from './assignment.ts'
import type { RecordBatch } from './record-batch.ts'

export class Shelf {
  readonly #assignment: Assignment
  /** Of the batches that are out. */
  readonly #indexes: RecordIndex[] = []
  #indexesUsed = 0

  constructor(assignment: Assignment) {
    this.#assignment = assignment
  }
  /** The batches that are out are not good any more. */
  takeBack(): void {
    this.#indexesUsed = 0
  }
  /** Whole batches, so it may be more than `recordsMax` by the last. */
  take(recordsMax: number): RecordBatch[] {
    const taken: RecordBatch[] = []
    let records = 0
    for (const state of this.#assignment) {
      if (state.paused || state.fetched.length === 0) continue
      if (records >= recordsMax) break
      this.#assignment.moveLast(state)
      while (records < recordsMax) {
        const fetched = state.fetched[0]
        if (fetched === undefined) break
        let batch: RecordBatch | undefined
        try {
          batch = fetched.next(this.#takeIndex)
        } catch (error) {
          // What was taken already is given first; the next poll comes upon this one again.
          if (taken.length > 0) return taken
          throw error
        }
        if (batch === undefined) {
          state.fetched.shift()
          state.skipTo(fetched.position)
          continue
        }
        if (batch.baseOffset > state.position!) state.skipTo(batch.baseOffset)
        state.position = batch.nextOffset
        state.leaderEpoch = batch.leaderEpoch
        records += batch.count
        taken.push(batch)
      }
    }
    return taken
  }
  readonly #takeIndex = (): RecordIndex => (this.#indexes[this.#indexesUsed++] ??= new RecordIndex())

  /** They may be committed. */
  allRead(batches: readonly RecordBatch<unknown, unknown>[]): void {
    for (const batch of batches) {
      const state = this.#assignment.get(batch)
      if (state !== undefined) state.consumed = state.position
    }
  }
  /** Of the first of these batches, `given` records were handed out, the last of which may not be committed yet. */
  putBack(batches: readonly RecordBatch<unknown, unknown>[], given: number): void {
    const [first] = batches
    if (first === undefined) return
    const reached = this.#assignment.get(first)
    const consumed = reached?.consumed
    for (const batch of batches.slice(1).toReversed()) this.#assignment.get(batch)?.beginAt(batch.baseOffset)
    if (reached === undefined) return
    reached.beginAt(given < first.count ? first.offset(given) : first.nextOffset)
    reached.consumed = consumed
  }
}
