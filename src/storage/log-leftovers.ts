// What a crash may leave in a log's directory beside its segments: files that were to be removed, the output of an
// unfinished compaction, and of a finished one that was not put in place yet.

import { join } from 'node:path'

import type { Files, Logger } from '../base/index.ts'
import { batchLastOffset } from '../protocol/index.ts'
import { scanBatches } from './batch-scan.ts'
import { offsetOf, suffixes } from './file-names.ts'
import { indexSuffixes, segmentSuffixes } from './segment-files.ts'

export function removeLeftovers(files: Files, directory: string, logger: Logger): void {
  const path = (name: string): string => join(directory, name)
  const remove = (name: string, reason: string): void => {
    logger.info('leftover removed', { file: path(name), reason })
    files.remove(path(name))
  }
  const names = (suffix: string): string[] => files.list(directory).filter(name => name.endsWith(suffix))

  for (const name of names(suffixes.deleted)) remove(name, 'it was to be removed')
  for (const name of names('.tmp')) remove(name, 'it was not finished')
  const cleaned = names(suffixes.cleaned)
  const firstCleaned = Math.min(...cleaned.map(offsetInName))
  // KAFKA-6264: a swap beside unfinished output belongs to a split that did not come to its end.
  for (const name of names(suffixes.swap))
    if (offsetInName(name) >= firstCleaned) remove(name, 'a split of its segment was not finished')
  for (const name of cleaned) remove(name, 'compaction was not finished')
  putSwapsInPlace(files, directory, remove)

  const all = new Set(files.list(directory))
  for (const name of all)
    for (const suffix of indexSuffixes) {
      const log = name.slice(0, -suffix.length) + suffixes.log
      if (offsetOf(name, suffix) !== undefined && !all.has(log)) remove(name, 'its segment is gone')
    }
}
const offsetInName = (name: string): number => Number(name.slice(0, 20))

/** A swap stands for all segments between its offset and the end of its batches. */
function putSwapsInPlace(files: Files, directory: string, remove: (name: string, reason: string) => void): void {
  const swaps = files.list(directory).filter(name => name.endsWith(suffixes.swap))
  if (swaps.length === 0) return
  const bases = new Set<number>()
  let first = Infinity,
    end = -Infinity
  for (const name of swaps) {
    const baseOffset = offsetOf(name, suffixes.log + suffixes.swap)
    if (baseOffset === undefined) continue
    bases.add(baseOffset)
    first = Math.min(first, baseOffset)
    end = Math.max(end, endOf(files, join(directory, name), baseOffset))
  }
  for (const name of files.list(directory)) {
    const isSegment = segmentSuffixes.some(suffix => offsetOf(name, suffix) !== undefined)
    const offset = offsetInName(name)
    const isReplaced = bases.has(offset) || (offset >= first && offset < end)
    if (isSegment && isReplaced) remove(name, 'compaction has replaced it')
  }
  for (const name of swaps) files.rename(join(directory, name), join(directory, name.slice(0, -suffixes.swap.length)))
}
function endOf(files: Files, path: string, baseOffset: number): number {
  const file = files.open(path, 'r')
  try {
    let end = baseOffset
    for (const { bytes, at } of scanBatches(file, 0, file.size())) end = batchLastOffset(bytes, at) + 1
    return end
  } finally {
    file.close()
  }
}
