// Our tools, each in a process of its own, as a person starts them.

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

import type { Tools } from './invocation.ts'

const main = join(import.meta.dirname, '../../src/cli/main.ts')
const timeoutMs = 60_000

export function startOurTools(): Tools {
  return {
    async run({ tool, args, input = '' }) {
      const child = spawn(process.execPath, [main, tool, ...args], { stdio: 'pipe', timeout: timeoutMs })
      // A tool that fails early does not read its input.
      child.stdin.on('error', () => {})
      child.stdin.end(input)
      const ended = new Promise<number | null>(resolve => void child.once('close', resolve))
      const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), ended])
      return { exitCode: exitCode ?? -1, stdout, stderr }
    },
    stop() {},
  }
}
