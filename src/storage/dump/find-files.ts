// The files that a directory has to dump: those of a log, or of all the logs of a data directory.

import { join } from 'node:path'

import type { Files } from '../../base/index.ts'
import { parseLogName, suffixes } from '../file-names.ts'
import { isSnapshotOfMetadata } from './metadata-snapshot.ts'

const dumped = [suffixes.log, suffixes.offsetIndex, suffixes.timeIndex, suffixes.transactionIndex, suffixes.snapshot]
const isOfLog = (name: string): boolean =>
  dumped.some(suffix => /^\d{20}$/.test(name.slice(0, -suffix.length)) && name.endsWith(suffix))

/** A file stands for itself. */
export function filesToDump(files: Files, path: string): string[] {
  if (!files.isDirectory(path)) return [path]
  return files.list(path).flatMap(name => {
    const inside = join(path, name)
    if (files.isDirectory(inside)) return parseLogName(name) === undefined ? [] : filesToDump(files, inside)
    return isSnapshotOfMetadata(name) || isOfLog(name) ? [inside] : []
  })
}
