import assert from 'node:assert/strict'
import { test } from 'node:test'

import { table } from './cluster.ts'
import { command, helpOf, numberOption, parse } from './command.ts'

const example = command({
  name: 'example',
  usage: 'TOPIC [--count N]',
  options: {
    count: { short: 'c', value: 'N', about: 'how many' },
    header: { value: 'K=V', about: 'a header', many: true },
    verbose: { about: 'tell more' },
  },
  words: { min: 1, max: 2 },
  examples: ['millrace example orders'],
  run: async () => 0,
})

// oxfmt-ignore
const parsed = [
  // arguments                          given                                          words
  [['orders'],                          {},                                            ['orders']],
  [['orders', '--count', '3'],          { count: '3' },                                ['orders']],
  [['-c3', 'orders'],                   { count: '3' },                                ['orders']],
  [['orders', '--count=-3'],            { count: '-3' },                               ['orders']],
  [['--header', 'a=1', '--header=b=2', 'orders', 'x'], { header: ['a=1', 'b=2'] },     ['orders', 'x']],
  [['orders', '--verbose'],             { verbose: true },                             ['orders']],
  [['--', '--orders'],                  {},                                            ['--orders']],
  [['--help'],                          { help: true },                                []],
] as const
for (const [args, given, words] of parsed) {
  test(`millrace example ${args.join(' ')} is understood`, () => {
    const result = parse(example, args)
    assert.deepEqual({ ...result.given }, given)
    assert.deepEqual(result.words, words)
  })
}

// oxfmt-ignore
const refused = [
  [[],                      /'millrace example' needs more/],
  [['a', 'b', 'c'],         /'c' is more than 'millrace example' takes/],
  [['a', '--cuont', '3'],   /Unknown option '--cuont'/],
  [['a', '--count'],        /'-c, --count <value>' argument missing/],
  [['a', '--verbose=yes'],  /'--verbose' does not take an argument/],
] as const
for (const [args, message] of refused) {
  test(`millrace example ${args.join(' ')} is refused, and help is named`, () => {
    assert.throws(() => parse(example, args), { code: 'USAGE', message })
    assert.throws(() => parse(example, args), /Try 'millrace example --help'/)
  })
}

// oxfmt-ignore
const numbers = [
  ['0', 0], ['12', 12], [undefined, undefined], ['', 'refused'], ['1.5', 'refused'], ['x', 'refused'], ['-1', 'refused'], ['101', 'refused'],
] as const
for (const [given, expected] of numbers) {
  test(`--count ${given} is ${expected}`, () => {
    const read = () => numberOption(given, { option: 'count', min: 0, max: 100 })
    if (expected === 'refused') assert.throws(read, /--count takes a whole number from 0 to 100/)
    else assert.equal(read(), expected)
  })
}

test('help lists the options with their values, aligned, and the examples', () => {
  assert.equal(
    helpOf(example, 'an example'),
    [
      'millrace example TOPIC [--count N]',
      '',
      '  an example',
      '',
      '  -c, --count N     how many',
      '      --header K=V  a header',
      '      --verbose     tell more',
      '  -h, --help        show this',
      '',
      'Examples:',
      '  millrace example orders',
    ].join('\n'),
  )
})

test('a table is aligned, numbers to the right', () => {
  const lines = table(
    ['TOPIC', 'LAG', 'MEMBER'],
    [
      ['orders', 5, 'a'],
      ['o', 1234, '-'],
    ],
  )
  assert.deepEqual(lines, ['TOPIC    LAG  MEMBER', 'orders     5  a', 'o       1234  -'])
})
