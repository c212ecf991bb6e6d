// How Kafka names the files and directories of its logs.

export const suffixes = {
  log: '.log',
  offsetIndex: '.index',
  timeIndex: '.timeindex',
  transactionIndex: '.txnindex',
  snapshot: '.snapshot',
  /** Renamed to be removed a little later. */
  deleted: '.deleted',
  /** Compaction's output, unfinished; and finished, to be put in place. */
  cleaned: '.cleaned',
  swap: '.swap',
} as const

export const directorySuffixes = { deleted: '-delete', stray: '-stray', future: '-future' } as const

/** 20 digits, so that names sort as offsets do. */
export const offsetName = (offset: number): string => String(offset).padStart(20, '0')

/** The offset in a file's name; undefined for names of another form. */
export function offsetOf(name: string, suffix: string): number | undefined {
  if (!name.endsWith(suffix)) return undefined
  const digits = name.slice(0, -suffix.length)
  return /^\d{20}$/.test(digits) ? Number(digits) : undefined
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}
export type LogName = `${string}-${number}`

export const logName = (topic: string, partition: number): LogName => `${topic}-${partition}`

/** Topic names may contain hyphens, partitions do not. */
export function parseLogName(name: string): TopicPartition | undefined {
  const found = /^(.+)-(0|[1-9]\d*)$/.exec(name)
  return found ? { topic: found[1]!, partition: Number(found[2]) } : undefined
}

/** Kept within the 255 bytes that file systems allow, whatever the topic's name. `uniqueId`: 32 hex digits. */
export function deletedDirectoryName(name: LogName, uniqueId: string): string {
  return `${nameWhenDeleted(name)}.${uniqueId}${directorySuffixes.deleted}`
}
/** What the directory of a deleted log keeps of its name: all, unless it is very long. */
export const nameWhenDeleted = (name: LogName): string =>
  name.slice(0, 255 - 1 - uniqueIdSize - directorySuffixes.deleted.length)
const uniqueIdSize = 32
/** The same from the directory's name. */
export const nameInDeleted = (directory: string): string =>
  directory.slice(0, -(1 + uniqueIdSize + directorySuffixes.deleted.length))
