import assert from 'node:assert/strict'
import { test } from 'node:test'

import { hex } from '../testing.ts'
import {
  readAssignment,
  readSubscribedTopics,
  readSubscription,
  writeAssignment,
  writeSubscription,
} from './consumer-protocol.ts'

test('a subscription is read in every version, and what the version lacks is what it means', () => {
  const [topics, none] = [['orders'], { userData: null, ownedPartitions: [], generationId: -1, rackId: null }]
  for (const version of [0, 1, 2, 3])
    assert.deepEqual(readSubscription(writeSubscription({ topics }, version)), { topics, ...none })
})
test('a subscription of a newer version is read as far as it is known', () => {
  const bytes = Buffer.concat([writeSubscription({ topics: ['orders'], generationId: 4, rackId: 'a' }), hex('cafe')])
  bytes.writeInt16BE(17, 0)
  assert.deepEqual(readSubscription(bytes), {
    topics: ['orders'],
    userData: null,
    ownedPartitions: [],
    generationId: 4,
    rackId: 'a',
  })
})
test('the topics are read from what all versions begin with, whichever version the bytes claim to be', () => {
  for (const version of [0, 1, 2, 3, 17]) {
    const bytes = writeSubscription({ topics: ['orders'] }, 0)
    bytes.writeInt16BE(version)
    assert.deepEqual(readSubscribedTopics(bytes), ['orders'])
  }
  assert.throws(() => readSubscribedTopics(hex('0000 0000000500')), { code: 'TRUNCATED' })
})
test('an assignment is read back, and no bytes at all are an empty one', () => {
  const assignment = { assignedPartitions: [{ topic: 'orders', partitions: [0, 2] }], userData: hex('01') }
  assert.deepEqual(readAssignment(writeAssignment(assignment)), assignment)
  assert.deepEqual(readAssignment(Buffer.alloc(0)), { assignedPartitions: [], userData: null })
})
test('a version whose further fields are not there is read for what all versions begin with', () => {
  assert.deepEqual(readSubscription(hex('0001 00000001 0006 6f7264657273 00000001 2a')), {
    topics: ['orders'],
    userData: hex('2a'),
    ownedPartitions: [],
    generationId: -1,
    rackId: null,
  })
})
test('a version below 0 is refused', () => {
  assert.throws(() => readSubscription(hex('ffff 00000000')), { code: 'UNSUPPORTED_VERSION' })
})
