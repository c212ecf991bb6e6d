// A directory that one process at a time may use.

import { join } from 'node:path'

import type { Files } from './files.ts'
import { UserError } from './user-error.ts'

/** Takes the lock file `name` in `directory`; throws a UserError that names the directory and who has it. */
export function lockDirectory(files: Files, directory: string, name: string): { release(): void } {
  try {
    return files.lock(join(directory, name))
  } catch (error) {
    if ((error as { code?: string }).code !== 'LOCKED') throw error
    throw new UserError(
      'DIRECTORY_LOCKED',
      `The data directory ${directory} is in use: ${(error as Error).message}. Stop that broker, or take another directory.`,
      { cause: error },
    )
  }
}
