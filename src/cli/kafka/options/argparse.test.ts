import assert from 'node:assert/strict'
import { test } from 'node:test'

import { ArgumentError, HelpWanted, parseArguments, type ParserDeclaration } from './argparse.ts'

const plain: ParserDeclaration = {
  name: 'producer',
  about: 'An example.',
  arguments: {
    topic: { value: 'TOPIC', required: true, about: 'where to' },
    count: { value: 'N', type: 'Integer', default: -1, about: 'how many' },
    acks: { value: 'ACKS', type: 'Integer', choices: [0, 1, -1], about: 'what to wait for' },
    props: { value: 'K=V', all: true, about: 'properties' },
    feature: { value: 'F', many: true, about: 'a feature' },
    quiet: { about: 'say nothing' },
    'record-size': { value: 'SIZE', type: 'Integer', about: 'size' },
    'record-file': { value: 'FILE', about: 'file' },
  },
  oneOf: ['record-size', 'record-file'],
}
const nested: ParserDeclaration = {
  name: 'cluster',
  about: 'Another.',
  arguments: { server: { value: 'SERVER', short: '-s', required: true, about: 'the server' } },
  commands: {
    show: { about: 'Shows.', arguments: {} },
    drop: {
      about: 'Drops.',
      arguments: { id: { value: 'ID', short: '-i', type: 'Integer', required: true, about: 'the id' } },
    },
  },
}

test('values, switches, lists, defaults and abbreviations are read', () => {
  const given = parseArguments(
    plain,
    '--topic a --record-size=10 --ac -1 --props a=1 b=2 --feature x --feature y --quiet'.split(' '),
  )
  assert.deepEqual(
    [given.text('topic'), given.number('record-size'), given.number('acks'), given.number('count')],
    ['a', 10, -1, -1],
  )
  assert.deepEqual([given.list('props'), given.list('feature'), given.has('quiet')], [['a=1', 'b=2'], ['x', 'y'], true])
})
test('a command has arguments of its own', () => {
  const given = parseArguments(nested, ['-s', 'a:1', 'drop', '-i', '7'])
  assert.deepEqual([given.command, given.text('server'), given.number('id')], ['drop', 'a:1', 7])
})
test('help is given for the tool and for a command', () => {
  assert.throws(
    () => parseArguments(nested, ['--help']),
    (error: HelpWanted) => /\{show,drop\}/.test(error.help),
  )
  assert.throws(
    () => parseArguments(nested, ['-s', 'a:1', 'drop', '-h']),
    (error: HelpWanted) => /--id ID, -i ID/.test(error.help),
  )
})

// oxfmt-ignore
const refused = [
  [plain,  '--record-size 1',                              '--topic is required'],
  [plain,  '--topic a',                                    'one of the arguments --record-size --record-file is required'],
  [plain,  '--topic a --record-size 1 --record-file f',    '--record-file: not allowed with argument --record-size'],
  [plain,  '--topic a --record f',                         'ambiguous option: --record could match --record-file, --record-size'],
  [plain,  '--topic',                                      '--topic: expected one argument'],
  [plain,  '--topic a --props',                            '--props: expected at least one argument'],
  [plain,  '--topic a --count x',                          `--count: could not convert 'x' to Integer (For input string: "x")`],
  [plain,  '--topic a --acks 5',                           `--acks: invalid choice: '5' (choose from {0,1,-1})`],
  [plain,  '--topic a --nothing',                          "unrecognized arguments: '--nothing'"],
  [plain,  '--topic a more',                               "unrecognized arguments: 'more'"],
  [nested, '',                                             'too few arguments'],
  [nested, 'lift',                                         "invalid choice: 'lift' (choose from 'show', 'drop')"],
  [nested, 'drop -i 1',                                    '--server/-s is required'],
  [nested, '-s a:1 drop',                                  '--id/-i is required'],
] as const
for (const [parser, line, message] of refused)
  test(`'${parser.name} ${line}' is refused: ${message}`, () => {
    assert.throws(
      () => parseArguments(parser, line.split(' ').filter(Boolean)),
      (error: ArgumentError) => error.message.endsWith(message) && error.usage.startsWith('usage: '),
    )
  })
