// Reading: from the start, an offset, a time, the end; in small portions; and as soon as there is something.

import assert from 'node:assert/strict'

import { define, delay, refuses } from '../suite/case.ts'
import { assertSame, commonMessages, message, numbered, readAll, values } from '../suite/messages.ts'
import type { WrittenTopic } from '../suite/results.ts'

const t0 = 1_700_000_000_000
/** One batch: in steps of a second, and one that goes back. */
const times = [0, 1, 2, 3, 2, 5, 6].map(second => t0 + second * 1000)

// oxfmt-ignore
//   what                                             asked for       offset
const timeTable = [
  ['before all records',                              t0 - 5_000,     0],
  ['the time of a record inside a batch',             t0 + 2_000,     2],
  ['between two records',                             t0 + 2_500,     3],
  ['a time that an earlier record passed already',    t0 + 4_000,     5],
  ['the time of the last record',                     t0 + 6_000,     6],
] as const

const timeCases = timeTable.map(([what, timestampMs, offset]) =>
  define(
    `consume: offset of a time: ${what}`,
    ['offsetForTime', ...(offset === 2 ? [] : (['quick'] as const))],
    async ({ client, control, topic }) => {
      const name = await topic({ configs: { 'retention.ms': '-1' } })
      await control.produce({ topic: name, messages: times.map(timestampMs => message('timed', { timestampMs })) })
      assert.equal(await client.offsetForTime({ topic: name, partition: 0, timestampMs }), offset)
    },
  ),
)

export const consumeCases = [
  define('consume: from the start', ['consume'], async ({ client, control, topic }) => {
    const name = await topic()
    await control.produce({ topic: name, messages: numbered(20) })
    assert.deepEqual(values(await client.consume({ topic: name, from: 'earliest', count: 20 })), values(numbered(20)))
  }),
  define('consume: from an offset inside a batch', ['consume'], async ({ client, control, topic }) => {
    const name = await topic()
    await control.produce({ topic: name, messages: numbered(20) })
    const read = await client.consume({ topic: name, from: 13, count: 7 })
    assert.deepEqual(
      read.map(({ offset }) => offset),
      [13, 14, 15, 16, 17, 18, 19],
    )
  }),
  define('consume: all partitions of a topic', ['consume'], async ({ client, control, topic }) => {
    const name = await topic({ partitions: 3 })
    for (const partition of [0, 1, 2]) {
      await control.produce({ topic: name, messages: [message(`in ${partition}`, { partition })] })
    }
    for (const partition of [0, 1, 2]) {
      const read = await client.consume({ topic: name, partition, from: 'earliest', count: 1 })
      assert.deepEqual(values(read), [`in ${partition}`])
    }
  }),
  ...timeCases,
  define('consume: offset of a time: past the last record', ['offsetForTime'], async ({ client, control, topic }) => {
    const name = await topic({ configs: { 'retention.ms': '-1' } })
    await control.produce({ topic: name, messages: times.map(timestampMs => message('timed', { timestampMs })) })
    const offset = await client.offsetForTime({ topic: name, partition: 0, timestampMs: t0 + 60_000 })
    // Some libraries turn "none" into the end of the log.
    assert.ok(offset === -1 || offset === times.length, `offset ${offset}`)
  }),
  define(
    'consume: a fetch too small for a record brings one all the same',
    ['consume', 'max bytes'],
    async ({ client, control, topic }) => {
      const name = await topic()
      const messages = numbered(8, 'x'.repeat(3_000))
      for (const one of messages) await control.produce({ topic: name, messages: [one] })
      const read = await client.consume({ topic: name, from: 'earliest', count: 8, maxBytes: 1_000 })
      assert.deepEqual(values(read), values(messages))
    },
  ),
  define(
    'consume: an offset out of range goes to the start',
    ['consume', 'reset'],
    async ({ client, control, topic }) => {
      const name = await topic()
      await control.produce({ topic: name, messages: numbered(5) })
      const read = await client.consume({ topic: name, from: 1_000, count: 5, reset: 'earliest' })
      assert.deepEqual(
        read.map(({ offset }) => offset),
        [0, 1, 2, 3, 4],
      )
    },
  ),
  define(
    'consume: an offset out of range goes to the end',
    ['tail', 'consume', 'reset'],
    async ({ client, control, topic }) => {
      const name = await topic()
      await control.produce({ topic: name, messages: numbered(5) })
      const reading = client.consume({ topic: name, from: 1_000, count: 1, reset: 'latest', waitMs: 8_000 })
      const done = reading.then(
        () => true,
        () => true,
      )
      // Where it stands cannot be seen from outside: records come until it has one.
      for (let n = 0; n < 60; n++) {
        if (await Promise.race([done, delay(150, false)])) break
        await control.produce({ topic: name, messages: [message('later')] })
      }
      const [read] = await reading
      assert.ok(read && read.offset >= 5, `offset ${read?.offset}`)
    },
  ),
  define('consume: after deleted records, the first that is left', ['consume'], async ({ client, control, topic }) => {
    const name = await topic()
    await control.produce({ topic: name, messages: numbered(10) })
    await control.deleteRecords({ topic: name, partition: 0, offset: 6 })
    const read = await client.consume({ topic: name, from: 'earliest', count: 4 })
    assert.deepEqual(
      read.map(({ offset }) => offset),
      [6, 7, 8, 9],
    )
  }),
  define('consume: a waiting fetch is woken by a record', ['tail'], async ({ client, control, topic }) => {
    const name = await topic()
    await control.produce({ topic: name, messages: numbered(3, 'before') })
    await client.tail({ topic: name, waitMs: 4_000 })
    await delay(300)
    const sentMs = Date.now()
    await control.produce({ topic: name, messages: [message('wake up')] })
    const { value, receivedMs } = await client.tailNext({})
    assert.equal(value, 'wake up')
    assert.ok(receivedMs - sentMs < 1_500, `came after ${receivedMs - sentMs} ms, with fetches of 4000 ms`)
  }),
  define(
    'consume: an unknown topic is refused',
    ['consume', 'endOffsets', 'error codes'],
    async ({ client, unique }) => {
      await refuses('UNKNOWN_TOPIC_OR_PARTITION', client.endOffsets({ topic: unique('nowhere'), partition: 0 }))
    },
  ),
]

/** One case for each topic that some client filled with the common records. */
export function readbackCases(written: readonly WrittenTopic[], without: ReadonlySet<string>) {
  const parts = { headers: !without.has('headers'), timestamp: !without.has('timestamp') }
  return written.map(({ client: writer, codec, topic }) =>
    define(`reads ${codec} of ${writer}`, ['consume'], async ({ client }) => {
      assertSame(await readAll(client, topic, commonMessages.length), commonMessages, parts)
    }),
  )
}
