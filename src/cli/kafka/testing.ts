// For tests: tools called as from a terminal, and what they say there.

import type { Terminal } from '../command.ts'
import { runTool, type Tool } from './tool.ts'

export interface Said {
  readonly code: number
  readonly out: string
  readonly errors: string
}

/** Runs with a terminal where a person types `input`, and gives the exit code and all that was said. */
export async function hear(run: (terminal: Terminal) => Promise<number>, input = ''): Promise<Said> {
  const said = { out: '', errors: '' }
  const terminal: Terminal = {
    isTerminal: false,
    columns: 80,
    signal: new AbortController().signal,
    out: line => void (said.out += `${line}\n`),
    write: bytes => void (said.out += Buffer.from(bytes).toString()),
    error: line => void (said.errors += `${line}\n`),
    status: () => {},
    async *input() {
      yield Buffer.from(input)
    },
  }
  const code = await run(terminal)
  return { code, ...said }
}

export const callTool = (tool: Tool, args: readonly string[], input?: string): Promise<Said> =>
  hear(terminal => runTool(tool, args, terminal), input)
