// leader-epoch-checkpoint: at which offset each leader epoch of a partition began (KIP-101). Written behind: what is not in
// the file yet stands in the batches, from which recovery takes it.

import type { Files } from '../base/index.ts'
import { checkpointText, readCheckpointLines } from './checkpoint-file.ts'

export interface EpochStart {
  readonly epoch: number
  readonly startOffset: number
}

export class LeaderEpochs {
  readonly #files: Files
  readonly #path: string
  #starts: EpochStart[]
  #isWritten = true
  constructor({ files, path }: { files: Files; path: string }) {
    this.#files = files
    this.#path = path
    this.#starts = (readCheckpointLines(files, path) ?? [])
      .map(([epoch, startOffset]) => ({ epoch: Number(epoch), startOffset: Number(startOffset) }))
      .filter(({ epoch, startOffset }) => epoch >= 0 && startOffset >= 0)
  }
  /** Of a new log: the file is there from the start, as Kafka's is. Nothing is lost if a crash takes it. */
  static create(where: { files: Files; path: string }): LeaderEpochs {
    const file = where.files.open(where.path, 'w+')
    try {
      const empty = Buffer.from(checkpointText([]))
      file.write(empty, 0, empty.length, 0)
    } finally {
      file.close()
    }
    return new LeaderEpochs(where)
  }
  get starts(): readonly EpochStart[] {
    return this.#starts
  }
  /** -1: none yet. */
  get latest(): number {
    return this.#starts.at(-1)?.epoch ?? -1
  }
  assign(epoch: number, startOffset: number): void {
    if (epoch <= this.latest || epoch < 0) return
    // An epoch that wrote nothing leaves no trace.
    this.#set([...this.#starts.filter(start => start.startOffset < startOffset), { epoch, startOffset }])
  }
  /** The largest known epoch not above the one asked for, and where it ended; undefined where nothing can be said. */
  endOf(epoch: number, logEndOffset: number): { readonly epoch: number; readonly endOffset: number } | undefined {
    if (epoch < 0 || epoch > this.latest) return undefined
    if (epoch === this.latest) return { epoch, endOffset: logEndOffset }
    const later = this.#starts.findIndex(start => start.epoch > epoch)
    const floor = this.#starts[later - 1]
    // Before all that is known: nothing of it is left here.
    return { epoch: floor?.epoch ?? epoch, endOffset: this.#starts[later]!.startOffset }
  }
  epochAt(offset: number): number {
    return this.#starts.findLast(start => start.startOffset <= offset)?.epoch ?? -1
  }
  truncateFromEnd(endOffset: number): void {
    if ((this.#starts.at(-1)?.startOffset ?? -1) >= endOffset)
      this.#set(this.#starts.filter(start => start.startOffset < endOffset))
  }
  /** The epoch that the log now starts in keeps its place, at the start. */
  truncateFromStart(startOffset: number): void {
    const first = this.#starts.findLastIndex(start => start.startOffset <= startOffset)
    if (first === -1 || (first === 0 && this.#starts[0]!.startOffset === startOffset)) return
    this.#set([{ epoch: this.#starts[first]!.epoch, startOffset }, ...this.#starts.slice(first + 1)])
  }
  clear(): void {
    if (this.#starts.length > 0) this.#set([])
  }
  #set(starts: EpochStart[]): void {
    this.#starts = starts
    this.#isWritten = false
  }
  write(): void {
    if (this.#isWritten) return
    const lines = this.#starts.map(({ epoch, startOffset }) => `${epoch} ${startOffset}`)
    this.#files.replaceFile(this.#path, checkpointText(lines))
    this.#isWritten = true
  }
}
