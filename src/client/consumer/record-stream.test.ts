import assert from 'node:assert/strict'
import { test } from 'node:test'

import { buildBatch, RecordIndex } from '../../protocol/index.ts'
import { PartitionState } from './assignment.ts'
import type { BatchSource } from './each-batch.ts'
import { RecordBatch } from './record-batch.ts'
import { RecordStream } from './record-stream.ts'

/** Polls that give batches of these sizes, from offset 0 on, and end when there are no more. */
function source(polls: readonly (readonly number[])[]) {
  const state = new PartitionState({ topic: 't', partition: 0 }, 0)
  const left = [...polls]
  const putBack: [baseOffset: number | undefined, given: number][] = []
  let end = 0
  const batches: BatchSource<Buffer | null, Buffer | null> = {
    isClosing: () => left.length === 0,
    async poll() {
      await Promise.resolve()
      return left.shift()!.map(count => {
        const baseOffset = end
        end += count
        const bytes = buildBatch(
          Array.from({ length: count }, (_, i) => ({ timestamp: 0, value: `${baseOffset + i}` })),
          { baseOffset },
        )
        return new RecordBatch(new RecordIndex().read(bytes, 0), {
          topic: 't',
          partition: 0,
          leaderEpoch: 0,
          highWatermark: 100,
          first: 0,
          nextOffset: end,
          bytes,
        })
      })
    },
    stateOf: () => state,
    putBack: (list, given) => void putBack.push([list[0]?.baseOffset, given]),
  }
  return { state, putBack, records: () => new RecordStream(batches, undefined, undefined) }
}

test('records: all of them, in order, and one may be committed once the next is asked for', async () => {
  const { state, records, putBack } = source([[2, 1], [], [3]])
  const seen: number[] = []
  for await (const { offset } of records()) {
    assert.equal(state.consumed, offset)
    seen.push(offset)
  }
  assert.deepEqual(seen, [0, 1, 2, 3, 4, 5])
  assert.equal(state.consumed, 6)
  assert.deepEqual(putBack, [])
})
test('records: calls that do not wait for each other are answered in their order', async () => {
  const stream = source([[1], [2], [1]]).records()
  const results = await Promise.all(Array.from({ length: 6 }, () => stream.next()))
  assert.deepEqual(
    results.map(({ done, value }) => (done === true ? 'over' : value!.offset)),
    [0, 1, 2, 3, 'over', 'over'],
  )
})
test('records: who stops leaves the rest for the next reader, and the record in hand uncommitted', async () => {
  const { state, records, putBack } = source([[3, 2]])
  for await (const { offset } of records()) if (offset === 1) break
  assert.deepEqual(putBack, [[0, 2]])
  assert.equal(state.consumed, 1)
})
test('records: a stop comes after the calls before it, and nothing after it', async () => {
  const stream = source([[1, 2]]).records()
  const [first, stopped, after] = await Promise.all([stream.next(), stream.return(), stream.next()])
  assert.deepEqual([first.value?.offset, stopped.done, after.done], [0, true, true])
})
test('records: after a seek in the loop nothing more of the batch is given', async () => {
  const { state, records } = source([[3, 2], [2]])
  const seen: number[] = []
  for await (const { offset } of records()) {
    seen.push(offset)
    if (offset === 1) state.beginAt(5)
  }
  assert.deepEqual(seen, [0, 1, 5, 6])
})
test('records: an error that is thrown into it is given back, and ends it', async () => {
  const { records, putBack } = source([[2]])
  const stream = records()
  await stream.next()
  await assert.rejects(stream.throw(new Error('enough')), /enough/)
  assert.deepEqual(await stream.next(), { done: true, value: undefined })
  assert.deepEqual(putBack, [[0, 1]])
})
test('records: a poll that fails ends it, with the error', async () => {
  const stream = new RecordStream<Buffer | null, Buffer | null>(
    {
      isClosing: () => false,
      poll: () => Promise.reject(new Error('no broker')),
      stateOf: () => undefined,
      putBack: () => assert.fail('there is nothing to put back'),
    },
    undefined,
    undefined,
  )
  await assert.rejects(stream.next(), /no broker/)
  assert.equal((await stream.next()).done, true)
})
