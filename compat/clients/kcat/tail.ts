// `kcat -C -o -1`: the last record shows that it stands at the end, those after it are the tail.

import { spawn } from 'node:child_process'
import { createInterface } from 'node:readline'

interface Tailed {
  readonly value: string
  readonly receivedMs: number
}

export function startTail(bootstrap: string, { topic, waitMs }: { readonly topic: string; readonly waitMs: number }) {
  const args = ['-C', '-t', topic, '-p', '0', '-o', '-1', '-u', '-q', '-X', `fetch.wait.max.ms=${waitMs}`]
  const child = spawn('kcat', ['-b', bootstrap, ...args], { stdio: ['ignore', 'pipe', 'ignore'] })
  const lines = createInterface(child.stdout).on('line', () => {})
  const records = readRecords(lines)
  return {
    standing: records.next().then(() => {}),
    next: async () => (await records.next()).value as Tailed,
    stop: () => void child.kill('SIGKILL'),
  }
}

async function* readRecords(lines: AsyncIterable<string>): AsyncGenerator<Tailed> {
  for await (const value of lines) yield { value, receivedMs: Date.now() }
}
