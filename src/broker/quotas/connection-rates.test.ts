import assert from 'node:assert/strict'
import { test } from 'node:test'

import { TestCluster } from '../testing.ts'

const count = 30
/** How many of as many connections in one moment are there, and how many are answered before any time passes. */
async function opened(cluster: TestCluster): Promise<{ answered: number; open: number }> {
  let answered = 0
  const connecting = Array.from({ length: count }, () =>
    cluster.connect().then(
      () => answered++,
      () => undefined,
    ),
  )
  await cluster.clock.settled()
  const soon = answered
  await cluster.clock.advance(2000)
  await Promise.all(connecting)
  return { answered: soon, open: answered }
}

test('connections that come too fast to the broker wait for their turn, and are served', async () => {
  await using cluster = await TestCluster.start({ properties: { 'max.connection.creation.rate': '1' } })
  assert.deepEqual(await opened(cluster), { answered: 10, open: count })
})
test('connections that come too fast to a listener wait, too', async () => {
  const properties = { 'listener.name.plaintext.max.connection.creation.rate': '2' }
  await using cluster = await TestCluster.start({ properties })
  assert.deepEqual(await opened(cluster), { answered: 20, open: count })
})
test('connections that come too fast from an address are closed, after a while', async () => {
  await using cluster = await TestCluster.start()
  await cluster.metadata.alterClientQuotas([
    { entity: [{ type: 'ip', name: null }], ops: [{ key: 'connection_creation_rate', value: 1 }] },
  ])
  assert.deepEqual(await opened(cluster), { answered: 10, open: 10 })
})
test('an address may have more connections than others', async () => {
  const limit = { 'max.connections.per.ip': '5' }
  {
    await using cluster = await TestCluster.start({ properties: limit })
    assert.deepEqual(await opened(cluster), { answered: 5, open: 5 })
  }
  await using cluster = await TestCluster.start({
    properties: { ...limit, 'max.connections.per.ip.overrides': 'elsewhere:1, memory:7' },
  })
  assert.deepEqual(await opened(cluster), { answered: 7, open: 7 })
})
