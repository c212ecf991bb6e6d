// The terminal that this process has: its standard streams, and the signals that end it.

import type { Terminal } from './command.ts'

export function processTerminal(): Terminal {
  const ending = new AbortController()
  let isHeeded = false
  // At once where nobody has asked to be told of it yet; and at the second Ctrl-C: the first may be waiting for a broker
  // that is gone.
  const end = (signal: NodeJS.Signals): void => {
    if (isHeeded && !ending.signal.aborted) ending.abort(signal)
    else process.exit(signal === 'SIGINT' ? 130 : 143)
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
  // A reader that went away (`millrace consume | head`) is an end, not a failure.
  for (const stream of [process.stdout, process.stderr])
    stream.on('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EPIPE') process.exit(0)
      throw error
    })
  return {
    isTerminal: process.stdout.isTTY === true,
    columns: process.stdout.columns ?? 80,
    get signal() {
      isHeeded = true
      return ending.signal
    },
    out: line => void process.stdout.write(`${line}\n`),
    write: bytes => void process.stdout.write(bytes),
    error: line => void process.stderr.write(`${line}\n`),
    status: line => void process.stderr.write(`\r\u001B[K${line}`),
    input: () => process.stdin,
  }
}
