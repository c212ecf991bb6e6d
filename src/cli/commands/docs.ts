// millrace docs: what a config, an error or an API is, without leaving the terminal.

import { UserError } from '../../base/index.ts'
import { configReference, type ConfigReference } from '../../platform/index.ts'
import { apis, errors, type ErrorName } from '../../protocol/index.ts'
import { command, formatOption, type Terminal } from '../command.ts'
import { printTable, styled } from '../output.ts'

const options = { format: { value: 'text|json', about: 'how to print' } } as const

export default command({
  name: 'docs',
  usage: '[NAME | WORD]',
  options,
  words: { min: 0, max: 1 },
  examples: [
    'millrace docs retention.ms',
    'millrace docs NOT_LEADER_OR_FOLLOWER',
    'millrace docs 27',
    'millrace docs compaction',
  ],
  async run(given, [asked], terminal) {
    const format = formatOption(given)
    // What does something comes first.
    const configs = configReference().toSorted((a, b) => rank(a) - rank(b))
    if (asked === undefined) {
      overview(configs, terminal)
      return 0
    }
    const found = look(asked, configs)
    if (sizeOf(found) === 0)
      throw new UserError(
        'NOT_FOUND',
        `nothing is called or tells of '${asked}': try a part of a config's name, an error's name or its number`,
      )
    if (format === 'json') terminal.out(JSON.stringify(found))
    else print(found, terminal)
    return 0
  },
})

const rank = ({ documentation }: ConfigReference) => (documentation === undefined ? 1 : 0)

interface ErrorReference {
  readonly name: string
  readonly code: number
  readonly message: string
  /** What a client may do about it. */
  readonly remedy: string
}
interface ApiReference {
  readonly key: number
  readonly name: string
  readonly versions: string
}
interface Found {
  readonly configs: readonly ConfigReference[]
  readonly errors: readonly ErrorReference[]
  readonly apis: readonly ApiReference[]
}

const sizeOf = ({ configs, errors, apis }: Found): number => configs.length + errors.length + apis.length

const remedies = {
  retriable: 'the same request may succeed when it is sent again',
  refresh: 'whom to ask has moved: look up leader or coordinator, and ask again',
  fatal: 'the same request will fail again',
} as const
const errorReferences = (): ErrorReference[] =>
  (Object.keys(errors) as ErrorName[]).map(name => {
    const { code, message, remedy } = errors[name]
    return { name, code, message, remedy: remedies[remedy] }
  })
const apiReferences = (): ApiReference[] =>
  [...apis.values()].map(({ key, name, stable }) => ({ key, name, versions: `${stable.from}-${stable.to}` }))

/** What has exactly this name or number; else what has the word in its name; else what tells of it. */
function look(asked: string, configs: readonly ConfigReference[]): Found {
  const word = asked.toLowerCase()
  const finds = (matches: (name: string, text: string, code?: number) => boolean): Found => ({
    configs: configs.filter(({ name, documentation = '' }) => matches(name, documentation)),
    errors: errorReferences().filter(({ name, message, code }) => matches(name, message, code)),
    apis: apiReferences().filter(({ name, key }) => matches(name, '', key)),
  })
  const exact = finds((name, _text, code) => name.toLowerCase() === word || String(code) === word)
  if (sizeOf(exact) > 0) return exact
  const named = finds(name => name.toLowerCase().includes(word))
  return sizeOf(named) > 0 ? named : finds((_name, text) => text.toLowerCase().includes(word))
}

const wholeMax = 3
function print(found: Found, terminal: Terminal): void {
  const { configs, errors, apis } = found
  if (sizeOf(found) > wholeMax) {
    const rows = [
      ...configs.map(({ of, name, documentation }) => [
        `config of a ${of}`,
        name,
        documentation ?? 'has no effect here',
      ]),
      ...errors.map(({ name, message, code }) => [`error ${code}`, name, message]),
      ...apis.map(({ key, name, versions }) => [`API ${key}`, name, `versions ${versions}`]),
    ]
    return printTable(terminal, ['WHAT', 'NAME', ''], rows)
  }
  for (const { of, name, type, default: initial, valid, update, documentation } of configs) {
    terminal.out(`${styled(terminal, 'bold', name)}  config of a ${of}, ${type.toLowerCase()}`)
    terminal.out(`  ${documentation ?? 'Known, so that it can be set and shown; it has no effect here.'}`)
    terminal.out(
      `  default: ${initial === null ? 'none' : initial === '' ? 'empty' : initial}${valid === '' ? '' : `; allowed: ${valid}`}`,
    )
    terminal.out(`  ${changes[update]}`)
  }
  for (const { name, code, message, remedy } of errors) {
    terminal.out(`${styled(terminal, 'bold', name)}  error ${code}`)
    terminal.out(`  ${message}`)
    terminal.out(`  For a client: ${remedy}.`)
  }
  for (const { key, name, versions } of apis) {
    terminal.out(`${styled(terminal, 'bold', name)}  API ${key}, versions ${versions}`)
  }
}
const changes: Readonly<Record<ConfigReference['update'], string>> = {
  'read-only': 'Set before the start: in server.properties, as KAFKA_…, or by --override.',
  'per-broker': 'Can be changed while the broker runs, for one broker.',
  'cluster-wide': 'Can be changed while it runs.',
}

function overview(configs: readonly ConfigReference[], terminal: Terminal): void {
  const kinds = Map.groupBy(configs, ({ of }) => of)
  const effective = (list: readonly ConfigReference[]) =>
    list.filter(({ documentation }) => documentation !== undefined).length
  printTable(
    terminal,
    ['WHAT', 'HOW MANY', 'WITH EFFECT'],
    [
      ...[...kinds].map(([of, list]) => [`configs of a ${of}`, list.length, effective(list)]),
      ['errors', Object.keys(errors).length, Object.keys(errors).length],
      ['APIs', apis.size, apis.size],
    ],
  )
  terminal.out("\n'millrace docs NAME' explains one, 'millrace docs WORD' finds those that tell of it.")
}
