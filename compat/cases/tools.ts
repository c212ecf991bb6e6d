// What only Apache's own tools have: load generators, and a producer that counts what was acknowledged.

import assert from 'node:assert/strict'

import { define } from '../suite/case.ts'

export const toolCases = [
  define('perf: 20,000 records are sent and read', ['perfProduce', 'perfConsume'], async ({ client, topic }) => {
    const name = await topic({ partitions: 2 })
    assert.equal(await client.perfProduce({ topic: name, count: 20_000 }), 20_000)
    assert.equal(await client.perfConsume({ topic: name, count: 20_000 }), 20_000)
  }),
  define('verifiable producer: all is acknowledged', ['verifiableProduce'], async ({ client, control, topic }) => {
    const name = await topic()
    assert.equal(await client.verifiableProduce({ topic: name, count: 1_000 }), 1_000)
    assert.equal((await control.endOffsets({ topic: name, partition: 0 })).latest, 1_000)
  }),
]
