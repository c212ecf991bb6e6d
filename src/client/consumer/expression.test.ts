import assert from 'node:assert/strict'
import { test } from 'node:test'

import { RE2JS } from 're2js'

import { expressionOf } from './expression.ts'

// oxfmt-ignore
const cases = [
  // patterns                    matched                        not matched
  [[/^orders/],                  ['orders', 'orders.eu'],       ['my-orders', 'order']],
  [[/orders/],                   ['orders', 'my-orders-eu'],    ['order']],
  [[/eu$/],                      ['orders.eu', 'eu'],           ['eu.orders']],
  [[/^a|b$/],                    ['axx', 'xxb'],                ['xax']],
  [[/^orders$/i],                ['ORDERS', 'Orders'],          ['ORDERS2']],
  [[/^a\.\d+$/, /^B/i],          ['a.12', 'bills'],             ['a.x', 'a12']],
  [[/^t[^.]\\?$/],               ['tx', 'tx\\'],                ['t.']],
] as const
for (const [patterns, matched, others] of cases)
  test(`${patterns.join(' or ')} is said in RE2`, () => {
    const expression = RE2JS.compile(expressionOf(patterns)!)
    for (const name of matched) assert(expression.matches(name), name)
    for (const name of others) assert(!expression.matches(name), name)
    const here = (name: string) => patterns.some(pattern => name.search(pattern) >= 0)
    assert.deepEqual([matched.every(here), others.some(here)], [true, false], 'as JavaScript does')
  })

// oxfmt-ignore
const unlike = [
  /^(?!__)/,  /(?<=a)b/,  /(?<name>a)\k<name>/,  /(a)\1/,  /a/u,  /a/s,  /a/m,  /a/y,  new RegExp('\\Qa\\E'),  /\x61/,  /[[:alpha:]]/,  /[^]/,
  // They match internal topics, which only we leave out.
  /.*/,  /offsets/,
]
for (const pattern of unlike)
  test(`${pattern} is not said in RE2`, () => {
    assert.equal(expressionOf([pattern]), undefined)
  })
