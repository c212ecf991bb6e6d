// The dump of files of a log to a terminal: lines on standard output, what is wrong on standard error.

import { diskFiles } from '../base/index.ts'
import { dumpFiles } from '../storage/index.ts'
import type { Terminal } from './command.ts'

export type DumpOptions = Omit<Parameters<typeof dumpFiles>[1], 'files'>

/** Gives whether all is well with the files. */
export function dumpTo(terminal: Terminal, paths: readonly string[], options: DumpOptions): boolean {
  const output = new Output(terminal)
  for (const { text, isComplaint } of dumpFiles(paths, { ...options, files: diskFiles })) output.line(text, isComplaint)
  output.flush()
  return !output.hasComplaints
}

/** Lines go out together: a log has millions of them. */
class Output {
  readonly #terminal: Terminal
  #lines: string[] = []
  #size = 0
  hasComplaints = false
  constructor(terminal: Terminal) {
    this.#terminal = terminal
  }
  line(text: string, isComplaint: boolean): void {
    if (isComplaint) {
      this.flush()
      this.hasComplaints = true
      this.#terminal.error(text)
      return
    }
    this.#lines.push(text)
    this.#size += text.length
    if (this.#size > outputSize) this.flush()
  }
  flush(): void {
    if (this.#lines.length > 0) this.#terminal.write(`${this.#lines.join('\n')}\n`)
    this.#lines = []
    this.#size = 0
  }
}
const outputSize = 64 * 1024
