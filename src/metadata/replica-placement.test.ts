import assert from 'node:assert/strict'
import { test } from 'node:test'

import { SeededRandom, seedFromEnvironment } from '../base/index.ts'
import { isRefusal } from './decision.ts'
import type { BrokerImage } from './image.ts'
import { placeReplicas } from './replica-placement.ts'
import { endpoint } from './testing.ts'

const seed = seedFromEnvironment()
const random = new SeededRandom(seed)

function brokers(...racks: readonly (string | null)[]): BrokerImage[] {
  return racks.map((rack, index) => ({ id: index + 1, epoch: 0, rack, endpoints: [endpoint], fenced: false }))
}
function place(list: readonly BrokerImage[], partitions: number, replicationFactor: number): number[][] {
  const placed = placeReplicas({ partitions, replicationFactor }, list, random)
  assert.ok(!isRefusal(placed), `seed ${seed}`)
  return placed
}
const count = (ids: Iterable<number>) => {
  const counts = new Map<number, number>()
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  return [...counts.values()]
}

test('replicas of a partition lie on brokers of their own, and leaders are spread evenly', () => {
  for (let round = 0; round < 200; round++) {
    const size = 1 + random.below(7),
      replicationFactor = 1 + random.below(size),
      partitions = size * (1 + random.below(5))
    const placed = place(brokers(...Array.from({ length: size }, () => null)), partitions, replicationFactor)
    for (const replicas of placed) assert.equal(new Set(replicas).size, replicationFactor, `seed ${seed}`)
    for (const led of count(placed.map(([leader]) => leader!))) assert.equal(led, partitions / size, `seed ${seed}`)
  }
})

test('the replicas of a partition lie in as many racks as there are', () => {
  for (let round = 0; round < 100; round++) {
    const list = brokers('a', 'b', 'c', 'a', 'b', 'c')
    for (const replicas of place(list, 12, 3))
      assert.equal(new Set(replicas.map(id => list[id - 1]!.rack)).size, 3, `seed ${seed}`)
  }
})

test('a broker that does not answer follows and never leads', () => {
  const list = brokers(null, null, null).map(broker => ({ ...broker, fenced: broker.id === 2 }))
  const placed = place(list, 20, 3)
  assert.ok(placed.every(([leader]) => leader !== 2))
  assert.ok(placed.every(replicas => replicas.includes(2)))
})

test('partitions begin at a random broker, so that small topics do not all lie on the first', () => {
  const leaders = new Set(Array.from({ length: 50 }, () => place(brokers(null, null, null), 1, 1)[0]![0]!))
  assert.equal(leaders.size, 3, `seed ${seed}`)
})

test('what cannot be placed is refused', () => {
  const placed = placeReplicas({ partitions: 1, replicationFactor: 2 }, brokers(null), random)
  assert.deepEqual(placed, {
    error: 'INVALID_REPLICATION_FACTOR',
    message: 'The target replication factor of 2 cannot be reached because only 1 broker(s) are registered.',
  })
})
