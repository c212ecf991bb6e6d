import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Serde } from './serde.ts'
import { serdes } from './serdes.ts'
import type { StandardSchema } from './standard-schema.ts'

const context = { topic: 'orders', part: 'value', headers: [] } as const
const write = <In>(serde: Serde<In, unknown>, data: In) => {
  const bytes = serde.serialize(data, context)
  return bytes === null ? null : Buffer.from(bytes as Uint8Array)
}
const hex = (text: string) => Buffer.from(text, 'hex')

// The bytes are those of Kafka's own serializers: big-endian, text in UTF-8.
// oxfmt-ignore
const forms: [name: string, serde: Serde<any>, data: unknown, bytes: string][] = [
  ['string',  serdes.string,  'añ€',                                  '61c3b1e282ac'],
  ['bytes',   serdes.bytes,   hex('00ff'),                            '00ff'],
  ['int16',   serdes.int16,   -2,                                     'fffe'],
  ['int32',   serdes.int32,   0x01020304,                             '01020304'],
  ['int64',   serdes.int64,   2n ** 63n - 1n,                         '7fffffffffffffff'],
  ['int64',   serdes.int64,   -1n,                                    'ffffffffffffffff'],
  ['float32', serdes.float32, 1.5,                                    '3fc00000'],
  ['float64', serdes.float64, -0.1,                                   'bfb999999999999a'],
  ['boolean', serdes.boolean, true,                                   '01'],
  ['boolean', serdes.boolean, false,                                  '00'],
  ['uuid',    serdes.uuid,    '123e4567-e89b-12d3-a456-426614174000', Buffer.from('123e4567-e89b-12d3-a456-426614174000').toString('hex')],
  ['json',    serdes.json(),  { a: [1, 'x', null] },                  Buffer.from('{"a":[1,"x",null]}').toString('hex')],
]
for (const [name, serde, data, bytes] of forms) {
  test(`serdes: ${name} writes ${String(data)} as Kafka does, and reads it back`, () => {
    assert.equal(write(serde, data)?.toString('hex'), bytes)
    assert.deepEqual(serde.deserialize(hex(bytes), context), data)
  })
}

test('serdes: a null is a null both ways, in every form', () => {
  for (const serde of [...forms.map(([, serde]) => serde), serdes.none as Serde<any>]) {
    assert.equal(serde.serialize(null, context), null)
    assert.equal(serde.deserialize(null, context), null)
  }
})

// oxfmt-ignore
const unreadable: [what: string, serde: Serde<any>, bytes: string, error: RegExp][] = [
  ['too few bytes of an int32', serdes.int32,                   '0102',       /expected 4 bytes, and found 2/],
  ['too many of an int64',      serdes.int64,                   '00'.repeat(9), /expected 8 bytes, and found 9/],
  ['a boolean of 2',            serdes.boolean,                 '02',         /0 or 1, not 2/],
  ['text that is no UUID',      serdes.uuid,                    '616263',     /'abc' is not a UUID/],
  ['data where none may be',    serdes.none as Serde<any>,      '00',         /found 1 bytes/],
  ['text that is no JSON',      serdes.json(),                  '7b',         /JSON/],
]
for (const [what, serde, bytes, error] of unreadable)
  test(`serdes: ${what} is an error`, () => assert.throws(() => serde.deserialize(hex(bytes), context), error))

test('serdes: required refuses a null both ways, and leaves the rest as it is', () => {
  const serde = serdes.required(serdes.int32)
  assert.throws(() => serde.serialize(null as never, context), /no data/)
  assert.throws(() => serde.deserialize(null, context), /no data/)
  assert.equal(serde.deserialize(write(serde, 7), context), 7)
})

test('serdes: integers of JSON beyond 2^53 are read as bigint and written as numbers', () => {
  const serde = serdes.json<unknown>()
  const text = '{"id":9007199254740993,"small":12,"text":"9007199254740993","float":0.1234567890123456}'
  const value = serde.deserialize(Buffer.from(text), context)
  assert.deepEqual(value, {
    id: 9007199254740993n,
    small: 12,
    text: '9007199254740993',
    float: 0.1234567890123456,
  })
  assert.equal(serde.serialize({ id: 9007199254740993n }, context), '{"id":9007199254740993}')
})
test('serdes: what JSON has no text for is an error, and not a record without value', () => {
  assert.throws(() => serdes.json<unknown>().serialize(undefined, context), /JSON has no undefined/)
  assert.throws(() => serdes.json<unknown>().serialize(() => {}, context), /JSON has no function/)
})

/** A schema as zod, valibot and arktype make them: `total` may be given as text, and is read as a number. */
const order: StandardSchema<{ total: number | string }, { total: number }> = {
  '~standard': {
    version: 1,
    vendor: 'test',
    validate(value) {
      const total = Number((value as { total?: unknown } | null)?.total)
      return Number.isNaN(total)
        ? { issues: [{ message: 'expected a number', path: ['total', { key: 0 }] }] }
        : { value: { total } }
    },
  },
}
test('serdes: a schema checks what is written, and makes what is read', () => {
  const serde = serdes.json(order)
  assert.equal(serde.serialize({ total: '12' }, context), '{"total":"12"}')
  assert.deepEqual(serde.deserialize(Buffer.from('{"total":"12","more":1}'), context), { total: 12 })
  assert.throws(() => serde.serialize({ total: 'x' }, context), /total\.0: expected a number/)
  assert.throws(() => serde.deserialize(Buffer.from('{}'), context), /total\.0: expected a number/)
})
test('serdes: the schema says whether a tombstone may occur', () => {
  assert.throws(() => serdes.json(order).deserialize(null, context), /expected a number/)
})
test('serdes: a schema that validates asynchronously is refused', () => {
  const later = { '~standard': { ...order['~standard'], validate: async () => ({ value: 1 }) } }
  assert.throws(() => serdes.json(later).deserialize(Buffer.from('1'), context), /asynchronously/)
})
