// Snapshots as a person takes them: of a data directory whose broker is stopped.

import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'

import { createClient } from '../client/index.ts'
import { startBroker } from '../testing/index.ts'

const cli = new URL('main.ts', import.meta.url).pathname
const home = mkdtempSync(join(tmpdir(), 'millrace-snapshot-'))
const data = join(home, 'data')
after(() => rmSync(home, { recursive: true, force: true }))

function snapshot(...args: string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'snapshot', ...args, '--data', data], {
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}
/** Sends values to a broker on the data, and gives all that it has then. */
async function run(...values: string[]): Promise<string[]> {
  await using broker = await startBroker({ data, topics: { orders: {} } })
  const client = createClient({ bootstrap: broker.bootstrap })
  const producer = client.producer()
  await producer.sendAll(values.map(value => ({ topic: 'orders', value })))
  await producer.close()
  const consumer = client.consumer({ offsetReset: 'earliest' })
  consumer.assign([{ topic: 'orders', partition: 0, offset: 'earliest' }])
  const found: string[] = []
  do for (const batch of await consumer.poll({ maxWaitMs: 100 })) for (const { value } of batch) found.push(`${value}`)
  while (!consumer.atEnd())
  await consumer.close()
  await client.close()
  return found
}

test('what was saved is restored, as often as one likes', async () => {
  await run('one', 'two')
  const saved = snapshot('save', 'first')
  assert.equal(saved.status, 0, saved.stderr)
  assert.match(saved.stdout, /^saved first in \d+ ms: \d+ files? linked/)
  assert.deepEqual(await run('three'), ['one', 'two', 'three'])
  for (const more of ['four', 'five']) {
    assert.equal(snapshot('restore', 'first').status, 0)
    assert.deepEqual(await run(more), ['one', 'two', more])
  }
  assert.match(snapshot().stdout, /^first +\d{4}-/m)
  assert.equal(snapshot('delete', 'first').status, 0)
  assert.doesNotMatch(snapshot().stdout, /first/)
})

test('a directory in use, a name that is taken or unknown: each is told', async () => {
  {
    await using _broker = await startBroker({ data })
    assert.match(snapshot('save', 'busy').stderr, /data directory .* is in use/)
  }
  snapshot('save', 'taken')
  assert.match(snapshot('save', 'taken').stderr, /there is a snapshot 'taken'/)
  assert.match(snapshot('restore', 'unknown').stderr, /there is no snapshot 'unknown' .* there are: taken/)
  assert.match(snapshot('save', '../escape').stderr, /a snapshot is named in letters/)
})
