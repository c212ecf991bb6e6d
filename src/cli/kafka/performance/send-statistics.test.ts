import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SendStatistics } from './send-statistics.ts'

test('a line is said each interval and at the end, in the words that others read', () => {
  const lines: string[] = []
  const statistics = new SendStatistics({ reportMs: 1_000, now: 0, say: line => lines.push(line) })
  for (let i = 1; i <= 100; i++) statistics.sent(i, 1024 * 1024, i * 10)
  statistics.sent(500, 1024 * 1024, 1_500)
  statistics.total(2_000)
  assert.deepEqual(lines, [
    '100 records sent, 100.0 records/sec (100.00 MB/sec), 50.5 ms avg latency, 100.0 ms max latency.',
    '101 records sent, 50.5 records/sec (50.50 MB/sec), 54.95 ms avg latency, 500.00 ms max latency, 51 ms 50th, 96 ms 95th, 100 ms 99th, 500 ms 99.9th.',
  ])
})
