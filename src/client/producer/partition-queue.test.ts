import assert from 'node:assert/strict'
import { test } from 'node:test'

import { BatchBuilder } from '../../protocol/index.ts'
import { Delivery } from './delivery.ts'
import { OutgoingBatch } from './outgoing-batch.ts'
import { PartitionQueue } from './partition-queue.ts'

const id = { producerId: 77, producerEpoch: 0 }

function queueOf(...counts: number[]) {
  const queue = new PartitionQueue('t', 0)
  for (const count of counts) add(queue, count)
  return queue
}
function add(queue: PartitionQueue, count: number) {
  const batch = new OutgoingBatch({ topic: 't', partition: 0, order: queue.nextOrder() }, 100, new BatchBuilder())
  for (let i = 0; i < count; i++) batch.add(0, null, 'x', undefined, new Delivery(), 0)
  queue.waiting.push(batch)
}
/** Sends the first in line, and says as what. */
function send(queue: PartitionQueue) {
  const { producerEpoch, baseSequence } = queue.number(id)!
  const batch = queue.take()
  batch.seal({ codec: 'none' }, { ...id, producerEpoch, baseSequence }, () => {})
  batch.attempts++
  batch.maybeWritten = true
  return { batch, as: [producerEpoch, baseSequence] }
}
function refused(queue: PartitionQueue, batch: OutgoingBatch) {
  batch.maybeWritten = false
  queue.putBack(batch)
}

test('batches are numbered by their records', () => {
  const queue = queueOf(3, 2, 1)
  assert.deepEqual(
    [send(queue), send(queue), send(queue)].map(({ as }) => as),
    [
      [0, 0],
      [0, 3],
      [0, 5],
    ],
  )
})
test('numbers wrap to 0 after the largest int32', () => {
  const queue = queueOf(1, 1)
  const first = send(queue)
  queue.landed(first.batch)
  // As if 2^31 − 2 records had gone before.
  queue.waiting[0]!.sequence = 2 ** 31 - 1
  assert.deepEqual(send(queue).as, [0, 2 ** 31 - 1])
})
test('what is tried again keeps its number, goes alone, and before what came after it', () => {
  const queue = queueOf(3, 2, 1)
  const [a, b, c] = [send(queue), send(queue), send(queue)]
  refused(queue, b.batch)
  assert.equal(queue.readyAt(0), Infinity)
  refused(queue, a.batch)
  refused(queue, c.batch)
  for (const expected of [a, b, c]) {
    assert.equal(queue.readyAt(0), 0)
    const again = send(queue)
    assert.equal(again.batch, expected.batch)
    assert.deepEqual(again.as, expected.as)
    assert.equal(queue.readyAt(0), Infinity)
    queue.landed(again.batch)
  }
  assert(queue.isIdle)
})
test('nothing goes behind the first until it is written: a broker takes any number of a producer that it does not know', () => {
  const queue = queueOf(3, 2, 1)
  const first = send(queue)
  assert.equal(queue.readyAt(0), Infinity)
  queue.acknowledged(first.batch)
  assert(queue.readyAt(0) < Infinity)
  const second = send(queue)
  assert(queue.readyAt(0) < Infinity, 'the broker knows the producer now')
  queue.refusedNumber()
  refused(queue, second.batch)
  assert.deepEqual(send(queue).as, [1, 0])
  assert.equal(queue.readyAt(0), Infinity, 'until it has forgotten it')
})
test('when one has failed for good, the partition begins anew in the next epoch', () => {
  const queue = queueOf(3, 2)
  const a = send(queue)
  const b = send(queue)
  a.batch.maybeWritten = false
  queue.landed(a.batch)
  queue.leftGap(a.batch)
  add(queue, 1)
  assert.equal(queue.readyAt(0), Infinity, 'not while anything is under way')
  refused(queue, b.batch)
  const again = send(queue)
  assert.equal(again.batch, b.batch)
  assert.deepEqual(again.as, [1, 0])
  assert.deepEqual(send(queue).as, [1, 2])
})
test('but not while one waits that may have been written: under its number the broker knows it again', () => {
  const queue = queueOf(3, 2)
  const a = send(queue)
  const b = send(queue)
  queue.landed(a.batch)
  queue.leftGap(a.batch)
  queue.putBack(b.batch)
  assert.deepEqual(send(queue).as, [0, 3])
})
test('the first in line is the one that no other has to go before', () => {
  const queue = queueOf(1, 1, 1)
  const [a, b, c] = [send(queue), send(queue), send(queue)]
  assert.deepEqual(
    [a, b, c].map(({ batch }) => queue.isFirstInLine(batch)),
    [true, false, false],
  )
  refused(queue, a.batch)
  assert.equal(queue.isFirstInLine(b.batch), false)
  queue.take()
  queue.landed(a.batch)
  assert.equal(queue.isFirstInLine(b.batch), true)
})
test('a number that the broker refuses to the first in line is given up', () => {
  const queue = queueOf(1, 1)
  const a = send(queue)
  const b = send(queue)
  queue.refusedNumber()
  refused(queue, a.batch)
  refused(queue, b.batch)
  assert.deepEqual(send(queue).as, [1, 0])
})
test('when the epochs are used up, a new id is asked for', () => {
  const queue = queueOf(1, 1)
  const last = { producerId: 77, producerEpoch: 2 ** 15 - 1 }
  queue.number(last)
  const batch = queue.take()
  queue.refusedNumber()
  queue.putBack(batch)
  assert.equal(queue.number(last), undefined)
  assert.deepEqual(queue.number({ producerId: 78, producerEpoch: 0 }), {
    producerId: 78,
    producerEpoch: 0,
    baseSequence: 0,
  })
})
test('the halves of a batch that was split stay in their place, however often it is cut', () => {
  const queue = queueOf(4, 1)
  const { batch } = send(queue)
  queue.landed(batch)
  queue.putBack(...batch.split())
  assert.deepEqual(
    queue.waiting.map(({ count }) => count),
    [2, 2, 1],
  )
  const half = queue.take()
  half.seal({ codec: 'none' }, undefined, () => {})
  queue.landed(half)
  queue.putBack(...half.split())
  assert.deepEqual(
    queue.waiting.map(({ count }) => count),
    [1, 1, 2, 1],
  )
  const second = queue.waiting[1]!
  const first = queue.take()
  queue.take()
  queue.putBack(second)
  queue.putBack(first)
  assert.deepEqual(queue.waiting.slice(0, 2), [first, second])
})
