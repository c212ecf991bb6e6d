import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { test } from 'node:test'

import { testsOf } from './behaviour.ts'
import { sections } from './behaviours.ts'
import { judge, wholeFile, type TestResult } from './results.ts'

const all = sections.flatMap(({ behaviours }) => behaviours)
const root = new URL('../', import.meta.url)

test('each behaviour is shown by tests, or differs, or is for later: exactly one of them', () => {
  for (const [sentence, standing] of all) {
    assert.equal(Object.keys(standing).length, 1, sentence)
    if ('test' in standing) assert.ok(testsOf(standing).length > 0, sentence)
  }
})
test('no two behaviours are the same', () => {
  const sentences = all.map(([sentence]) => sentence)
  assert.deepEqual(
    sentences.filter((sentence, i) => sentences.indexOf(sentence) !== i),
    [],
  )
})
test('the files of the tests are there', () => {
  for (const [sentence, standing] of all)
    for (const { file } of testsOf(standing)) assert.ok(existsSync(new URL(file, root)), `${sentence} ${file}`)
})
test('what differs is told to users, in the same words', () => {
  const page = readFileSync(new URL('COMPATIBILITY.md', root), 'utf8')
  for (const [sentence, standing] of all) {
    if (!('differs' in standing)) continue
    const [, api, difference] = /^(\w+): (.+)$/.exec(standing.differs) ?? assert.fail(`${sentence} ${standing.differs}`)
    assert.ok(page.includes(`- **${api}**: ${difference}\n`), `COMPATIBILITY.md does not say: ${standing.differs}`)
  }
})

// oxfmt-ignore
const judgements: readonly (readonly [results: readonly TestResult[], verdict: string])[] = [
  [[],                                                                                                                 "missing: no test 'a * b' in src/x.test.ts"],
  [[{ file: 'src/x.test.ts', title: 'a (1) b', outcome: 'passed' }],                                                   'passed'],
  [[{ file: 'src/y.test.ts', title: 'a (1) b', outcome: 'passed' }],                                                   "missing: no test 'a * b' in src/x.test.ts"],
  [[{ file: 'src/x.test.ts', title: 'a (1) bc', outcome: 'passed' }],                                                  "missing: no test 'a * b' in src/x.test.ts"],
  [[{ file: 'src/x.test.ts', title: 'a 1 b', outcome: 'passed' }, { file: 'src/x.test.ts', title: 'a 2 b', outcome: 'failed' }], "missing: failed: 'a 2 b' in src/x.test.ts"],
  [[{ file: 'src/x.test.ts', title: wholeFile, outcome: 'failed' }],                                                   'missing: src/x.test.ts could not be loaded'],
  [[{ file: 'src/x.test.ts', title: 'a 1 b', outcome: 'skipped' }],                                                    "missing: skipped: 'a 1 b' in src/x.test.ts"],
]
for (const [results, expected] of judgements)
  test(`with ${JSON.stringify(results)} a behaviour is ${expected}`, () => {
    const verdict = judge({ test: 'x > a * b' }, results)
    assert.equal('why' in verdict ? `${verdict.is}: ${verdict.why}` : verdict.is, expected)
  })
