// What the compiler says of the client's face: the types of keys and values follow from serdes, and what does not fit is an
// error. The compiler is the test; what runs only sees that it was compiled.
import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Client, ConsumedRecord, OutgoingRecord, StandardSchema } from './index.ts'
import { serdes } from './index.ts'

type Equal<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false
const holds = <_ extends true>() => {}

declare const order: StandardSchema<{ total: number | string }, { total: number }>

/** Never called. */
export async function programs(client: Client): Promise<void> {
  const plain = client.producer()
  await plain.send({ topic: 't' })
  await plain.send({ topic: 't', key: null, value: 'text', headers: { h: Buffer.from('v') } })
  // @ts-expect-error -- a number is neither bytes nor text
  await plain.send({ topic: 't', value: 1 })
  // @ts-expect-error -- which topic?
  await plain.send({ value: 'text' })
  for await (const record of client.consumer()) holds<Equal<typeof record, ConsumedRecord>>()

  const typed = client.producer({ key: serdes.string, value: serdes.json(order) })
  await typed.send({ topic: 't', value: { total: '12' } })
  await typed.send({ topic: 't', key: 'k', value: { total: 12 } })
  // @ts-expect-error -- the value is not what the schema takes
  await typed.send({ topic: 't', value: { sum: 12 } })
  // @ts-expect-error -- a value must be there, as the schema takes no null
  await typed.send({ topic: 't', key: 'k' })
  // @ts-expect-error -- a key is text
  await typed.send({ topic: 't', key: 1, value: { total: 1 } })

  const consumer = client.consumer({ key: serdes.required(serdes.int64), value: serdes.json(order) })
  for await (const { key, value } of consumer) {
    holds<Equal<typeof key, bigint>>()
    holds<Equal<typeof value, { total: number }>>()
  }
  for (const batch of await consumer.poll()) {
    holds<Equal<ReturnType<typeof batch.value>, Buffer | null>>()
    for (const { value } of batch) holds<Equal<typeof value, { total: number }>>()
  }
  for await (const { key, value } of client.consumer({ value: serdes.string })) {
    holds<Equal<typeof key, Buffer | null>>()
    holds<Equal<typeof value, string | null>>()
  }

  const totals = plain.topic('totals', { key: serdes.uuid, value: serdes.float64 })
  await totals.send({ value: 1.5 })
  // @ts-expect-error -- the topic is said already
  await totals.send({ topic: 'other', value: 1.5 })
  // @ts-expect-error -- the value is a number
  await totals.send({ value: '1.5' })
}

test('types: a record of a producer without serdes is bytes or text, and all but its topic may be left out', () => {
  const record: OutgoingRecord = { topic: 't' }
  assert.equal(record.topic, 't')
})
