// The files of a segment change their names together: to be removed later, and to be put in place after compaction. The log
// goes first. A crash in between leaves indexes without a log, which are dropped, or one to be built anew, never a log whose
// aborted transactions nobody knows.

import { join } from 'node:path'

import type { Files } from '../base/index.ts'
import { offsetName, suffixes } from './file-names.ts'

export const indexSuffixes = [suffixes.offsetIndex, suffixes.timeIndex, suffixes.transactionIndex] as const
export const segmentSuffixes = [suffixes.log, ...indexSuffixes] as const

/** Gives their new paths. */
export function renameSegmentFiles(
  files: Files,
  directory: string,
  { baseOffset, from, to }: { readonly baseOffset: number; readonly from: string; readonly to: string },
): string[] {
  const renamed: string[] = []
  for (const suffix of segmentSuffixes) {
    const path = join(directory, offsetName(baseOffset) + suffix)
    if (!files.exists(path + from)) continue
    files.rename(path + from, path + to)
    renamed.push(path + to)
  }
  return renamed
}
