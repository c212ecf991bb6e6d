import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Pauses } from './pauses.ts'

type Step = readonly ['pause' | 'resume', partitions?: readonly number[]]
// oxfmt-ignore
const cases: readonly (readonly [steps: readonly Step[], paused: readonly number[]])[] = [
  [[],                                                   []],
  [[['pause']],                                          [0, 1, 2]],
  [[['pause', [1]]],                                     [1]],
  [[['pause', [0, 1]], ['resume', [1]]],                 [0]],
  [[['pause'], ['resume', [1]]],                         [0, 2]],
  [[['pause'], ['resume', [1]], ['pause', [1]]],         [0, 1, 2]],
  [[['pause', [1]], ['pause']],                          [0, 1, 2]],
  [[['pause', [1]], ['resume']],                         []],
  [[['pause'], ['resume', [1]], ['resume'], ['pause', [2]]], [2]],
]
for (const [steps, paused] of cases)
  test(`kafkajs: after ${steps.map(([verb, of = 'all']) => `${verb} ${String(of)}`).join(', ') || 'nothing'}, ${paused.join() || 'none'} of 0,1,2 are paused`, () => {
    const pauses = new Pauses()
    for (const [verb, partitions] of steps)
      pauses[verb]([{ topic: 't', ...(partitions === undefined ? {} : { partitions }) }])
    assert.deepEqual(
      [0, 1, 2].filter(partition => pauses.has('t', partition)),
      paused,
    )
    assert.equal(pauses.has('other', 0), false)
  })
