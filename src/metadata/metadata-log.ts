// The port that metadata is kept behind: an ordered log of records, appended to by compare-and-set. Whoever appends says
// where it believes the end to be; if others were quicker, it reads what they wrote and decides again.

import { UserError } from '../base/index.ts'
import type { MetadataRecord } from './records.ts'

export interface MetadataReading {
  /** The image's offset that `records` start from: what was asked for, or 0 where that part has been compacted away. */
  readonly from: number
  /** Stand in the place of the records below `snapshotEnd`, whose number differs; undefined where there is none. */
  readonly snapshot?: { readonly records: readonly MetadataRecord[]; readonly end: number }
  readonly records: readonly MetadataRecord[]
}

export interface MetadataLog {
  /** All records from an offset on. Where they were compacted, a snapshot stands first: start from an empty image. */
  read(from: number): Promise<MetadataReading>
  /**
   * Appends the records together or not at all, so that they survive a crash, and gives the new end. Rejects with a
   * Conflict where the end is not the expected one, having written nothing.
   */
  append(records: readonly MetadataRecord[], expectedEnd: number): Promise<number>
  /** Calls with the new end whenever somebody has appended; gives what ends it. */
  watch(listener: (end: number) => void): () => void
  /**
   * Whether a snapshot would save much. The log knows how long it has grown, the reader what it comes down to.
   */
  wantsSnapshot(): boolean
  /** Puts these records in the place of all before `end`. A crash leaves the old or the new log whole. */
  compact(records: readonly MetadataRecord[], end: number): void
  close(): void
}

export class Conflict extends Error {
  readonly code = 'CONFLICT'
  readonly end: number
  constructor({ expected, end }: { expected: number; end: number }) {
    super(`metadata was expected to end at ${expected}, and ends at ${end}`)
    this.end = end
  }
}

/**
 * The records could not be written down, or not synced: what was decided does not hold now. Where it was the sync that failed
 * they may be in the file all the same, and a restart may apply them; the message tells which it was.
 */
export class MetadataUnwritable extends UserError {
  constructor(message: string, cause: unknown) {
    super('METADATA_UNWRITABLE', message, { cause })
  }
}

/** Shared by the brokers of one process, and gone with it. */
export function memoryMetadataLog(): MetadataLog {
  const records: MetadataRecord[] = []
  const listeners = new Set<(end: number) => void>()
  return {
    read: from => Promise.resolve({ from, records: records.slice(from) }),
    append(more, expected) {
      if (expected !== records.length) return Promise.reject(new Conflict({ expected, end: records.length }))
      records.push(...more)
      for (const listener of listeners) listener(records.length)
      return Promise.resolve(records.length)
    },
    watch(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    wantsSnapshot: () => false,
    compact() {},
    close: () => listeners.clear(),
  }
}
