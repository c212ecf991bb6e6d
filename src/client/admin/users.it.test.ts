import assert from 'node:assert/strict'
import { test } from 'node:test'

import { startBroker } from '../../testing/index.ts'
import { createClient } from '../client.ts'

test('users of SCRAM get passwords, are described, and lose them', async () => {
  await using broker = await startBroker()
  await using client = createClient({ bootstrap: broker.bootstrap })
  const { users } = client.admin
  assert.deepEqual(await users.describe(), [])
  await users.setPassword({ user: 'alice', mechanism: 'SCRAM-SHA-256', password: 'secret' })
  await users.setPassword({ user: 'alice', mechanism: 'SCRAM-SHA-512', password: 'secret', iterations: 8192 })
  assert.deepEqual(await users.describe(), [
    {
      user: 'alice',
      credentials: [
        { mechanism: 'SCRAM-SHA-256', iterations: 4096 },
        { mechanism: 'SCRAM-SHA-512', iterations: 8192 },
      ],
    },
  ])
  await users.removePassword({ user: 'alice', mechanism: 'SCRAM-SHA-256' })
  assert.equal((await users.describe(['alice']))[0]!.credentials.length, 1)
  const again = users.removePassword({ user: 'alice', mechanism: 'SCRAM-SHA-256' })
  await assert.rejects(again, { code: 'RESOURCE_NOT_FOUND' })
  await assert.rejects(users.describe(['bob']), { code: 'RESOURCE_NOT_FOUND' })
  const cheap = users.setPassword({ user: 'alice', mechanism: 'SCRAM-SHA-256', password: 'x', iterations: 1 })
  await assert.rejects(cheap, { code: 'UNACCEPTABLE_CREDENTIAL' })
})
