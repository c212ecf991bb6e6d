// Errors of the file system, which a log answers with a refusal. Others are bugs.

/** The system's errors have codes. */
export const isOfFiles = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && typeof (error as NodeJS.ErrnoException).code === 'string'
/** What is in the file cannot be a log. It counts as an error of the file system. */
export class CorruptLog extends Error {
  readonly code = 'CORRUPT_LOG'
}
/** Which passes when something is deleted. */
export const isOutOfSpace = ({ code }: NodeJS.ErrnoException): boolean => code === 'ENOSPC' || code === 'EDQUOT'
