// Records of all kinds go in as they are, by every codec and every degree of acknowledgement, and wrong ones are refused.

import assert from 'node:assert/strict'

import { define, eventually, refuses, type Ability } from '../suite/case.ts'
import { assertSame, commonMessages, message, numbered, readAll, values } from '../suite/messages.ts'
import { codecs, type Message } from '../suite/operations.ts'

const both: readonly Ability[] = ['produce', 'consume']
const hourMs = 3_600_000

const codecCases = codecs.map(codec =>
  define(`produce: a batch in ${codec}`, [...both, codec], async ({ client, topic }) => {
    const name = await topic()
    const messages = numbered(200, `compressible ${'lorem ipsum '.repeat(5)}`)
    await client.produce({ topic: name, messages, codec })
    assertSame(await readAll(client, name, messages.length), messages, { key: false })
  }),
)

const ackCases = (['0', '1', 'all'] as const).map(acks =>
  define(
    `produce: acks=${acks}`,
    [...both, 'acks', ...(acks === 'all' ? [] : (['quick'] as const))],
    async ({ client, topic }) => {
      const name = await topic()
      await client.produce({ topic: name, messages: numbered(20), acks })
      assert.deepEqual(values(await readAll(client, name, 20)), values(numbered(20)))
    },
  ),
)

/** What a client may store, and what must come back just so. */
const kinds: readonly (readonly [what: string, needs: readonly Ability[], messages: readonly Message[]])[] = [
  ['keys', ['key'], [message('a', { key: 'k1' }), message('b', { key: 'k2' }), message('c', { key: 'k1' })]],
  ['null keys', ['null key', 'quick'], [{ key: null, value: Buffer.from('no key') }]],
  ['tombstones', ['key', 'tombstone'], [message('a', { key: 'k' }), { key: Buffer.from('k'), value: null }]],
  ['empty values', ['key', 'quick'], [{ key: Buffer.from('k'), value: Buffer.alloc(0) }, message('after')]],
  ['unicode', ['key', 'quick'], [message('世界 🐎 grüße', { key: 'ключ' })]],
  ['bytes that are no text', ['binary'], [{ key: null, value: Buffer.from(Array.from({ length: 256 }, (_, n) => n)) }]],
  [
    'headers',
    ['headers'],
    [
      {
        ...message('h'),
        headers: [
          ['a', Buffer.from('1')],
          ['b', Buffer.from('')],
        ],
      },
    ],
  ],
  [
    'timestamps',
    ['timestamp'],
    [message('t', { timestampMs: 1_600_000_000_123 }), message('u', { timestampMs: 1_600_000_005_000 })],
  ],
]
const kindCases = kinds.map(([what, needs, messages]) =>
  define(`produce: ${what}`, [...both, ...needs], async ({ client, topic }) => {
    const name = await topic({ configs: { 'retention.ms': '-1' } })
    await client.produce({ topic: name, messages })
    const read = await readAll(client, name, messages.length)
    assertSame(read, messages, { key: needs.includes('key'), headers: needs.includes('headers') })
    assert.deepEqual(
      read.map(({ value }) => value),
      messages.map(({ value }) => value),
    )
  }),
)

const writtenCases = codecs.map(codec =>
  define(
    `produce: the common records in ${codec}, for all to read`,
    ['produce', codec, 'key', 'null key', 'tombstone', 'headers', 'timestamp'],
    async ({ client, topic, written }) => {
      const name = await topic({ configs: { 'retention.ms': '-1' } })
      await client.produce({ topic: name, messages: commonMessages, codec })
      written(name, codec)
    },
  ),
)

export const produceCases = [
  ...codecCases,
  ...ackCases,
  ...kindCases,
  define('produce: idempotent, several batches', [...both, 'idempotent'], async ({ client, topic }) => {
    const name = await topic()
    const messages = numbered(300)
    for (const part of [0, 100, 200]) {
      await client.produce({ topic: name, messages: messages.slice(part, part + 100), idempotent: true, acks: 'all' })
    }
    assert.deepEqual(values(await readAll(client, name, 300)), values(messages))
  }),
  define('produce: 10,000 records in order', both, async ({ client, topic }) => {
    const name = await topic()
    await client.produce({ topic: name, messages: numbered(10_000) })
    const read = await readAll(client, name, 10_000)
    assert.deepEqual(values(read), values(numbered(10_000)))
    assert.equal(read.at(-1)?.offset, 9_999)
  }),
  define('produce: the same key goes to the same partition', [...both, 'key'], async ({ client, control, topic }) => {
    const name = await topic({ partitions: 4 })
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    await client.produce({ topic: name, messages: keys.map(key => message(`1 ${key}`, { key })) })
    await client.produce({ topic: name, messages: keys.map(key => message(`2 ${key}`, { key })) })
    const where = new Map<string, Set<number>>()
    for (const partition of [0, 1, 2, 3]) {
      const { latest } = await control.endOffsets({ topic: name, partition })
      if (latest === 0) continue
      for (const { key } of await control.consume({ topic: name, partition, from: 'earliest', count: latest })) {
        where.set(String(key), (where.get(String(key)) ?? new Set()).add(partition))
      }
    }
    assert.deepEqual([...where.keys()].toSorted(), keys)
    for (const [key, partitions] of where) assert.equal(partitions.size, 1, `key ${key} is in ${[...partitions]}`)
  }),
  define('produce: to the partitions asked for', [...both, 'partition'], async ({ client, topic }) => {
    const name = await topic({ partitions: 3 })
    await client.produce({
      topic: name,
      messages: [0, 1, 2, 2].map(partition => message(`to ${partition}`, { partition })),
    })
    for (const [partition, count] of [
      [0, 1],
      [1, 1],
      [2, 2],
    ] as const) {
      const read = await client.consume({ topic: name, partition, from: 'earliest', count })
      assert.deepEqual(
        values(read),
        Array.from({ length: count }, () => `to ${partition}`),
      )
    }
  }),
  define('produce: a record of 900 kB', both, async ({ client, topic }) => {
    const name = await topic()
    const messages = [message('small'), message(`${'0123456789'.repeat(90_000)}`), message('small again')]
    await client.produce({ topic: name, messages })
    assertSame(await readAll(client, name, 3), messages, { key: false })
  }),
  define(
    'produce: a record above max.message.bytes is refused',
    ['produce', 'error codes'],
    async ({ client, topic }) => {
      const name = await topic({ configs: { 'max.message.bytes': '2000' } })
      await refuses('MESSAGE_TOO_LARGE', client.produce({ topic: name, messages: [message('x'.repeat(5_000))] }))
      await client.produce({ topic: name, messages: [message('x'.repeat(1_000))] })
    },
  ),
  define(
    'produce: a record from the future is refused',
    ['produce', 'timestamp', 'error codes'],
    async ({ client, topic }) => {
      const messages = [message('late', { timestampMs: Date.now() + 3 * hourMs })]
      await refuses('INVALID_TIMESTAMP', client.produce({ topic: await topic(), messages }))
    },
  ),
  define(
    'produce: a record without key to a compacted topic is refused',
    ['produce', 'null key', 'error codes'],
    async ({ client, topic }) => {
      const name = await topic({ configs: { 'cleanup.policy': 'compact' } })
      await refuses(
        'INVALID_RECORD',
        client.produce({ topic: name, messages: [{ key: null, value: Buffer.from('v') }] }),
      )
    },
  ),
  define(
    'produce: the broker sets the time where the topic says so',
    [...both, 'append time'],
    async ({ client, topic }) => {
      const name = await topic({ configs: { 'message.timestamp.type': 'LogAppendTime' } })
      const before = Date.now()
      await client.produce({ topic: name, messages: [message('now', { timestampMs: 1_600_000_000_000 })] })
      const [read] = await readAll(client, name, 1)
      assert.ok(
        read && read.timestampMs >= before && read.timestampMs <= Date.now(),
        `the time is ${read?.timestampMs}`,
      )
    },
  ),
  define('produce: the topic decides the codec where it says so', [...both, 'quick'], async ({ client, topic }) => {
    const name = await topic({ configs: { 'compression.type': 'gzip' } })
    const messages = numbered(50)
    await client.produce({ topic: name, messages })
    assertSame(await readAll(client, name, 50), messages, { key: false })
  }),
  define('produce: an unknown topic comes into being', [...both, 'auto-create'], async ({ client, unique }) => {
    const topic = unique('automatic')
    await eventually(
      'a record in the new topic',
      async () => (await client.produce({ topic, messages: [message('first')] }), true),
    )
    const read = await eventually('a read', () => client.consume({ topic, from: 'earliest', count: 1 }))
    assert.deepEqual(values(read), ['first'])
  }),
  ...writtenCases,
]
