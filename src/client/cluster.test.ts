import assert from 'node:assert/strict'
import { test } from 'node:test'

import { createClient } from './client.ts'

for (const bootstrap of [
  'localhost',
  'localhost:9092, other:9093,',
  'PLAINTEXT://kafka-0.kafka:9092',
  'Internal://kafka:9092',
  '127.0.0.1:1',
  '[::1]:9092',
  ['a:1', 'b'],
])
  test(`bootstrap may be ${JSON.stringify(bootstrap)}`, async () => {
    await createClient({ bootstrap }).close()
  })

for (const [bootstrap, message] of [
  ['', 'bootstrap names no broker'],
  [' , ', 'bootstrap names no broker'],
  ['localhost:port', "'localhost:port' is no HOST:PORT"],
  ['localhost:', "'localhost:' is no HOST:PORT"],
  ['::1', "'::1' is no HOST:PORT"],
  ['localhost:0', "'localhost:0' is no HOST:PORT"],
  ['localhost:65536', "'localhost:65536' is no HOST:PORT"],
  ['http://localhost:9092/topics', "'http://localhost:9092/topics' is no HOST:PORT"],
  ['one two:9092', "'one two:9092' is no HOST:PORT"],
] as const)
  test(`bootstrap may not be ${JSON.stringify(bootstrap)}`, () => {
    assert.throws(() => createClient({ bootstrap }), { code: 'INVALID_ARGUMENT', message })
  })
