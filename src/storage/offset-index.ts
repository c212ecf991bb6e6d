// <base offset>.index: from offsets to positions in the segment. Entries of 8 bytes, one every index.interval.bytes:
// the last offset of a batch, counted from the base offset (int32), and where the batch begins (int32).

import { IndexFile } from './index-file.ts'

export interface IndexedBatch {
  readonly lastOffset: number
  readonly position: number
}

export class OffsetIndex extends IndexFile {
  protected readonly entrySize = 8

  get lastOffset(): number {
    return this.count === 0 ? this.baseOffset : this.#offsetAt((this.count - 1) * 8)
  }
  append(lastOffset: number, position: number): void {
    const { bytes, at } = this.extend()
    bytes.writeInt32BE(lastOffset - this.baseOffset, at)
    bytes.writeInt32BE(position, at + 4)
  }
  /** A place at or before the batch that holds the offset. */
  positionOf(offset: number): number {
    return this.floor(offset).position
  }
  /** The last entry that is not above the offset: the last offset of a batch, and where that begins. */
  floor(offset: number): IndexedBatch {
    const found = this.lastWhere(at => this.#offsetAt(at) <= offset)
    if (found === -1) return { lastOffset: this.baseOffset, position: 0 }
    return { lastOffset: this.#offsetAt(found * 8), position: this.bytes.readInt32BE(found * 8 + 4) }
  }
  /** Forgets the batches that end at the offset or beyond. */
  truncateTo(offset: number): void {
    this.truncateToCount(this.lastWhere(at => this.#offsetAt(at) < offset) + 1)
  }
  protected fault(): string | undefined {
    if (this.count === 0) return undefined
    return this.lastOffset < this.baseOffset ? `its last offset, ${this.lastOffset}, is below its base` : undefined
  }
  #offsetAt(at: number): number {
    return this.baseOffset + this.bytes.readInt32BE(at)
  }
}
