// What joptsimple makes of arguments, as tables.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { helpOf } from './joptsimple-help.ts'
import { OptionError, parseOptions } from './joptsimple.ts'

const table = {
  list: { about: 'List all.' },
  topic: { value: 'topic', about: 'The topic.' },
  partitions: { value: '# of partitions', type: 'Integer', about: 'How many.' },
  timeout: { value: 'timeout (ms)', type: 'Long', default: 30_000, about: 'How long.' },
  state: { optionalValue: true, availableIf: ['list'], about: 'The states.' },
} as const

// oxfmt-ignore
const read: [args: string, topic: unknown, partitions: unknown, timeout: unknown][] = [
  ['',                              undefined, undefined, 30_000],
  ['--topic a',                     'a',       undefined, 30_000],
  ['--topic=a',                     'a',       undefined, 30_000],
  ['-topic a',                      'a',       undefined, 30_000],
  ['--topic= a',                    'a',       undefined, 30_000],
  ['--topic a=b=c',                 'a=b=c',   undefined, 30_000],
  ['--topic --list',                '--list',  undefined, 30_000],
  ['stray --topic a more',          'a',       undefined, 30_000],
  ['--topic a -- --partitions 3',   'a',       undefined, 30_000],
  ['--partitions 3 --timeout -1',   undefined, 3,         -1],
  ['--partitions +3',               undefined, 3,         30_000],
]
for (const [args, topic, partitions, timeout] of read)
  test(`joptsimple reads '${args}'`, () => {
    const given = parseOptions(table, args.split(' ').filter(Boolean))
    assert.deepEqual(
      [given.value('topic'), given.value('partitions'), given.value('timeout')],
      [topic, partitions, timeout],
    )
  })

// oxfmt-ignore
const refused: [args: string, message: string][] = [
  ['--nothing',                       'nothing is not a recognized option'],
  ['--top a',                         'top is not a recognized option'],
  ['-x',                              'x is not a recognized option'],
  ['--topic',                         'Option topic requires an argument'],
  ['--topic a --topic b',             'Found multiple arguments for option topic, but you asked for only one'],
  ['--partitions many',               "Cannot parse argument 'many' of option partitions"],
  ['--partitions 2147483648',         "Cannot parse argument '2147483648' of option partitions"],
  ['--state',                         'Option(s) [state] are unavailable given other options on the command line'],
]
for (const [args, message] of refused)
  test(`joptsimple refuses '${args}'`, () =>
    assert.throws(
      () => {
        const given = parseOptions(table, args.split(' '))
        given.value('topic')
        given.value('partitions')
      },
      (error: Error) => error instanceof OptionError && error.message === message,
    ))

test('an optional value of joptsimple is there or not', () => {
  const of = (...args: string[]) => {
    const given = parseOptions(table, args)
    return [given.has('state'), given.value('state')]
  }
  assert.deepEqual(of('--list', '--state'), [true, undefined])
  assert.deepEqual(of('--list', '--state', 'stable,empty'), [true, 'stable,empty'])
  assert.deepEqual(of('--state', '--list'), [true, undefined])
  assert.deepEqual(of('--list'), [false, undefined])
})

test('of values that are named, joptsimple takes one in any case of letters', () => {
  const named = { pattern: { oneOf: ['ANY', 'LITERAL'], default: 'LITERAL', about: 'The pattern.' } } as const
  const pattern = (...args: string[]) => parseOptions(named, args).value('pattern')
  assert.deepEqual([pattern(), pattern('--pattern', 'any')], ['LITERAL', 'ANY'])
  assert.throws(() => pattern('--pattern', 'regex'), { message: "Cannot parse argument 'regex' of option pattern" })
  assert.match(helpOf(named), /^--pattern <ANY\|LITERAL> +The pattern\. \(default: LITERAL\)/m)
})

test('help stands in two columns of a page 80 wide', () => {
  const long = {
    'replica-assignment': { value: 'one of these : another , third ...', about: `${'word '.repeat(12)}end` },
  }
  const lines = helpOf({ ...table, ...long }).split('\n')
  assert.deepEqual(
    lines.map(line => line.trimEnd()),
    [
      'Option                                   Description',
      '------                                   -----------',
      '--list                                   List all.',
      '--partitions <Integer: # of partitions>  How many.',
      '--replica-assignment <String: one of     word word word word word word word',
      '  these : another , third ...>             word word word word word end',
      '--state [String]                         The states.',
      '--timeout <Long: timeout (ms)>           How long. (default: 30000)',
      '--topic <String: topic>                  The topic.',
      '',
    ],
  )
  assert.deepEqual([...new Set(lines.slice(0, -1).map(line => line.length))], [80])
})
