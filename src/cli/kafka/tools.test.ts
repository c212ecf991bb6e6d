// The tools by their names.

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'

import { toolNamed, tools } from './tools.ts'

// oxfmt-ignore
const names: [word: string, tool: string | undefined][] = [
  ['kafka-topics',                               'kafka-topics'],
  ['kafka-topics.sh',                            'kafka-topics'],
  ['/opt/kafka/bin/kafka-topics.sh',             'kafka-topics'],
  ['/app/node_modules/.bin/kafka-topics',        'kafka-topics'],
  ['C:\\kafka\\bin\\windows\\kafka-topics.bat',  'kafka-topics'],
  ['topics',                                     undefined],
  ['kafka-nothing',                              undefined],
  ['constructor',                                undefined],
]
for (const [word, tool] of names)
  test(`'${word}' names ${tool ?? 'no tool'}`, () => assert.equal(toolNamed(word), tool))

test("the package installs each tool under its name, and under that of Apache's script", () => {
  const manifest = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
    bin: Record<string, string>
  }
  const expected = Object.keys(tools).flatMap(name => [name, `${name}.sh`])
  const installed = Object.keys(manifest.bin).filter(name => name.startsWith('kafka-'))
  assert.deepEqual(installed.toSorted(), expected.toSorted())
  for (const name of installed) assert.equal(manifest.bin[name], manifest.bin['millrace'])
})
