// Transactions: all or nothing, for readers of committed records and for the offsets of groups.

import assert from 'node:assert/strict'

import { define, definePatient, eventually, type CaseContext } from '../suite/case.ts'
import { message } from '../suite/messages.ts'

export const transactionCases = [
  define(
    'transactions: what commits is read, what aborts is not',
    ['transact', 'consecutive aborts'],
    async context => {
      const { client } = context
      const topic = await context.topic({ partitions: 2 })
      const id = context.unique('id')
      for (const [i, end] of (['commit', 'abort', 'abort', 'commit', 'commit'] as const).entries())
        await client.transact({ id, topic, messages: inBoth(`${i}`), end })
      for (const partition of [0, 1]) assert.deepEqual(await committed(context, topic, 3, partition), ['0', '3', '4'])
      assert.deepEqual(await read(context, topic, { count: 5, committed: false }), ['0', '1', '2', '3', '4'])
    },
  ),
  define('transactions: committed reads wait for a transaction that is open', ['transact'], async context => {
    const { client, control } = context
    const topic = await context.topic()
    const id = context.unique('id')
    await client.transact({ id, topic, messages: in0('first'), end: 'commit' })
    await client.transact({ id, topic, messages: in0('open'), end: 'later' })
    await control.produce({ topic, messages: in0('behind') })
    assert.deepEqual(await read(context, topic, { count: 3, committed: false }), ['first', 'open', 'behind'])
    assert.deepEqual(await read(context, topic, { count: 3, committed: true, waitMs: 1_500 }), ['first'])
    await client.endTransaction({ producer: id, end: 'commit' })
    assert.deepEqual(await committed(context, topic, 3), ['first', 'open', 'behind'])
  }),
  define(
    'transactions: the next producer of the id fences the one before',
    ['transact', 'second producer of an id'],
    async context => {
      const { client } = context
      const topic = await context.topic()
      const id = context.unique('id')
      const [one, two] = [context.unique('producer'), context.unique('producer')]
      await client.transact({ id, producer: one, topic, messages: in0('of the first'), end: 'later' })
      await client.transact({ id, producer: two, topic, messages: in0('of the second'), end: 'commit' })
      await assert.rejects(client.endTransaction({ producer: one, end: 'commit' }), 'the first producer is fenced')
      assert.deepEqual(await committed(context, topic, 1), ['of the second'])
    },
  ),
  define(
    'transactions: offsets count with the transaction',
    ['transact', 'transactional offsets', 'groupOffsets'],
    async context => {
      const { client, control } = context
      const topic = await context.topic()
      const [id, group] = [context.unique('id'), context.unique('group')]
      const at = (offset: number) => ({ group, partition: 0, offset })
      const where = async () => (await control.groupOffsets({ group, topic })).map(({ offset }) => offset)
      await client.transact({ id, topic, messages: in0('a'), offset: at(5), end: 'commit' })
      await eventually('the offset counts', async () => (await where())[0] === 5)
      await client.transact({ id, topic, messages: in0('b'), offset: at(6), end: 'abort' })
      await client.transact({ id, topic, messages: in0('c'), end: 'commit' })
      assert.deepEqual(await committed(context, topic, 2), ['a', 'c'])
      assert.deepEqual(await where(), [5])
    },
  ),
  definePatient(
    'transactions: one that takes too long is aborted, and cannot be committed',
    ['transact', 'transaction timeout'],
    async context => {
      const { client, control } = context
      const topic = await context.topic()
      const id = context.unique('id')
      await client.transact({ id, topic, timeoutMs: 1_500, messages: in0('late'), end: 'later' })
      await control.produce({ topic, messages: in0('behind') })
      assert.deepEqual(await committed(context, topic, 1), ['behind'])
      await assert.rejects(client.endTransaction({ producer: id, end: 'commit' }), 'it is over')
    },
  ),
]

const in0 = (key: string) => [message(key, { partition: 0 })]
const inBoth = (key: string) => [0, 1].map(partition => message(key, { partition }))

async function read(
  { client }: CaseContext,
  topic: string,
  of: { count: number; committed: boolean; partition?: number; waitMs?: number },
): Promise<string[]> {
  return (await client.consume({ topic, from: 'earliest', ...of })).map(({ value }) => String(value))
}
const committed = (context: CaseContext, topic: string, count: number, partition = 0) =>
  read(context, topic, { count, committed: true, partition })
