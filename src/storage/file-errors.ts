// Errors of the file system, which a log answers with a refusal. Others are bugs.

import { RecordError } from '../protocol/index.ts'

/** The system's errors have codes. */
export const isOfFiles = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string'
/** What is in the file cannot be a log. It counts as an error of the file system. */
export class CorruptLog extends Error {
  readonly code = 'CORRUPT_LOG'
}
/** The directory of a log is another's. */
export class NameTaken extends Error {
  readonly code = 'NAME_TAKEN'
}
/** What a client is told of an error that a log threw; others are thrown on. */
export function storageError(error: unknown): 'KAFKA_STORAGE_ERROR' {
  if (isOfFiles(error) || error instanceof RecordError) return 'KAFKA_STORAGE_ERROR'
  throw error
}
/** Which passes when something is deleted. */
export const isOutOfSpace = ({ code }: NodeJS.ErrnoException): boolean => code === 'ENOSPC' || code === 'EDQUOT'
