// The promise of durability, on a real process: whatever was acknowledged is there after kill -9 at any moment.
// ROUNDS=… kills it more often.

import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment, systemClock } from '../base/index.ts'
import { createClient } from '../client/index.ts'

const rounds = Number(process.env['ROUNDS'] ?? 3)
const cli = new URL('main.ts', import.meta.url).pathname
const topic = 'ledger'
const partitions = 3

test(`nothing acknowledged is lost when the broker is killed under load, ${rounds} times`, async t => {
  const seed = seedFromEnvironment()
  t.diagnostic(`SEED=${seed}`)
  const random = new SeededRandom(seed)
  const data = mkdtempSync(join(tmpdir(), 'millrace-kill-'))
  const acknowledged = new Map<string, { partition: number; offset: number }>()
  try {
    for (let round = 0; round < rounds; round++) {
      const broker = await up(data)
      try {
        await underLoad(broker, acknowledged, { round, killAfterMs: 200 + random.below(1_500), random })
      } finally {
        broker.child.kill('SIGKILL')
      }
    }
    const broker = await up(data)
    try {
      const kept = await readAll(broker.bootstrap)
      const lost = [...acknowledged].filter(
        ([value, { partition, offset }]) => kept.get(`${partition}/${offset}`) !== value,
      )
      assert.deepEqual(lost.slice(0, 5), [], `SEED=${seed}: ${lost.length} of ${acknowledged.size} are lost`)
      assert(acknowledged.size > 0, 'there was a load')
      t.diagnostic(`${acknowledged.size} acknowledged, ${kept.size} kept`)
      broker.child.kill('SIGTERM')
      const [code] = (await once(broker.child, 'exit')) as [number | null]
      assert.equal(code, 0, 'SIGTERM is a clean shutdown')
    } finally {
      broker.child.kill('SIGKILL')
    }
  } finally {
    rmSync(data, { recursive: true, force: true })
  }
})

interface Broker {
  readonly child: ChildProcess
  readonly bootstrap: string
}

async function up(data: string): Promise<Broker> {
  const args = [cli, 'up', '--port', '0', '--data', data, '--format', 'json']
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const event = JSON.parse(line) as { event: string; bootstrap: string }
    if (event.event === 'ready') return { child, bootstrap: event.bootstrap }
  }
  throw new Error('the broker ended before it was ready')
}

async function underLoad(
  { child, bootstrap }: Broker,
  acknowledged: Map<string, { partition: number; offset: number }>,
  { round, killAfterMs, random }: { round: number; killAfterMs: number; random: SeededRandom },
): Promise<void> {
  const client = createClient({ bootstrap, clientId: 'ledger' })
  const exited = once(child, 'exit')
  let ended = false
  try {
    const existing = await client.admin.topics.list()
    if (existing.length === 0) await client.admin.topics.create([{ name: topic, partitions }])
    const producer = client.producer({ lingerMs: 1, deliveryTimeoutMs: 2_000 })
    systemClock.after(killAfterMs, () => {
      ended = true
      child.kill('SIGKILL')
    })
    for (let i = 0; !ended; i++) {
      const value = `${round}-${i}-${'x'.repeat(random.below(2_000))}`
      producer.send({ topic, key: String(i), value }).then(
        ({ partition, offset }) => acknowledged.set(value, { partition, offset }),
        () => {},
      )
      if (i % 50 === 0) await systemClock.sleep(1)
    }
    await exited
  } finally {
    await client.close()
  }
}

async function readAll(bootstrap: string): Promise<Map<string, string>> {
  const client = createClient({ bootstrap, clientId: 'ledger-reader' })
  try {
    await using consumer = client.consumer({ offsetReset: 'earliest' })
    consumer.assign(Array.from({ length: partitions }, (_, partition) => ({ topic, partition, offset: 'earliest' })))
    const kept = new Map<string, string>()
    while (!consumer.atEnd()) {
      for (const batch of await consumer.poll({ maxWaitMs: 200 }))
        for (const { partition, offset, value } of batch) kept.set(`${partition}/${offset}`, `${value}`)
    }
    return kept
  } finally {
    await client.close()
  }
}
