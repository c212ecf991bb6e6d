import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { parseJaas } from './jaas.ts'

const parse = (text: string) => {
  const { module, options } = parseJaas(text, 'sasl.jaas.config')
  return [module, Object.fromEntries(options)]
}

suite('sasl.jaas.config', () => {
  // oxfmt-ignore
  const cases: [text: string, module: string, options: Record<string, string>][] = [
    ['org.apache.kafka.common.security.plain.PlainLoginModule required username="alice" password="a;b=c";', 'PlainLoginModule', { username: 'alice', password: 'a;b=c' }],
    ['a.b.ScramLoginModule required;',                                      'ScramLoginModule', {}],
    ['PlainLoginModule required\n  user_alice="x"\n  user_bob = y ;\n',     'PlainLoginModule', { user_alice: 'x', user_bob: 'y' }],
    [String.raw`PlainLoginModule REQUIRED password="a\"b\\c";`,             'PlainLoginModule', { password: String.raw`a"b\c` }],
  ]
  for (const [text, module, options] of cases)
    test(`${JSON.stringify(text)} is ${module}`, () => assert.deepEqual(parse(text), [module, options]))

  // oxfmt-ignore
  const wrong: [text: string, what: RegExp][] = [
    ['',                                               /no flag/],
    ['PlainLoginModule username="planted";',           /no flag/],
    ['PlainLoginModule required password="planted"',   /no semicolon/],
    ['PlainLoginModule required password="planted;',   /no counterpart/],
    ['PlainLoginModule required planted;',             /option 1/],
    ['PlainLoginModule required a=b planted = ;',      /option 2/],
  ]
  for (const [text, what] of wrong)
    test(`${JSON.stringify(text)} is refused, and nothing of it repeated`, () =>
      assert.throws(
        () => parse(text),
        (error: Error) =>
          what.test(error.message) && /sasl\.jaas\.config/.test(error.message) && !/planted/.test(error.message),
      ))
})
