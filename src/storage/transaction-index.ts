// <base offset>.txnindex: the transactions that were aborted by a marker in this segment, in the order of their markers.
// Entries of 34 bytes: version 0 (int16), producer id, first offset, last offset (the marker's), and the last stable offset
// when the marker was written (int64 each). The file exists only where there is an entry.

import type { File, Files } from '../base/index.ts'
import { int64At, setInt64 } from './int64.ts'

export interface AbortedTransaction {
  readonly producerId: number
  readonly firstOffset: number
  readonly lastOffset: number
  readonly lastStableOffset: number
}

const entrySize = 34

export class TransactionIndex {
  readonly path: string
  readonly #files: Files
  readonly #baseOffset: number
  #entries: AbortedTransaction[] | undefined
  #fault: string | undefined
  #wasUsed = false

  constructor({ files, path, baseOffset = 0 }: { files: Files; path: string; baseOffset?: number }) {
    this.#files = files
    this.path = path
    this.#baseOffset = baseOffset
  }
  /** What the file shows to be wrong by itself. */
  get fault(): string | undefined {
    this.#load()
    return this.#fault
  }
  get entries(): readonly AbortedTransaction[] {
    return this.#load()
  }
  /** Gives whether the file is new by it. */
  append(transaction: AbortedTransaction): boolean {
    const entries = this.#load(),
      bytes = Buffer.alloc(entrySize)
    setInt64(bytes, 2, transaction.producerId)
    setInt64(bytes, 10, transaction.firstOffset)
    setInt64(bytes, 18, transaction.lastOffset)
    setInt64(bytes, 26, transaction.lastStableOffset)
    this.#withFile(file => file.write(bytes, 0, entrySize, entries.length * entrySize))
    return entries.push(transaction) === 1
  }
  truncateTo(offset: number): void {
    const entries = this.#load(),
      kept = entries.filter(({ lastOffset }) => lastOffset < offset)
    if (kept.length === entries.length) return
    this.#entries = kept
    this.#withFile(file => file.truncate(kept.length * entrySize))
  }
  /** Instead of what is in the file, whatever that is. */
  replace(entries: readonly AbortedTransaction[]): void {
    this.#withFile(file => file.truncate(0))
    this.#entries = []
    this.#fault = undefined
    for (const entry of entries) this.append(entry)
  }
  async sync(): Promise<void> {
    if (!this.#files.exists(this.path)) return
    const file = this.#files.open(this.path, 'r+')
    try {
      await file.sync()
    } finally {
      file.close()
    }
  }
  /** Gives the memory back. Another use loads it again. */
  unload(): void {
    this.#entries = undefined
  }
  /** The same, when it was not used since the last call. */
  rest(): void {
    if (!this.#wasUsed) this.unload()
    this.#wasUsed = false
  }

  #load(): AbortedTransaction[] {
    this.#wasUsed = true
    if (this.#entries !== undefined) return this.#entries
    if (!this.#files.exists(this.path)) return (this.#entries = [])
    const bytes = this.#files.readFile(this.path),
      count = Math.floor(bytes.length / entrySize)
    this.#entries = Array.from({ length: count }, (_, i) => ({
      producerId: int64At(bytes, i * entrySize + 2),
      firstOffset: int64At(bytes, i * entrySize + 10),
      lastOffset: int64At(bytes, i * entrySize + 18),
      lastStableOffset: int64At(bytes, i * entrySize + 26),
    }))
    this.#fault = faultIn(bytes, this.#entries, this.#baseOffset)
    return this.#entries
  }
  #withFile(work: (file: File) => void): void {
    const file = this.#files.open(this.path, 'a+')
    try {
      work(file)
    } finally {
      file.close()
    }
  }
}

function faultIn(bytes: Buffer, entries: readonly AbortedTransaction[], baseOffset: number): string | undefined {
  if (bytes.length % entrySize !== 0) return `${bytes.length} bytes, where entries have ${entrySize}`
  let marker = baseOffset - 1
  for (const [i, { producerId, firstOffset, lastOffset, lastStableOffset }] of entries.entries()) {
    const version = bytes.readInt16BE(i * entrySize)
    if (version !== 0) return `entry ${i} of version ${version}`
    if (producerId < 0) return `entry ${i} of producer ${producerId}`
    if (lastOffset <= marker) return `entry ${i} ends at ${lastOffset}, which is not beyond ${marker}`
    if (firstOffset < 0 || firstOffset > lastOffset) return `entry ${i} from ${firstOffset} to ${lastOffset}`
    // The transaction itself kept it from being higher while it was open.
    if (lastStableOffset < 0 || lastStableOffset > lastOffset + 1)
      return `entry ${i} of a stable offset ${lastStableOffset}`
    marker = lastOffset
  }
  return undefined
}
