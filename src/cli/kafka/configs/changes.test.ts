// What kafka-configs --alter takes.

import assert from 'node:assert/strict'
import { test } from 'node:test'

import { parseOptions } from '../options/joptsimple.ts'
import { changesOf } from './changes.ts'
import { options } from './options.ts'

// oxfmt-ignore
const cases: [args: string[], set: Record<string, string>, remove: string[]][] = [
  [['--add-config', 'a=1'],                          { a: '1' },                    []],
  [['--add-config', 'a=1,b=2'],                      { a: '1', b: '2' },            []],
  [['--add-config', 'a=[x,y],b=2'],                  { a: 'x,y', b: '2' },          []],
  [['--add-config', 'a = 1 , b='],                   { a: '1', b: '' },             []],
  [['--add-config', 'S=[iterations=1,password=p=q]'], { S: 'iterations=1,password=p=q' }, []],
  [['--delete-config', 'a, b'],                      {},                            ['a', 'b']],
  [['--add-config', 'a=1', '--delete-config', 'b', '--delete-config', 'c'], { a: '1' }, ['b', 'c']],
]
for (const [args, set, remove] of cases)
  test(`kafka-configs reads ${args.join(' ')}`, async () => {
    const changes = await changesOf(parseOptions(options, args))
    assert.deepEqual([Object.fromEntries(changes.set), changes.remove], [set, remove])
  })

for (const text of ['a', 'a=1,b', 'a=1=2'])
  test(`kafka-configs refuses --add-config ${text}`, () =>
    assert.rejects(changesOf(parseOptions(options, ['--add-config', text])), /must be in the format "key=val"/))

test('kafka-configs refuses a key of other characters', () =>
  assert.rejects(
    changesOf(parseOptions(options, ['--add-config', 'a/b=1'])),
    /Invalid character found for config key: a\/b/,
  ))
