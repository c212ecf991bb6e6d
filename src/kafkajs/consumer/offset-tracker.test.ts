import assert from 'node:assert/strict'
import { test } from 'node:test'

import { OffsetTracker } from './offset-tracker.ts'

const none = { intervalMs: null, threshold: null }

test('kafkajs: what is dealt with is uncommitted until it is stored, and no more once the partition is gone', () => {
  const tracker = new OffsetTracker(none, 0)
  tracker.add('t', 0, 5)
  tracker.add('t', 1, undefined)
  assert.deepEqual(tracker.uncommitted(), [])
  tracker.resolve('t', 0, 5)
  assert.deepEqual(tracker.uncommitted(), [], 'stored already')
  tracker.resolve('t', 0, 7)
  tracker.resolve('t', 1, 1)
  const due = [
    {
      topic: 't',
      partitions: [
        { partition: 0, offset: '7' },
        { partition: 1, offset: '1' },
      ],
    },
  ]
  assert.deepEqual(tracker.uncommitted(), due)
  tracker.committed(due, 1)
  assert.deepEqual(tracker.uncommitted(), [])
  tracker.resolve('t', 0, 8)
  tracker.forget('t', 0)
  tracker.resolve('t', 1, 2)
  tracker.remove('t', 1)
  assert.deepEqual(tracker.uncommitted(), [])
  tracker.resolve('t', 1, 9)
  assert.deepEqual(tracker.uncommitted(), [], 'somebody else has it')
})

// oxfmt-ignore
const dues = [
  // interval threshold  after ms  messages  due
  [null,      null,      99_999,   99_999,   false],
  [100,       null,      99,       99_999,   false],
  [100,       null,      100,      0,        true],
  [null,      3,         99_999,   2,        false],
  [null,      3,         0,        3,        true],
  [100,       3,         50,       3,        true],
] as const
for (const [intervalMs, threshold, ms, messages, due] of dues)
  test(`kafkajs: with interval ${intervalMs} and threshold ${threshold}, a commit is ${due ? '' : 'not '}due after ${ms} ms and ${messages} messages`, () => {
    const tracker = new OffsetTracker({ intervalMs, threshold }, 1_000)
    tracker.add('t', 0, 10)
    tracker.resolve('t', 0, 10 + messages)
    assert.equal(tracker.isDue(1_000 + ms), due)
  })
