// Where big things go (Kafka's jars, virtual environments, compiled drivers): outside the checkout, shared by all checkouts.

import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

export const cacheDirectory = process.env['RIG'] ?? join(homedir(), '.cache', 'rig')

/**
 * The directory that `build` fills, made once for the same inputs. A build that fails or is interrupted leaves nothing that
 * looks finished, since it is renamed into place at its end.
 */
export function cached(name: string, inputs: readonly string[], build: (directory: string) => void): string {
  const hash = createHash('sha256')
  for (const file of inputs) hash.update(readFileSync(file))
  return cachedAs(`${name}-${hash.digest('hex').slice(0, 8)}`, build)
}

export function cachedAs(name: string, build: (directory: string) => void): string {
  const directory = join(cacheDirectory, name)
  if (existsSync(directory)) return directory
  const unfinished = `${directory}.${process.pid}`
  mkdirSync(unfinished, { recursive: true })
  try {
    build(unfinished)
    renameSync(unfinished, directory)
  } finally {
    rmSync(unfinished, { recursive: true, force: true })
  }
  return directory
}
