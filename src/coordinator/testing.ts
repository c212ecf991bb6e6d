// What the tests of this module share: a partition of the log in memory that refuses, commits late or loses its tail as
// it is told to.

import { batchBaseOffset, batchLastOffset, setBaseOffset } from '../protocol/index.ts'
import type { Appended } from './machine.ts'
import type { CoordinatorLog } from './shard.ts'

export class MemoryLog implements CoordinatorLog {
  batches: Buffer[] = []
  startOffset = 0
  highWatermark = 0
  /** What the next appends are refused with. */
  refuses: Exclude<Appended['error'], 'NONE'> | undefined
  /** Told of every append; commits at once if it is not given. */
  onAppend: (endOffset: number) => void = endOffset => void (this.highWatermark = endOffset)

  get endOffset(): number {
    const last = this.batches.at(-1)
    return last === undefined ? this.startOffset : batchLastOffset(last, 0) + 1
  }
  append(batch: Buffer): Appended {
    if (this.refuses !== undefined) return { error: this.refuses }
    setBaseOffset(batch, 0, this.endOffset)
    this.batches.push(batch)
    this.onAppend(this.endOffset)
    return { error: 'NONE', endOffset: this.endOffset }
  }
  read(offset: number): Buffer {
    return Buffer.concat(this.batches.filter(batch => batchLastOffset(batch, 0) >= offset).slice(0, 100))
  }
  truncateTo(offset: number): void {
    this.batches = this.batches.filter(batch => batchBaseOffset(batch, 0) < offset)
  }
}
