// The form of a command: its options as data (parsed, checked and printed in --help from the same table), and `run`.

import { parseArgs, type ParseArgsConfig } from 'node:util'

import { UserError } from '../base/index.ts'

export interface Option {
  /** What the value is called in help: 'DIR', 'N'. Without it the option is a switch. */
  readonly value?: string
  readonly about: string
  readonly short?: string
  readonly many?: boolean
}
type Options = { readonly [name: string]: Option }

type Value<O extends Option> = O extends { value: string } ? (O extends { many: true } ? string[] : string) : boolean
export type Given<O extends Options> = { readonly [K in keyof O]?: Value<O[K]> }

export interface Command<O extends Options = Options> {
  readonly name: string
  /** What follows the name: '[--data DIR]', 'TOPIC'. */
  readonly usage: string
  readonly options: O
  /** How many words may follow, beside options. */
  readonly words?: { readonly min: number; readonly max: number }
  readonly examples?: readonly string[]
  /** Gives the exit code. Throws UserError for what the person at the terminal can put right. */
  run(given: Given<O>, words: readonly string[], terminal: Terminal): Promise<number>
}

/** Keeps the types of the options for `run`. */
export function command<const O extends Options>(declared: Command<O>): Command {
  return declared as unknown as Command // `run` takes what `options` describes: parse() gives it nothing else
}

/** Where a command writes, and when it must end. */
export interface Terminal {
  readonly isTerminal: boolean
  readonly columns: number
  /** Aborted by the first Ctrl-C or SIGTERM. Until somebody has asked for it, those end the process. */
  readonly signal: AbortSignal
  out(line: string): void
  /** Bytes as they are, without a newline. */
  write(bytes: Uint8Array | string): void
  error(line: string): void
  /** A line on standard error that the next one replaces; '' takes it away. Only for terminals. */
  status(line: string): void
  input(): AsyncIterable<Buffer>
}

export const commonOptions = {
  help: { short: 'h', about: 'show this' },
} as const

export const clusterOptions = {
  bootstrap: {
    short: 'b',
    value: 'HOST:PORT',
    about: 'a broker of the cluster (MILLRACE_BOOTSTRAP, else localhost:9092)',
  },
  format: { value: 'text|json', about: 'how to print' },
} as const

/** The cluster that a command is meant for. */
export function bootstrapOf(given: { readonly bootstrap?: string }): string {
  return given.bootstrap ?? process.env['MILLRACE_BOOTSTRAP'] ?? 'localhost:9092'
}

export function parse(
  { name, options, words = { min: 0, max: 0 } }: Command,
  args: readonly string[],
): { given: Given<Options>; words: string[] } {
  const config: NonNullable<ParseArgsConfig['options']> = {}
  for (const [option, { value, short, many }] of Object.entries({ ...options, ...commonOptions } as Options))
    config[option] = {
      type: value === undefined ? 'boolean' : 'string',
      ...(short === undefined ? {} : { short }),
      ...(many ? { multiple: true } : {}),
    }
  let parsed: { values: object; positionals: string[] }
  try {
    parsed = parseArgs({ args: [...args], options: config, allowPositionals: true, strict: true })
  } catch (error) {
    throw new UserError('USAGE', `${(error as Error).message.split('. To specify')[0]}\nTry 'millrace ${name} --help'.`)
  }
  const given = parsed.values as Given<Options>
  const count = parsed.positionals.length
  if (!('help' in given) && (count < words.min || count > words.max))
    throw new UserError(
      'USAGE',
      `${count < words.min ? `'millrace ${name}' needs more` : `'${parsed.positionals[words.max]}' is more than 'millrace ${name}' takes`}\nTry 'millrace ${name} --help'.`,
    )
  return { given, words: parsed.positionals }
}

export function helpOf({ name, usage, options, examples = [] }: Command, about: string): string {
  const rows = Object.entries({ ...options, ...commonOptions } as Options).map(([option, { value, short, about }]) => [
    `  ${short ? `-${short}, ` : '    '}--${option}${value ? ` ${value}` : ''}`,
    about,
  ])
  const width = Math.max(...rows.map(([left]) => left!.length)) + 2
  return [
    `millrace ${name} ${usage}`.trimEnd(),
    '',
    `  ${about}`,
    '',
    ...rows.map(([left, about]) => left!.padEnd(width) + about),
    ...(examples.length > 0 ? ['', 'Examples:', ...examples.map(line => `  ${line}`)] : []),
  ].join('\n')
}

/** A whole number in a range, or a UserError that names the option. */
export function numberOption(
  given: string | undefined,
  { option, min, max = Number.MAX_SAFE_INTEGER }: { option: string; min: number; max?: number },
): number | undefined {
  if (given === undefined) return undefined
  const value = Number(given)
  if (given.trim() === '' || !Number.isInteger(value) || value < min || value > max)
    throw new UserError(
      'USAGE',
      `--${option} takes a whole number from ${min}${max === Number.MAX_SAFE_INTEGER ? '' : ` to ${max}`}, not '${given}'`,
    )
  return value
}

export function formatOption(given: { readonly format?: string }): 'text' | 'json' {
  const format = given.format ?? 'text'
  if (format !== 'text' && format !== 'json') throw new UserError('USAGE', `--format is text or json, not '${format}'`)
  return format
}
