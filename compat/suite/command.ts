// A command line that does one thing and ends: what it said, within a time.

import { spawn } from 'node:child_process'
import { once } from 'node:events'

export interface Said {
  readonly code: number | null
  readonly stdout: Buffer
  readonly stderr: string
}

export interface CommandOptions {
  readonly input?: string | Buffer
  /** It is ended then, and what it said until then is taken: readers have no other way to stop. */
  readonly waitMs?: number
}

export async function execute(
  [program, args]: readonly [program: string, args: readonly string[]],
  { input, waitMs = 30_000 }: CommandOptions = {},
): Promise<Said> {
  const child = spawn(program, [...args], { stdio: ['pipe', 'pipe', 'pipe'] })
  const stdout: Buffer[] = []
  let stderr = ''
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  const limit = setTimeout(() => child.kill('SIGKILL'), waitMs)
  const [code] = (await once(child, 'close')) as [number | null]
  clearTimeout(limit)
  return { code, stdout: Buffer.concat(stdout), stderr }
}
