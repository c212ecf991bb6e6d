// Transactions as the admin tells of them, on a broker of our own.

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'

import { startBroker, type TestBroker } from '../../testing/index.ts'
import { createClient, type Client } from '../client.ts'

let broker: TestBroker
let client: Client
before(async () => {
  broker = await startBroker({ topics: { orders: { partitions: 1 } } })
  client = createClient({ bootstrap: broker.bootstrap })
})
after(async () => {
  await client.close()
  await broker.stop()
})
const orders = { topic: 'orders', partition: 0 }

test('an open transaction is listed and described, and its producer is known to the partition', async () => {
  const { transactions } = client.admin
  await using producer = client.producer({ transactionalId: 'shop' })
  await producer.begin()
  await producer.send({ topic: 'orders', value: 'one' })
  const [listed] = await transactions.list({ states: ['Ongoing'] })
  assert.deepEqual([listed?.transactionalId, listed?.state], ['shop', 'Ongoing'])
  const described = await transactions.describe('shop')
  assert.deepEqual(described.partitions, [orders])
  const [known] = await transactions.producers(orders)
  assert.deepEqual([known?.producerId, known?.transactionStartOffset], [described.producerId, 0])
  assert.deepEqual(
    await transactions.hanging([orders], { silentForMs: 0, now: Date.now() + 1_000 }),
    [],
    'its coordinator will end it',
  )
  await producer.commit()
  assert.deepEqual(await transactions.list({ states: ['Ongoing'] }), [])
  assert.deepEqual(
    (await transactions.list()).map(({ transactionalId }) => transactionalId),
    ['shop'],
  )
})

test('a transaction is ended in a partition from outside', async () => {
  const { transactions } = client.admin
  await using producer = client.producer({ transactionalId: 'stuck' })
  await producer.begin()
  await producer.send({ topic: 'orders', value: 'two' })
  const open = (await transactions.producers(orders)).find(({ transactionStartOffset }) => transactionStartOffset >= 0)!
  await transactions.abort({ ...orders, ...open, coordinatorEpoch: Math.max(open.coordinatorEpoch, 0) })
  assert((await transactions.producers(orders)).every(({ transactionStartOffset }) => transactionStartOffset < 0))
  await producer.abort()
})

test('an id that no coordinator knows is refused', async () => {
  await assert.rejects(client.admin.transactions.describe('nobody'), { code: 'TRANSACTIONAL_ID_NOT_FOUND' })
})
