// The snapshots of a log's producers on disk: one where each segment begins and one where a clean shutdown ended, so that
// a start replays little.

import { join } from 'node:path'

import type { Files } from '../base/index.ts'
import { offsetName, offsetOf, suffixes } from './file-names.ts'
import type { ProducerEntry } from './producer-entry.ts'
import { decodeSnapshot, encodeSnapshot } from './producer-snapshot.ts'

export class ProducerSnapshots {
  readonly #files: Files
  readonly #directory: string
  readonly #offsets: Set<number>
  readonly #unsynced = new Set<number>()
  constructor({ files, directory }: { files: Files; directory: string }) {
    this.#files = files
    this.#directory = directory
    this.#offsets = new Set(
      files
        .list(directory)
        .map(name => offsetOf(name, suffixes.snapshot))
        .filter(offset => offset !== undefined),
    )
  }
  write(offset: number, entries: Iterable<ProducerEntry>): void {
    const bytes = encodeSnapshot(entries),
      file = this.#files.open(this.#path(offset), 'w+')
    file.write(bytes, 0, bytes.length, 0)
    file.close()
    this.#offsets.add(offset)
    this.#unsynced.add(offset)
  }
  /** The latest one in (above, upTo] that can be read. */
  load({ above, upTo }: { above: number; upTo: number }): { offset: number; entries: ProducerEntry[] } | undefined {
    for (const offset of [...this.#offsets].toSorted((a, b) => b - a)) {
      if (offset > upTo || offset <= above) continue
      const entries = decodeSnapshot(this.#files.readFile(this.#path(offset)))
      if (entries !== undefined) return { offset, entries }
      this.#remove(offset)
    }
    return undefined
  }
  has(offset: number): boolean {
    return this.#offsets.has(offset)
  }
  /** Whether they are on the device is not known. */
  distrustAbove(recoveryPoint: number): void {
    for (const offset of this.#offsets) if (offset > recoveryPoint) this.#unsynced.add(offset)
  }
  removeWhere(isRemoved: (offset: number) => boolean): void {
    for (const offset of [...this.#offsets].filter(isRemoved)) this.#remove(offset)
  }
  async sync(): Promise<void> {
    const offsets = [...this.#unsynced].filter(offset => this.#offsets.has(offset))
    this.#unsynced.clear()
    for (const offset of offsets) {
      // Truncation may have come in between.
      if (!this.#offsets.has(offset)) continue
      const file = this.#files.open(this.#path(offset), 'r+')
      try {
        await file.sync()
      } finally {
        file.close()
      }
    }
  }
  #remove(offset: number): void {
    this.#offsets.delete(offset)
    this.#files.remove(this.#path(offset))
  }
  #path(offset: number): string {
    return join(this.#directory, offsetName(offset) + suffixes.snapshot)
  }
}
