// What of a log's directory is not on the device yet, beside the end of the active segment's file: finished segments with
// their indexes, the names of files, and of a new log the directory itself.

import { join } from 'node:path'

import type { Files } from '../base/index.ts'
import { partitionMetadataName } from './partition-metadata.ts'
import type { Segment } from './segment.ts'

export class UnsyncedFiles {
  readonly #files: Files
  readonly #directory: string
  readonly #segments = new Set<Segment>()
  #hasNames: boolean
  #isNew: boolean
  constructor({ files, directory, isNew }: { files: Files; directory: string; isNew: boolean }) {
    this.#files = files
    this.#directory = directory
    this.#hasNames = this.#isNew = isNew
  }
  get isEmpty(): boolean {
    return !this.#hasNames && this.#segments.size === 0
  }
  addSegment(segment: Segment): void {
    this.#segments.add(segment)
  }
  forget(segment: Segment): void {
    this.#segments.delete(segment)
  }
  addNames(): void {
    this.#hasNames = true
  }
  /** Resolves to whether a finished segment was among what was synced. */
  async sync(): Promise<boolean> {
    const finished = [...this.#segments]
    await Promise.all([this.#syncNames(), ...finished.map(segment => segment.sync())])
    for (const segment of finished) this.#segments.delete(segment)
    return finished.length > 0
  }
  async #syncNames(): Promise<void> {
    if (!this.#hasNames) return
    this.#hasNames = false
    this.#files.syncDirectory(this.#directory)
    if (!this.#isNew) return
    this.#isNew = false
    this.#files.syncDirectory(join(this.#directory, '..'))
    const metadata = this.#files.open(join(this.#directory, partitionMetadataName), 'r+')
    try {
      await metadata.sync()
    } finally {
      metadata.close()
    }
  }
}
