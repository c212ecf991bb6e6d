// The metadata log of one machine: a file of text lines, so that people can read it when they must. A line is one append:
//
//   <CRC-32C of the rest, 8 hex digits> {"end":<offset after it>,"records":[…]}
//
// The first line may be a snapshot ({"snapshot":true,…}). Every append is synced before it counts. What a crash left half
// written at the end was never acknowledged and is cut; a bad line with good ones behind it is damage, and refused.

import { basename, dirname } from 'node:path'

import { crc32c, type File, type Files, lockDirectory, type Logger, silentLogger, UserError } from '../base/index.ts'
import { Conflict, MetadataUnwritable, type MetadataLog, type MetadataReading } from './metadata-log.ts'
import type { MetadataRecord } from './records.ts'

/** A file below this is not worth a snapshot. */
const snapshotSizeBytesMin = 1 << 20
/** How many times its last snapshot a file may grow to. */
const snapshotGrowthMax = 4

interface Line {
  readonly snapshot?: true
  readonly end: number
  readonly records: readonly MetadataRecord[]
}

export interface FileMetadataLogOptions {
  readonly files: Files
  readonly path: string
  readonly logger?: Logger
}

/** Opens or creates it, holding a lock against other processes until it is closed. */
export function fileMetadataLog({ files, path, logger = silentLogger }: FileMetadataLogOptions): MetadataLog {
  const lock = lockDirectory(files, dirname(path), `${basename(path)}.lock`)
  try {
    return new FileMetadataLog(files, path, logger, lock)
  } catch (error) {
    lock.release()
    throw error
  }
}

class FileMetadataLog implements MetadataLog {
  readonly #files: Files
  readonly #path: string
  readonly #lock: { release(): void }
  readonly #listeners = new Set<(end: number) => void>()
  #file: File
  #sizeBytes: number
  #snapshotSizeBytes = 0
  #end = 0
  /** Set when a sync failed, of the file or of its name: what is on the disk is unknown from then on. */
  #broken: Error | undefined

  constructor(files: Files, path: string, logger: Logger, lock: { release(): void }) {
    this.#files = files
    this.#path = path
    this.#lock = lock
    if (!files.exists(path)) files.replaceFile(path, '') // so that the directory is synced
    const content = files.readFile(path)
    const { lines, sizeBytes } = parse(content, path)
    this.#end = lines.at(-1)?.end ?? 0
    this.#sizeBytes = sizeBytes
    if (lines[0]?.snapshot) this.#snapshotSizeBytes = content.indexOf('\n') + 1
    this.#file = files.open(path, 'r+')
    if (sizeBytes < content.length) {
      logger.warn('cut an unfinished write off the metadata log', { path, at: sizeBytes, was: content.length })
      this.#file.truncate(sizeBytes)
    }
  }

  read(from: number): Promise<MetadataReading> {
    const { lines } = parse(this.#files.readFile(this.#path).subarray(0, this.#sizeBytes), this.#path)
    const [first] = lines
    if (first?.snapshot && from < first.end) {
      const records = lines.slice(1).flatMap(line => line.records)
      return Promise.resolve({ from: first.end, snapshot: first, records })
    }
    const records = lines.flatMap(({ snapshot, end, records }) =>
      snapshot ? [] : records.slice(Math.max(0, from - (end - records.length))),
    )
    return Promise.resolve({ from, records })
  }

  async append(records: readonly MetadataRecord[], expected: number): Promise<number> {
    if (this.#broken) throw this.#broken
    if (expected !== this.#end) throw new Conflict({ expected, end: this.#end })
    const end = expected + records.length
    const line = format({ end, records })
    try {
      this.#file.write(line, 0, line.length, this.#sizeBytes)
    } catch (error) {
      throw this.#notWritten(error as Error)
    }
    // From here on the line counts for the order; whether it is kept is known after the sync.
    this.#sizeBytes += line.length
    this.#end = end
    try {
      await this.#file.sync()
    } catch (error) {
      throw this.#stays(`could not be synced to disk (${(error as Error).message})`, error)
    }
    for (const listener of this.#listeners) listener(end)
    return end
  }
  /** A full disk passes: what comes when there is room is written. */
  #notWritten(error: Error): Error {
    try {
      this.#file.truncate(this.#sizeBytes) // nothing of a write that failed may be followed by one that succeeds
    } catch (second) {
      return this.#stays(`could not be written (${error.message})`, second)
    }
    return new MetadataUnwritable(`${this.#path} could not be written (${error.message}). Nothing was changed.`, error)
  }
  #stays(what: string, cause: unknown): Error {
    this.#broken = new MetadataUnwritable(
      `${this.#path} ${what}. Changes of metadata are refused until a restart.`,
      cause,
    )
    return this.#broken
  }
  watch(listener: (end: number) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  wantsSnapshot(): boolean {
    return this.#sizeBytes > Math.max(snapshotSizeBytesMin, snapshotGrowthMax * this.#snapshotSizeBytes)
  }
  compact(records: readonly MetadataRecord[], end: number): void {
    if (this.#broken || end !== this.#end) return // others have appended: the next one will do
    const line = format({ snapshot: true, end, records }),
      snapshot = `${this.#path}.snapshot`
    // Whatever fails up to the rename leaves the old file in its place.
    this.#files.replaceFile(snapshot, line)
    const old = this.#file,
      opened = this.#files.open(snapshot, 'r+')
    try {
      this.#files.rename(snapshot, this.#path)
    } catch (error) {
      opened.close()
      throw error
    }
    this.#file = opened
    this.#sizeBytes = this.#snapshotSizeBytes = line.length
    try {
      old.close()
      this.#files.syncDirectory(dirname(this.#path))
    } catch (error) {
      // Which of the two files a restart finds is unknown: what was appended to one could be missing.
      throw this.#stays(`was replaced by a snapshot that could not be synced (${(error as Error).message})`, error)
    }
  }
  close(): void {
    this.#listeners.clear()
    this.#file.close()
    this.#lock.release()
  }
}

function format(line: Line): Buffer {
  const text = Buffer.from(JSON.stringify(line))
  return Buffer.concat([Buffer.from(`${checksum(text)} `), text, Buffer.from('\n')])
}
const checksum = (text: Uint8Array) => crc32c(text).toString(16).padStart(8, '0')

/** The good lines, and where the last of them ends. */
function parse(content: Buffer, path: string): { lines: Line[]; sizeBytes: number } {
  const lines: Line[] = []
  let sizeBytes = 0
  let bad: number | undefined
  for (let at = 0, newline; (newline = content.indexOf('\n', at)) >= 0; at = newline + 1) {
    const line = parseLine(content.subarray(at, newline))
    if (line === undefined) {
      bad ??= at
      continue
    }
    if (bad !== undefined)
      throw new UserError(
        'CORRUPT_METADATA',
        `${path} is damaged at byte ${bad}: the checksum of that line is wrong, and good lines follow it, so it was not ` +
          `merely left unfinished. Restore the file from a copy, or cut it at byte ${bad} to go back to what the cluster was then.`,
      )
    lines.push(line)
    sizeBytes = newline + 1
  }
  return { lines, sizeBytes }
}
function parseLine(line: Buffer): Line | undefined {
  if (line.length < 10 || line.toString('latin1', 0, 9) !== `${checksum(line.subarray(9))} `) return undefined
  return JSON.parse(line.toString('utf8', 9)) as Line // written by format(): the checksum says so
}
