// A broker that is up tells over HTTP how it is, what it saw, and is snapshot while it runs.

import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'

import { createClient } from '../client/index.ts'

const cli = new URL('main.ts', import.meta.url).pathname
const home = mkdtempSync(join(tmpdir(), 'millrace-why-'))
const data = join(home, 'data')
const told: Record<string, string> = {}
let up: ReturnType<typeof spawn>
before(async () => {
  up = spawn(process.execPath, [cli, 'up', '--port', '0', '--http', '0', '--data', data, '--format', 'json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const line of createInterface({ input: up.stdout! })) {
    const { event, bootstrap, address } = JSON.parse(line) as { event: string; bootstrap?: string; address?: string }
    told[event] = bootstrap ?? address ?? ''
    if ('ready' in told && 'http' in told) break
  }
})
after(async () => {
  up.kill('SIGTERM')
  await once(up, 'exit')
  rmSync(home, { recursive: true, force: true })
})
async function millrace(...args: string[]) {
  const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, MILLRACE_HTTP: told['http'] } })
  const [[code], out, error] = await Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)])
  return { code: code as number | null, out, error }
}

test('a rebalance is told', async () => {
  const client = createClient({ bootstrap: told['ready']!, clientId: 'billing' })
  await client.admin.topics.create([{ name: 'orders' }])
  const consumer = client.consumer({ groupId: 'readers' })
  consumer.subscribe('orders')
  while (consumer.assignment.length === 0) await consumer.poll({ maxWaitMs: 20 })
  await consumer.close()
  await client.close()
  const { out } = await millrace('why', 'group', 'readers')
  for (const part of [
    /billing \(.*asked to join as a new member/,
    /— group is stable: generation 1/,
    /got orders-0/,
    /— group is empty/,
  ])
    assert.match(out, part)
  const story = JSON.parse((await millrace('why', 'group', 'readers', '--format', 'json')).out) as {
    events: { at: number }[]
  }
  assert(story.events.length > 5)
  assert.match((await millrace('why')).out, /^group +readers +\d\d:/m)
})
test('nobody, and nothing heard of, are told', async () => {
  assert.match((await millrace('why', 'group', 'nobody')).error, /nothing was heard of the group 'nobody'/)
  assert.match((await millrace('why', 'cluster', 'x')).error, /'cluster' is not recorded/)
  assert.match((await millrace('why', '--http', 'localhost:1')).error, /no Millrace answers at localhost:1/)
})
test('it says that it is well', async () => {
  const response = await fetch(`http://${told['http']}/health`)
  assert.deepEqual(await response.json(), { status: 'up', bootstrap: told['ready'] })
})
test('a snapshot is taken of a broker that runs', async () => {
  const { code, out, error } = await millrace('snapshot', 'save', 'live', '--http', told['http']!)
  assert.deepEqual({ code, error }, { code: 0, error: '' })
  assert.match(out, /^saved live in/)
  assert.match((await millrace('snapshot', 'list', '--data', data)).out, /^live/m)
  assert.match((await millrace('snapshot', 'save', 'live', '--http', told['http']!)).error, /exists already/)
})
