// What the tools under Kafka's names have in common: how they are given their arguments, and how they end.

import type { Terminal } from '../command.ts'
import { helpOf } from './options/joptsimple-help.ts'
import { defaultOptions, OptionError, parseOptions, type GivenOptions, type OptionTable } from './options/joptsimple.ts'

export interface Tool {
  /** Gives the exit code. What it throws is told on standard error, as by a Java program, with the exit code 1. */
  run(args: readonly string[], terminal: Terminal): Promise<number>
  /** How it tells what it throws; as it is, if this says nothing else. */
  readonly failure?: ((message: string) => string) | undefined
}

/** The version of Kafka whose tools these are: what `--version` says. */
export const kafkaVersion = '4.2.0'

/** Ends the tool: a message and the table of options on standard error. */
export class UsageError extends Error {
  readonly help: string
  constructor(message: string, table: OptionTable) {
    super(message)
    this.help = helpOf(table)
  }
}

/** Ends the tool with one line on standard error. */
export class ToolError extends Error {}

/** What Kafka's tools call an illegal argument, and mostly answer with their options. */
export class Argument extends Error {}

/** Ends the tool with nothing more to say. */
export class Ended extends Error {
  readonly exitCode: number
  constructor(exitCode: number) {
    super(`ended with ${exitCode}`)
    this.exitCode = exitCode
  }
}

/** A tool whose arguments are joptsimple's. Without arguments, and for `--help`, it prints `about` and its options. */
export function optionTool<const T extends OptionTable>(declared: {
  readonly about: string
  /** What is printed instead of it where there are no arguments. */
  readonly aboutBare?: string
  readonly options: T
  /** How it tells what went wrong. */
  readonly failure?: (message: string) => string
  /** Whether arguments that cannot be read are answered with the options. */
  readonly tellsOptionErrors?: true
  run(call: ToolCall<T>): Promise<number | void>
}): Tool {
  const table = { ...defaultOptions, ...declared.options }
  return {
    async run(args, terminal) {
      const given = parsed(table, args, declared.tellsOptionErrors === true)
      if (args.length === 0) throw new UsageError(declared.aboutBare ?? declared.about, table)
      if (given.has('help')) throw new UsageError(declared.about, table)
      if (given.has('version')) {
        terminal.out(kafkaVersion)
        return 0
      }
      const call = { given, terminal, usage: new Usage(table, given) } as unknown as ToolCall<T>
      return (await declared.run(call)) ?? 0
    },
    failure: declared.failure,
  }
}

function parsed<T extends OptionTable>(table: T, args: readonly string[], tellsErrors: boolean): GivenOptions<T> {
  try {
    return parseOptions(table, args)
  } catch (error) {
    if (tellsErrors && error instanceof OptionError) throw new UsageError(error.message, table)
    throw error
  }
}

export interface ToolCall<T extends OptionTable> {
  readonly given: GivenOptions<T>
  readonly terminal: Terminal
  readonly usage: Usage
}

/** The checks of Kafka's CommandLineUtils: each ends the tool with its options. */
export class Usage {
  readonly #table: OptionTable
  readonly #given: GivenOptions<OptionTable>
  constructor(table: OptionTable, given: GivenOptions<OptionTable>) {
    this.#table = table
    this.#given = given
  }
  /** Ends the tool with this message. */
  fail(message: string): never {
    throw new UsageError(message, this.#table)
  }
  requires(...names: string[]): void {
    for (const name of names) if (!this.#given.has(name)) this.fail(`Missing required argument "[${name}]"`)
  }
  excludes(used: string, others: readonly string[]): void {
    if (!this.#given.has(used)) return
    for (const name of others)
      if (this.#given.has(name)) this.fail(`Option "[${used}]" can't be used with option "[${name}]"`)
  }
  exactlyOneOf(...names: string[]): void {
    if (names.filter(name => this.#given.has(name)).length !== 1)
      this.fail(`Exactly one of the following arguments is required: ${names.map(name => `[${name}]`).join(', ')}`)
  }
}

/** Runs a tool and tells how it failed. */
export async function runTool(tool: Tool, args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    return await tool.run(args, terminal)
  } catch (error) {
    if (error instanceof Ended) return error.exitCode
    const message = error instanceof Error ? error.message : String(error)
    if (error instanceof UsageError) terminal.error(`${message}\n${error.help.trimEnd()}`)
    else terminal.error(tool.failure?.(message) ?? message)
    return 1
  }
}
