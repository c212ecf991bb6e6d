// Where the blocks of the user's documents run: a broker on localhost:9092 with its data in /var/lib/kafka/data, the tools by
// their names on the path, Python with the packages that the documents take for granted.

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'

import { startProcess, type RunningProcess } from '../suite/process.ts'

export const dataPath = '/var/lib/kafka/data'
const checkout = join(import.meta.dirname, '../..')
const main = join(checkout, 'src/cli/main.ts')

export interface Said {
  readonly code: number | null
  readonly out: string
  readonly error: string
}
export interface RunOptions {
  readonly args?: readonly string[]
  readonly input?: string
  /** Ctrl-C after so many seconds, or as soon as standard output says this. */
  readonly interruptAfter?: number
  readonly interruptAt?: RegExp
}

export class World {
  readonly #blocks: string
  readonly #python: string
  readonly #home = mkdtempSync(join(tmpdir(), 'millrace-acceptance-'))
  #broker: RunningProcess | undefined
  #brokersStarted = 0

  constructor({ blocks, python }: { readonly blocks: string; readonly python: string }) {
    this.#blocks = blocks
    this.#python = python
    const bin = join(this.#home, 'bin')
    mkdirSync(bin)
    for (const tool of [
      'kafka-topics',
      'kafka-console-producer',
      'kafka-console-consumer',
      'kafka-configs',
      'kafka-consumer-groups',
      'kafka-dump-log',
      'kafka-get-offsets',
    ])
      writeFileSync(join(bin, tool), `#!/bin/sh\nexec '${process.execPath}' '${main}' ${tool} "$@"\n`, { mode: 0o755 })
  }

  /** A broker on an empty directory, as each document begins. Retention and compaction look every second, as row a30 asks. */
  async startBroker(): Promise<void> {
    await this.stopBroker()
    rmSync(dataPath, { recursive: true, force: true })
    mkdirSync(dataPath, { recursive: true })
    const often = ['log.retention.check.interval.ms', 'log.cleaner.backoff.ms', 'log.initial.task.delay.ms']
    const overrides = often.flatMap(name => ['--override', `${name}=1000`])
    // Its own, as one that went before has told in its own that it was ready.
    const logFile = join(this.#home, `broker-${++this.#brokersStarted}.log`)
    this.#broker = startProcess(process.execPath, [main, 'up', '--data', dataPath, '--format', 'json', ...overrides], {
      logFile,
    })
    for (const until = Date.now() + 20_000; !this.#broker.logTail().includes('"event":"ready"'); await pause(20))
      if (this.#broker.exited() || Date.now() > until)
        throw new Error(`the broker is not up:\n${this.#broker.logTail()}`)
  }
  async stopBroker(): Promise<void> {
    await this.#broker?.stop()
  }
  async stop(): Promise<void> {
    await this.stopBroker()
    rmSync(this.#home, { recursive: true, force: true })
  }

  /** Runs the file of a row as its README says: shell by bash, Python by python, in the folder of the blocks. */
  block(file: string, options: RunOptions = {}): Promise<Said> {
    const program = extname(file) === '.sh' ? 'bash' : this.#python
    return this.#run(program, [file, ...(options.args ?? [])], options)
  }
  shell(command: string, options: RunOptions = {}): Promise<Said> {
    return this.#run('bash', ['-c', command], options)
  }
  python(code: string): Promise<Said> {
    return this.#run(this.#python, ['-c', code], {})
  }

  async #run(
    program: string,
    args: readonly string[],
    { input, interruptAfter, interruptAt }: RunOptions,
  ): Promise<Said> {
    const env = { ...process.env, PATH: `${join(this.#home, 'bin')}:${process.env['PATH']}`, PYTHONUNBUFFERED: '1' }
    const child = spawn(program, [...args], { cwd: this.#blocks, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] })
    let out = '',
      error = ''
    // As a terminal does it: to all of the pipeline.
    let isInterrupted = false
    const interrupt = (signal: NodeJS.Signals = 'SIGINT') => {
      if (isInterrupted && signal === 'SIGINT') return
      isInterrupted = true
      try {
        process.kill(-child.pid!, signal)
      } catch {} // it has ended by itself
    }
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
      if (interruptAt?.test(out)) interrupt()
    })
    child.stderr.on('data', (chunk: Buffer) => (error += chunk.toString()))
    child.stdin.on('error', () => {})
    child.stdin.end(input)
    const timers = [setTimeout(() => interrupt('SIGKILL'), secondsMax * 1_000)]
    if (interruptAfter !== undefined) timers.push(setTimeout(interrupt, interruptAfter * 1_000))
    const [code] = (await once(child, 'close')) as [number | null]
    for (const timer of timers) clearTimeout(timer)
    return { code, out, error }
  }
}
const secondsMax = 90
export const pause = (ms: number): Promise<void> => new Promise(resolve => setTimeout(resolve, ms))
