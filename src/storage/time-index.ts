// <base offset>.timeindex: the largest timestamp so far and where it is. Entries of 12 bytes: the timestamp (int64) and the
// last offset of the batch that holds it, counted from the base offset (int32). Timestamps increase from entry to entry.

import { IndexFile } from './index-file.ts'
import { int64At, setInt64 } from './int64.ts'

export interface TimestampOffset {
  readonly timestamp: number
  readonly offset: number
}

export class TimeIndex extends IndexFile {
  protected readonly entrySize = 12

  /** Timestamp -1 at the base offset, where there is none. */
  get last(): TimestampOffset {
    return this.#entry(this.count - 1)
  }
  append({ timestamp, offset }: TimestampOffset): void {
    if (timestamp <= this.last.timestamp) return
    const { bytes, at } = this.extend()
    setInt64(bytes, at, timestamp)
    bytes.writeInt32BE(offset - this.baseOffset, at + 8)
  }
  /** The last entry whose timestamp is not above: what comes later than `timestamp` lies behind its offset. */
  floor(timestamp: number): TimestampOffset {
    return this.#entry(this.lastWhere(at => this.#timestampAt(at) <= timestamp))
  }
  /** Forgets what lies at the offset or beyond. */
  truncateTo(offset: number): void {
    this.truncateToCount(this.lastWhere(at => this.baseOffset + this.bytes.readInt32BE(at + 8) < offset) + 1)
  }
  protected fault(): string | undefined {
    if (this.count === 0) return undefined
    if (this.last.offset < this.baseOffset) return `its last offset, ${this.last.offset}, is below its base`
    return this.last.timestamp < this.#timestampAt(0) ? 'its timestamps do not increase' : undefined
  }
  #entry(index: number): TimestampOffset {
    if (index < 0) return { timestamp: -1, offset: this.baseOffset }
    const at = index * 12
    return { timestamp: this.#timestampAt(at), offset: this.baseOffset + this.bytes.readInt32BE(at + 8) }
  }
  #timestampAt(at: number): number {
    return int64At(this.bytes, at)
  }
}
