// A fork of a broker: it begins with what the other has, and goes its own way.

import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'

import { createClient } from '../client/index.ts'
import { startBroker, type TestBroker } from './index.ts'

async function values({ bootstrap }: TestBroker): Promise<string[]> {
  const client = createClient({ bootstrap })
  const consumer = client.consumer({ offsetReset: 'earliest' })
  consumer.assign([{ topic: 'orders', partition: 0, offset: 'earliest' }])
  const found: string[] = []
  do
    for (const batch of await consumer.poll({ maxWaitMs: 100 }))
      found.push(...batch.records().map(({ value }) => `${value}`))
  while (!consumer.atEnd())
  await consumer.close()
  await client.close()
  return found
}
async function send({ bootstrap }: TestBroker, ...texts: string[]): Promise<void> {
  const client = createClient({ bootstrap })
  await using producer = client.producer()
  await producer.sendAll(texts.map(value => ({ topic: 'orders', value })))
  await producer.close()
  await client.close()
}

for (const kept of ['in memory', 'on disk'])
  test(`a broker ${kept} is forked: both have what was, and neither what the other gets`, async () => {
    const home = kept === 'on disk' ? mkdtempSync(join(tmpdir(), 'millrace-fork-')) : undefined
    try {
      await using broker = await startBroker({
        ...(home === undefined ? {} : { data: join(home, 'data') }),
        // Some closed segments, and an active one.
        topics: { orders: { configs: { 'segment.bytes': '1048576' } } },
      })
      const large = 'x'.repeat(400_000)
      await send(broker, large, large, large, 'last')
      {
        const client = createClient({ bootstrap: broker.bootstrap })
        await client.admin.groups.setOffsets('billing', [{ topic: 'orders', partition: 0, offset: 2 }])
        await client.close()
      }
      await using fork = await broker.fork()
      await Promise.all([send(broker, 'of the first'), send(fork, 'of the fork', 'and more')])
      assert.deepEqual((await values(broker)).slice(3), ['last', 'of the first'])
      assert.deepEqual((await values(fork)).slice(3), ['last', 'of the fork', 'and more'])
      await using second = await fork.fork()
      assert.deepEqual((await values(second)).slice(3), ['last', 'of the fork', 'and more'])
      const client = createClient({ bootstrap: second.bootstrap })
      assert.deepEqual(
        (await client.admin.groups.offsets('billing')).map(({ offset }) => offset),
        [2],
      )
      await client.admin.topics.delete(['orders'])
      await client.close()
      assert.equal((await values(broker)).length, 5, 'what one deletes the others keep')
      if (home !== undefined) {
        assert(readdirSync(home).length === 3)
        await second.stop()
        assert.deepEqual(readdirSync(home).length, 2, 'a fork goes with its broker')
        assert(existsSync(join(home, 'data')))
      }
    } finally {
      if (home !== undefined) rmSync(home, { recursive: true, force: true })
    }
  })
