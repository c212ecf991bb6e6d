import assert from 'node:assert/strict'
import { describe, it } from 'node:test'

import { groupsOf } from './segment-groups.ts'

type Spec = readonly [baseOffset: number, sizeBytes: number, indexBytes?: number]

// oxfmt-ignore
const cases: readonly [what: string, segments: readonly Spec[], endOffset: number, groups: readonly (readonly number[])[]][] = [
  ['nothing',                                   [],                                                  0,           []],
  ['one segment',                               [[0, 10]],                                           5,           [[0]]],
  ['as many as fit',                            [[0, 40], [10, 40], [20, 20], [30, 1]],              40,          [[0, 10, 20], [30]]],
  ['one that is too large by itself',           [[0, 500], [10, 1], [20, 500]],                      40,          [[0], [10], [20]]],
  ['empty ones with any',                       [[0, 0], [10, 100], [20, 0]],                        40,          [[0, 10, 20]]],
  ['as many as their indexes allow',            [[0, 1, 30], [10, 1, 20], [20, 1, 1]],               40,          [[0, 10], [20]]],
  ['offsets that an index can hold',            [[0, 1], [10, 1], [2 ** 31, 1]],                     2 ** 31 + 5, [[0, 10], [2 ** 31]]],
  ['the last offset, which nothing follows',    [[0, 1], [10, 1]],                                   2 ** 31 + 1, [[0], [10]]],
]

describe('segments that become one', () => {
  for (const [what, segments, endOffset, expected] of cases)
    it(`are ${what}`, () => {
      const sized = segments.map(([baseOffset, sizeBytes, indexBytes = 0]) => ({
        baseOffset,
        sizeBytes,
        offsetIndexBytes: indexBytes,
        timeIndexBytes: 0,
      }))
      const groups = groupsOf(sized, { segmentBytes: 100, segmentIndexBytes: 50, endOffset })
      assert.deepEqual(
        groups.map(group => group.map(({ baseOffset }) => baseOffset)),
        expected,
      )
    })
})
