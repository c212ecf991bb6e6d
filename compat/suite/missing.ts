// What a machine lacks (no Go, no Java, no network) is a reason to skip a client, not a failure of it.

import { spawnSync } from 'node:child_process'

export class Missing extends Error {}

/** Runs a program that prepares something; whatever is wrong with it means that what it prepares is missing here. */
export function prepare(program: string, args: readonly string[], cwd?: string): string {
  const done = spawnSync(program, args, { cwd, encoding: 'utf8', timeout: 300_000 })
  if (done.error) throw new Missing(`${program} cannot be run (${done.error.message})`)
  if (done.status !== 0) {
    const said = (done.stderr || done.stdout).trim().split('\n').slice(-3).join(' ')
    throw new Missing(`${program} ${args.slice(0, 3).join(' ')} failed: ${said}`)
  }
  return done.stdout || done.stderr
}
