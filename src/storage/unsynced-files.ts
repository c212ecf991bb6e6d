// What of a log's directory is not on the device yet, beside the end of the active segment's file: finished segments with
// their indexes, the names of files, and of a new log the directory itself.

import { join } from 'node:path'

import type { Files } from '../base/index.ts'
import type { DirectorySync } from './directory-sync.ts'
import { partitionMetadataName } from './partition-metadata.ts'
import type { Segment } from './segment.ts'

export class UnsyncedFiles {
  readonly #files: Files
  readonly #directory: string
  readonly #logs: DirectorySync
  readonly #segments = new Set<Segment>()
  #hasNames = false
  #isNew = false
  #isSyncing = false
  /** `logs` is of the data directory, where the name of this log's directory stands. */
  constructor({ files, directory, logs }: { files: Files; directory: string; logs: DirectorySync }) {
    this.#files = files
    this.#logs = logs
    this.#directory = directory
  }
  get isEmpty(): boolean {
    return !this.#hasNames && this.#segments.size === 0 && !this.#isSyncing
  }
  get hasSegments(): boolean {
    return this.#segments.size > 0
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
  /** Its directory, too, and partition.metadata. */
  addAllNames(): void {
    this.#hasNames = this.#isNew = true
  }
  /** Resolves to the finished segments that were synced. What comes up meanwhile is for the next sync. */
  async sync(): Promise<readonly Segment[]> {
    const finished = [...this.#segments]
    this.#segments.clear()
    this.#isSyncing = true
    try {
      await Promise.all([this.#syncNames(), ...finished.map(segment => segment.sync())])
    } finally {
      this.#isSyncing = false
    }
    return finished
  }
  async #syncNames(): Promise<void> {
    if (!this.#hasNames) return
    this.#hasNames = false
    await this.#files.syncDirectoryAsync(this.#directory)
    if (!this.#isNew) return
    this.#isNew = false
    await this.#logs.sync()
    const path = join(this.#directory, partitionMetadataName)
    if (!this.#files.exists(path)) return
    const metadata = this.#files.open(path, 'r+')
    try {
      await metadata.sync()
    } finally {
      metadata.close()
    }
  }
}
