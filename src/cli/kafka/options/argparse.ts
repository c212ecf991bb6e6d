// Arguments as argparse4j takes them, which the newer of Kafka's tools read theirs with: subcommands, groups of which one
// must be given, abbreviations. Usage and errors are its own, but for the blanks that it puts between words.

export interface ArgumentDeclaration {
  readonly about: string
  /** What its value is called: 'TOPIC'. Without it the argument is a switch. */
  readonly value?: string
  /** '-b', beside '--bootstrap-server'. */
  readonly short?: string
  /** Whether usage calls it by its short name. */
  readonly shortFirst?: true
  readonly type?: 'Integer' | 'Long' | 'Double'
  readonly choices?: readonly number[]
  readonly required?: true
  /** May be given again and again. */
  readonly many?: true
  /** Takes all words up to the next option. */
  readonly all?: true
  readonly default?: string | number
}
export type ArgumentTable = { readonly [name: string]: ArgumentDeclaration }
/** Of some arguments no two may be given, and one must be. */
export type Exclusive = readonly string[]

export interface CommandDeclaration {
  readonly about: string
  readonly arguments: ArgumentTable
  readonly oneOf?: Exclusive
}
export interface ParserDeclaration {
  readonly name: string
  readonly about: string
  readonly arguments: ArgumentTable
  readonly oneOf?: Exclusive
  readonly commands?: { readonly [name: string]: CommandDeclaration }
  /** What usage calls a subcommand, if it does not list them: 'COMMAND'. */
  readonly commandsName?: string
}

type Value = string | number | true | readonly (string | number)[]

export class GivenArguments {
  /** Of the tool's subcommands. */
  readonly command: string | undefined
  readonly #values: ReadonlyMap<string, Value>
  constructor(command: string | undefined, values: ReadonlyMap<string, Value>) {
    this.command = command
    this.#values = values
  }
  has(name: string): boolean {
    return this.#values.has(name)
  }
  text(name: string): string | undefined {
    const value = this.#values.get(name)
    return value === undefined ? undefined : String(value)
  }
  number(name: string): number | undefined {
    const value = this.#values.get(name)
    return value === undefined ? undefined : Number(value)
  }
  /** Undefined where it was not given. */
  list(name: string): string[] | undefined {
    const value = this.#values.get(name)
    return value === undefined ? undefined : [value].flat().map(String)
  }
}

/** What is wrong with the arguments, with the usage before it. */
export class ArgumentError extends Error {
  readonly usage: string
  constructor(message: string, parser: ParserDeclaration, usage = usageOf(parser)) {
    super(`${parser.name}: error: ${message}`)
    this.usage = usage
  }
}
/** Help was asked for. */
export class HelpWanted extends Error {
  readonly help: string
  constructor(help: string) {
    super('help')
    this.help = help
  }
}

/** Throws ArgumentError, or HelpWanted. */
export function parseArguments(parser: ParserDeclaration, args: readonly string[]): GivenArguments {
  const values = new Map<string, Value>()
  const rest = take(parser, { declared: parser, name: parser.name, args, values })
  if (parser.commands === undefined) return new GivenArguments(undefined, values)
  const [command, ...own] = rest
  const fail = (message: string): never => {
    throw new ArgumentError(message, parser)
  }
  if (command === undefined) return fail('too few arguments')
  const declared = Object.hasOwn(parser.commands, command) ? parser.commands[command]! : undefined
  if (declared === undefined) {
    const names = Object.keys(parser.commands).map(name => `'${name}'`)
    return fail(`invalid choice: '${command}' (choose from ${names.join(', ')})`)
  }
  const required = Object.keys(parser.arguments).filter(one => parser.arguments[one]!.required)
  const needed = [
    ...required.map(one => shown(parser.arguments, one)),
    ...(parser.oneOf === undefined ? [] : [oneOfUsage(parser)]),
  ]
  take(parser, { declared, name: [parser.name, ...needed, command].join(' '), args: own, values })
  // What is wrong with the command's own is told first.
  complete(parser, { declared: parser, name: parser.name, args, values })
  return new GivenArguments(command, values)
}

interface Level {
  readonly declared: CommandDeclaration
  /** Of the tool, and of the command where it is one. */
  readonly name: string
  readonly args: readonly string[]
  readonly values: Map<string, Value>
}

/** Reads the arguments of one level; gives what begins with the name of a command. */
function take(parser: ParserDeclaration, { declared, name, args, values }: Level): string[] {
  const hasCommands = declared === parser && parser.commands !== undefined
  const fail = (message: string): never => {
    throw new ArgumentError(message, parser, usageOf(declared, name))
  }
  const rest = [...args]
  const seen = new Set<string>()
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('-') || /^-\d/.test(word)) {
      if (!hasCommands) fail(`unrecognized arguments: '${word}'`)
      rest.unshift(word)
      break
    }
    if (word === '-h' || word === '--help') throw new HelpWanted(helpOf(declared, name))
    const [flag, attached] = divided(word)
    const found = named(declared.arguments, flag, fail) ?? fail(`unrecognized arguments: '${word}'`)
    const argument = declared.arguments[found]!
    const other = declared.oneOf?.includes(found)
      ? declared.oneOf.find(one => one !== found && seen.has(one))
      : undefined
    if (other !== undefined)
      fail(`argument ${told(declared.arguments, found)}: not allowed with argument ${told(declared.arguments, other)}`)
    seen.add(found)
    if (argument.value === undefined) {
      values.set(found, true)
      continue
    }
    const texts = attached === undefined ? [] : [attached]
    while (texts.length === 0 || argument.all) {
      const next = rest[0]
      if (next === undefined || (next.startsWith('-') && !/^-\d/.test(next))) break
      texts.push(rest.shift()!)
    }
    if (texts.length === 0)
      fail(
        `argument ${told(declared.arguments, found)}: expected ${argument.all ? 'at least one argument' : 'one argument'}`,
      )
    const converted = texts.map(text => convert(text, argument, told(declared.arguments, found), fail))
    const before = values.get(found)
    if (argument.all) values.set(found, converted)
    else if (argument.many) values.set(found, [...(Array.isArray(before) ? before : []), ...converted])
    else values.set(found, converted[0]!)
  }
  if (!hasCommands) complete(parser, { declared, name, args, values })
  return rest
}

/** Fills in what has a default, and misses what must be given. */
function complete(parser: ParserDeclaration, { declared, name, values }: Level): void {
  const fail = (message: string): never => {
    throw new ArgumentError(message, parser, usageOf(declared, name))
  }
  for (const [one, { required, default: initial }] of Object.entries(declared.arguments)) {
    if (required && !values.has(one)) fail(`argument ${told(declared.arguments, one)} is required`)
    if (initial !== undefined && !values.has(one)) values.set(one, initial)
  }
  if (declared.oneOf !== undefined && !declared.oneOf.some(one => values.has(one)))
    fail(`one of the arguments ${declared.oneOf.map(one => told(declared.arguments, one)).join(' ')} is required`)
}

function divided(word: string): [flag: string, attached: string | undefined] {
  const at = word.indexOf('=')
  return word.startsWith('--') && at > 0 ? [word.slice(0, at), word.slice(at + 1)] : [word, undefined]
}
/** The argument of a flag, or of the beginning of one. */
function named(table: ArgumentTable, flag: string, fail: (message: string) => never): string | undefined {
  for (const [name, { short }] of Object.entries(table)) if (flag === `--${name}` || flag === short) return name
  if (!flag.startsWith('--')) return undefined
  const matches = Object.keys(table).filter(name => `--${name}`.startsWith(flag))
  if (matches.length > 1)
    fail(
      `ambiguous option: ${flag} could match ${matches
        .map(name => `--${name}`)
        .toSorted()
        .join(', ')}`,
    )
  return matches[0]
}
const told = (table: ArgumentTable, name: string): string =>
  table[name]!.short === undefined ? `--${name}` : `--${name}/${table[name]!.short}`

const largest = { Integer: 2 ** 31 - 1, Long: Number.MAX_SAFE_INTEGER, Double: Infinity } as const
function convert(
  text: string,
  { type, choices }: ArgumentDeclaration,
  name: string,
  fail: (message: string) => never,
): string | number {
  if (type === undefined) return text
  const isNumber = type === 'Double' ? text.trim() !== '' && !Number.isNaN(Number(text)) : /^[+-]?\d+$/.test(text)
  if (!isNumber || Math.abs(Number(text)) > largest[type])
    fail(`argument ${name}: could not convert '${text}' to ${type} (For input string: "${text}")`)
  if (choices !== undefined && !choices.includes(Number(text)))
    fail(`argument ${name}: invalid choice: '${text}' (choose from {${choices.join(',')}})`)
  return Number(text)
}

// Usage and help

const shown = (table: ArgumentTable, one: string): string => {
  const { value, all, short, shortFirst } = table[one]!
  if (shortFirst && short !== undefined) return short
  return value === undefined ? `--${one}` : `--${one} ${value}${all ? ` [${value} ...]` : ''}`
}
function oneOfUsage({ oneOf, arguments: table }: CommandDeclaration): string {
  const all = (oneOf ?? []).map(one => shown(table, one))
  return all.length === 1 ? all[0]! : `(${all.join(' | ')})`
}
function usageOf(declared: CommandDeclaration & Partial<ParserDeclaration>, name = declared.name!): string {
  const single = Object.entries(declared.arguments).filter(([one]) => !declared.oneOf?.includes(one))
  const parts = [
    '[-h]',
    ...single.map(([one, { required }]) =>
      required ? shown(declared.arguments, one) : `[${shown(declared.arguments, one)}]`,
    ),
    ...(declared.oneOf === undefined ? [] : [oneOfUsage(declared)]),
    ...(declared.commands === undefined
      ? []
      : [`${declared.commandsName ?? `{${Object.keys(declared.commands).join(',')}}`} ...`]),
  ]
  const head = `usage: ${name} `
  return wrapped(head, parts, ' '.repeat(head.length))
}
function helpOf(declared: CommandDeclaration & Partial<ParserDeclaration>, name: string): string {
  const isTool = declared.commands !== undefined || declared.name !== undefined
  const lines = [usageOf(declared, name), '']
  if (isTool) lines.push(wrapped('', declared.about.split(' '), ''), '')
  if (declared.commands !== undefined) {
    lines.push('positional arguments:', `  {${Object.keys(declared.commands).join(',')}}`)
    for (const [one, { about }] of Object.entries(declared.commands)) lines.push(entry(`    ${one}`, about))
    lines.push('')
  }
  lines.push('optional arguments:', entry('  -h, --help', 'show this help message and exit'))
  for (const [one, { about, value, short, default: initial }] of Object.entries(declared.arguments)) {
    const flags = [`--${one}`, ...(short === undefined ? [] : [short])]
    const head = flags.map(flag => (value === undefined ? flag : `${flag} ${value}`)).join(', ')
    lines.push(entry(`  ${head}`, initial === undefined ? about : `${about} (default: ${initial})`))
  }
  return lines.join('\n')
}

const lineWidth = 75
const textColumn = 25
function entry(head: string, text: string): string {
  const indent = ' '.repeat(textColumn)
  return head.length < textColumn - 1
    ? wrapped(head.padEnd(textColumn), text.split(' '), indent)
    : `${head}\n${wrapped(indent, text.split(' '), indent)}`
}
function wrapped(head: string, parts: readonly string[], indent: string): string {
  const lines: string[] = []
  let line = head
  for (const part of parts) {
    if (line.length + part.length > lineWidth && line.trim() !== '' && line !== head) {
      lines.push(line.trimEnd())
      line = indent
    }
    line += `${part} `
  }
  return [...lines, line.trimEnd()].join('\n')
}
