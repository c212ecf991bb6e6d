import assert from 'node:assert/strict'
import { test } from 'node:test'

import { Chain, ManualClock } from '../base/index.ts'
import { Deadlines } from './deadlines.ts'
import { DelayedFetch, type FetchWatch } from './delayed-fetch.ts'
import type { Partition } from './partition.ts'

test('a fetch that is answered reads no more, though its partition still tells it that it has grown', () => {
  let reads = 0,
    answers = 0
  const read = () => {
    reads++
    return { error: 'KAFKA_STORAGE_ERROR', message: 'the device is gone' }
  }
  const fetchWatches = new Chain<FetchWatch>()
  const partition = { fetchWatches, fetchEnd: () => 1, log: { read } } as unknown as Partition
  const deadlines = new Deadlines(new ManualClock())
  const delayed = new DelayedFetch({ bytesLeft: 50, maxWaitMs: 500, deadlines, done: () => void answers++ })
  // One request may name a partition twice.
  for (let i = 0; i < 2; i++) delayed.watch(partition, 0, 'endOffset')
  for (const watch of fetchWatches.all()) watch.fetch.grown(watch)
  assert.deepEqual([reads, answers, fetchWatches.size], [1, 1, 0])
  deadlines.close()
})
