// leader-epoch-checkpoint: at which offset each leader epoch of a partition began (KIP-101). Written behind: what is not in
// the file yet stands in the batches, from which recovery takes it.

import type { Files } from '../base/index.ts'
import { checkpointText, readCheckpointLines } from './checkpoint-file.ts'
import { SyncPostponed } from './durable-offsets.ts'
import { isOfFiles, isOutOfSpace } from './file-errors.ts'

export interface EpochStart {
  readonly epoch: number
  readonly startOffset: number
}

export class LeaderEpochs {
  readonly #files: Files
  readonly #path: string
  #starts: EpochStart[]
  #isWritten = true
  #writing: Promise<unknown> | undefined
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
  /** Whether the file lacks something, or is being replaced. */
  get isDirty(): boolean {
    return !this.#isWritten || this.#writing !== undefined
  }
  write(): void {
    if (this.#isWritten) return
    this.#files.replaceFile(this.#path, this.#text())
    this.#isWritten = true
  }
  /** The same, without waiting for the device. Resolves when what was so at the call is in the file. */
  async writeAsync(): Promise<void> {
    // The same file is not replaced twice at a time.
    while (this.#writing !== undefined) await this.#writing
    if (this.#isWritten) return
    this.#isWritten = true
    this.#writing = this.#files.replaceFileAsync(this.#path, this.#text()).then(
      () => (this.#writing = undefined),
      (error: unknown) => {
        this.#writing = undefined
        this.#isWritten = false
        throw error
      },
    )
    await this.#writing
  }
  /** The same, for a sync that must come after it: without room on the disk it is put off, and nothing is lost by that. */
  async writeBeforeSync(): Promise<void> {
    try {
      await this.writeAsync()
    } catch (error) {
      if (!isOfFiles(error) || !isOutOfSpace(error)) throw error
      throw new SyncPostponed(error.message, { cause: error })
    }
  }
  #text(): string {
    return checkpointText(this.#starts.map(({ epoch, startOffset }) => `${epoch} ${startOffset}`))
  }
}
