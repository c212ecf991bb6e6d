// Files that are read and written past the kernel's cache (O_DIRECT), where the file system knows such access.

import { constants, openSync } from 'node:fs'
import { open, type FileHandle } from 'node:fs/promises'

/** Below it a read waited for the device: a copy from the cache is several times as fast, on any machine. */
export const deviceBytesPerMs = 600_000

/** Undefined: not here. */
export async function openUncached(path: string, access: number): Promise<FileHandle | undefined> {
  if (constants.O_DIRECT === undefined) return undefined
  return open(path, access | constants.O_DIRECT).catch(isRefused)
}
/** A descriptor for reading; undefined: not here. */
export function openUncachedSync(path: string): number | undefined {
  if (constants.O_DIRECT === undefined) return undefined
  try {
    return openSync(path, constants.O_RDONLY | constants.O_DIRECT)
  } catch (error) {
    return isRefused(error)
  }
}
/** Some file systems say so when a file is opened, others when it is first used. Other errors are thrown on. */
export function isRefused(error: unknown): undefined {
  if ((error as NodeJS.ErrnoException).code !== 'EINVAL') throw error
}
