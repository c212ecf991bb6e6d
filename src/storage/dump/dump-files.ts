// What the files of logs hold, in the words of Apache Kafka's kafka-dump-log, line for line.

import { basename, resolve } from 'node:path'

import type { File, Files } from '../../base/index.ts'
import { RecordError } from '../../protocol/index.ts'
import { suffixes } from '../file-names.ts'
import { complaint, DumpFault, line, type DumpLine } from './dump-line.ts'
import {
  dumpOffsetIndex,
  dumpTimeIndex,
  type IndexDumpOptions,
  type IndexFiles,
  type TimeComplaints,
} from './index-dump.ts'
import { dumpLog, type LogDumpOptions, type OffsetGaps } from './log-dump.ts'
import { snapshotOfMetadata, snapshotTitle } from './metadata-snapshot.ts'
import { dumpSnapshot, dumpTransactionIndex } from './state-dump.ts'

export interface DumpOptions extends LogDumpOptions, IndexDumpOptions {
  readonly files: Files
}

/** One file after the other; what does not fit together is told at the end, as Kafka does. */
export function* dumpFiles(paths: readonly string[], options: DumpOptions): Generator<DumpLine, void, undefined> {
  const dump = new Dump(options)
  for (const path of paths) {
    yield line(`Dumping ${path}`)
    try {
      yield* dump.file(path)
    } catch (error) {
      // Differs from Kafka, which ends here: the other files are dumped all the same.
      if (!isOfTheFile(error)) throw error
      yield complaint(error.message)
    }
  }
  yield* dump.complaints()
}
/** A fault of what it holds, or of the system that should read it; others are bugs. */
const isOfTheFile = (error: unknown): error is Error =>
  error instanceof DumpFault || error instanceof RecordError || (error instanceof Error && 'code' in error)

class Dump {
  readonly #options: DumpOptions
  readonly #gaps = new Map<string, OffsetGaps>()
  readonly #mismatches = new Map<string, (readonly [number, number])[]>()
  readonly #times = new Map<string, TimeComplaints>()
  constructor(options: DumpOptions) {
    this.#options = options
  }
  *file(path: string): Generator<DumpLine, void, undefined> {
    const { files } = this.#options,
      name = basename(path),
      absolutePath = resolve(path)
    switch (name.slice(name.lastIndexOf('.'))) {
      case suffixes.log:
        yield line(`Log starting offset: ${offsetIn(name)}`)
        return yield* this.#with(path, file => dumpLog(file, name, this.#options, put(this.#gaps, absolutePath, [])))
      case snapshotOfMetadata:
        yield line(snapshotTitle(name))
        return yield* this.#with(path, file => dumpLog(file, name, this.#options, put(this.#gaps, absolutePath, [])))
      case suffixes.offsetIndex:
        return yield* this.#beside(path, index =>
          dumpOffsetIndex(index, this.#options, put(this.#mismatches, absolutePath, [])),
        )
      case suffixes.timeIndex:
        return yield* this.#beside(path, index => {
          const complaints = put(this.#times, absolutePath, { mismatches: [], outOfOrder: [], notFound: [] })
          return dumpTimeIndex(index, this.#options, complaints)
        })
      case suffixes.snapshot:
        return yield* dumpSnapshot(files, path)
      case suffixes.transactionIndex:
        return yield* dumpTransactionIndex(files, path)
      default:
        yield complaint(`Ignoring unknown file ${path}`)
    }
  }
  *#with(path: string, dump: (file: File) => Iterable<DumpLine>): Generator<DumpLine, void, undefined> {
    const file = this.#options.files.open(path, 'r')
    try {
      yield* dump(file)
    } finally {
      file.close()
    }
  }
  /** An index, and the log of its name. */
  #beside(path: string, dump: (index: IndexFiles) => Iterable<DumpLine>): Generator<DumpLine, void, undefined> {
    const { files } = this.#options,
      name = basename(path)
    const logPath = resolve(path, '..', name.split('.')[0]! + suffixes.log)
    return this.#with(logPath, log =>
      dump({ files, path, absolutePath: resolve(path), baseOffset: offsetIn(name), log }),
    )
  }

  *complaints(): Generator<DumpLine, void, undefined> {
    const of = function* (title: string, pairs: readonly (readonly [number, number])[], text: PairText) {
      if (pairs.length > 0) yield complaint(title)
      for (const [one, other] of pairs) yield complaint(text(one, other))
    }
    // The last one comes first in some of Kafka's lists.
    for (const [path, pairs] of this.#mismatches)
      yield* of(`Mismatches in :${path}`, pairs.toReversed(), (i, l) => `  Index offset: ${i}, log offset: ${l}`)
    for (const [path, { mismatches }] of this.#times)
      yield* of(
        `Found timestamp mismatch in :${path}`,
        mismatches,
        (i, l) => `  Index timestamp: ${i}, log timestamp: ${l}`,
      )
    for (const [path, { outOfOrder }] of this.#times)
      yield* of(
        `Found out of order timestamp in :${path}`,
        outOfOrder,
        (i, p) => `  Index timestamp: ${i}, Previously indexed timestamp: ${p}`,
      )
    for (const { notFound } of this.#times.values())
      yield* of(
        'The following indexed offsets are not found in the log.',
        notFound,
        (i, l) => `Indexed offset: ${i}, found log offset: ${l}`,
      )
    for (const [path, pairs] of this.#gaps)
      yield* of(`Non-consecutive offsets in ${path}`, pairs.toReversed(), (a, b) => `  ${a} is followed by ${b}`)
  }
}
type PairText = (one: number, other: number) => string

function offsetIn(name: string): number {
  const digits = name.split('.')[0]!
  if (!/^\d+$/.test(digits)) throw new DumpFault(`${name} is not named after an offset`)
  return Number(digits)
}
function put<V>(map: Map<string, V>, key: string, value: V): V {
  map.set(key, value)
  return value
}
