// A process of the suite's own: its output goes to a file, and it is ended by its process id.

import { spawn } from 'node:child_process'
import { closeSync, openSync, readFileSync } from 'node:fs'

const stopMsMax = 15_000

export interface RunningProcess {
  readonly pid: number
  readonly exited: () => boolean
  /** The last lines that it wrote, for the message of a failure. */
  readonly logTail: () => string
  /** SIGTERM, and SIGKILL when that does not help. */
  readonly stop: () => Promise<void>
}

export function startProcess(
  program: string,
  args: readonly string[],
  { logFile, cwd }: { readonly logFile: string; readonly cwd?: string },
): RunningProcess {
  const log = openSync(logFile, 'a')
  const child = spawn(program, args, { cwd, stdio: ['ignore', log, log] })
  closeSync(log)
  const ended = new Promise<void>(resolve => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const exited = () => child.pid === undefined || child.exitCode !== null || child.signalCode !== null
  return {
    pid: child.pid ?? -1,
    exited,
    logTail: () => readFileSync(logFile, 'utf8').split('\n').slice(-20).join('\n'),
    async stop() {
      if (exited()) return
      child.kill('SIGTERM')
      const force = setTimeout(() => child.kill('SIGKILL'), stopMsMax)
      await ended
      clearTimeout(force)
    },
  }
}
