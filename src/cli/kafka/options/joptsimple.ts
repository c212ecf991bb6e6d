// Arguments as joptsimple 5 reads them, the parser of most of Kafka's tools: a table of options, `--name value`,
// `--name=value` and `-name value`; no abbreviations; what is no option is passed over. Values are converted when they
// are asked for, so that a wrong one is an error only where it matters.

export interface OptionDeclaration {
  readonly about: string
  /** What the value is called in help; an option that has neither this nor `type` takes none. */
  readonly value?: string
  /** What the value is: a string, unless this says a number. */
  readonly type?: 'String' | 'Integer' | 'Long' | 'Double'
  /** The values that there are, in any case of letters; they are read as they are written here. */
  readonly oneOf?: readonly string[]
  /** Whether the value may be left out. */
  readonly optionalValue?: true
  readonly default?: string | number
  /** Options without any of which this one is refused. */
  readonly availableIf?: readonly string[]
  readonly required?: true
  /** Another name for it. */
  readonly alias?: string
}
export type OptionTable = { readonly [name: string]: OptionDeclaration }

/** What every tool has, as Kafka's CommandDefaultOptions. */
export const defaultOptions = {
  help: { about: 'Print usage information.' },
  version: { about: 'Display Kafka version.' },
} as const satisfies OptionTable

type ValueOf<D extends OptionDeclaration> = D extends { type: 'Integer' | 'Long' | 'Double' }
  ? number
  : D extends { oneOf: readonly (infer V)[] }
    ? V
    : string

/** What joptsimple's OptionException says. */
export class OptionError extends Error {}

export class GivenOptions<T extends OptionTable> {
  readonly table: T
  /** The names of the options in the order in which they were given, each as often. */
  readonly order: readonly string[]
  readonly #given: ReadonlyMap<string, readonly string[]>
  constructor(table: T, given: ReadonlyMap<string, readonly string[]>, order: readonly string[]) {
    this.table = table
    this.#given = given
    this.order = order
  }
  has(name: keyof T & string): boolean {
    return this.#given.has(name)
  }
  /** The value, or the default; undefined where it was given without one. Throws OptionError for several. */
  value<N extends keyof T & string>(name: N): ValueOf<T[N]> | undefined {
    const values = this.values(name)
    if (values.length > 1)
      throw new OptionError(`Found multiple arguments for option ${name}, but you asked for only one`)
    return values[0]
  }
  values<N extends keyof T & string>(name: N): ValueOf<T[N]>[] {
    const declared: OptionDeclaration = this.table[name]!
    const given = this.#given.get(name)
    if (given !== undefined && given.length > 0)
      return given.map(text => convert(text, name, declared)) as ValueOf<T[N]>[]
    return (declared.default === undefined ? [] : [declared.default]) as ValueOf<T[N]>[]
  }
}

/** Throws OptionError. With `help` or `version` nothing is missing. */
export function parseOptions<const T extends OptionTable>(table: T, args: readonly string[]): GivenOptions<T> {
  const given = new Map<string, string[]>()
  const order: string[] = []
  const names = new Map<string, string>()
  for (const [name, { alias }] of Object.entries(table)) {
    names.set(name, name)
    if (alias !== undefined) names.set(alias, name)
  }
  const rest = [...args]
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (word === '--') break
    if (!looksLikeOption(word)) continue
    const isLong = word.startsWith('--')
    const text = word.slice(isLong ? 2 : 1)
    const at = text.indexOf('=')
    const key = at < 0 ? text : text.slice(0, at)
    const name = names.get(key)
    // One dash begins a cluster of options of one letter, of which Kafka's tools have none.
    if (name === undefined) throw new OptionError(`${isLong ? key : text[0]} is not a recognized option`)
    const values = given.get(name) ?? []
    given.set(name, values)
    order.push(name)
    const declared = table[name]!
    if (!takesValue(declared)) continue
    const attached = at < 0 ? '' : text.slice(at + 1)
    if (attached !== '') values.push(attached)
    else if (!declared.optionalValue) {
      const next = rest.shift()
      if (next === undefined) throw new OptionError(`Option ${key} requires an argument`)
      values.push(next)
    } else if (rest[0] !== undefined && !looksLikeOption(rest[0])) values.push(rest.shift()!)
  }
  if (!given.has('help') && !given.has('version')) refuseCombinations(table, given)
  return new GivenOptions(table, given, order)
}

export const takesValue = ({ value, type, oneOf, optionalValue }: OptionDeclaration): boolean =>
  value !== undefined || type !== undefined || oneOf !== undefined || optionalValue === true

const looksLikeOption = (word: string) => word.startsWith('-') && word !== '-'

function refuseCombinations(table: OptionTable, given: ReadonlyMap<string, unknown>): void {
  const missing = Object.keys(table).filter(name => table[name]!.required && !given.has(name))
  if (missing.length > 0)
    throw new OptionError(`Missing required option(s) ${missing.map(one => `[${one}]`).join(', ')}`)
  const unavailable = [...given.keys()].filter(
    name => table[name]!.availableIf?.some(other => given.has(other)) === false,
  )
  if (unavailable.length > 0)
    throw new OptionError(
      `Option(s) ${unavailable.map(one => `[${one}]`).join(', ')} are unavailable given other options on the command line`,
    )
}

const ranges = { Integer: [-(2n ** 31n), 2n ** 31n - 1n], Long: [-(2n ** 63n), 2n ** 63n - 1n] } as const

function convert(text: string, name: string, declared: OptionDeclaration): string | number {
  const value = converted(text, declared)
  if (value === undefined) throw new OptionError(`Cannot parse argument '${text}' of option ${name}`)
  return value
}
function converted(text: string, { type = 'String', oneOf }: OptionDeclaration): string | number | undefined {
  if (oneOf !== undefined) return oneOf.find(one => one.toLowerCase() === text.toLowerCase())
  if (type === 'String') return text
  if (type === 'Double') return text.trim() === '' || Number.isNaN(Number(text)) ? undefined : Number(text)
  if (!/^[+-]?\d+$/.test(text)) return undefined
  const value = BigInt(text.replace('+', ''))
  return value >= ranges[type][0] && value <= ranges[type][1] ? Number(value) : undefined
}
