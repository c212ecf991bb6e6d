// Kafka's checkpoint files: text of a version (0), a count, and as many lines. A file that is not like that counts as
// missing: each can be derived anew, at some cost.

import type { Files } from '../base/index.ts'
import { logName, type LogName } from './file-names.ts'

/** The lines of a checkpoint file; undefined where it is missing or is none. */
export function readCheckpointLines(files: Files, path: string): string[][] | undefined {
  if (!files.exists(path)) return undefined
  const [version, count, ...lines] = files.readFile(path).toString().split('\n')
  const expected = Number(count)
  if (version !== '0' || lines.length !== expected + 1 || lines.at(-1) !== '') return undefined
  return lines.slice(0, expected).map(line => line.split(' '))
}
export function checkpointText(lines: readonly string[]): string {
  return ['0', lines.length, ...lines].join('\n') + '\n'
}

/** An offset for each log of a directory: lines of topic, partition and offset. */
export function readOffsetCheckpoint(files: Files, path: string): Map<LogName, number> {
  const offsets = new Map<LogName, number>()
  for (const [topic, partition, offset] of readCheckpointLines(files, path) ?? []) {
    const value = Number(offset)
    if (topic && partition && Number.isSafeInteger(value)) offsets.set(logName(topic, Number(partition)), value)
  }
  return offsets
}
export interface OffsetCheckpointLine {
  readonly topic: string
  readonly partition: number
  readonly offset: number
}
export const offsetCheckpointText = (offsets: readonly OffsetCheckpointLine[]): string =>
  checkpointText(offsets.map(({ topic, partition, offset }) => `${topic} ${partition} ${offset}`))
