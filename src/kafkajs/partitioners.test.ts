import assert from 'node:assert/strict'
import { test } from 'node:test'

import * as theirs from 'kafkajs'

import { SeededRandom, seedFromEnvironment } from '../base/index.ts'
import { Partitioners } from './index.ts'

const partitionMetadata = Array.from({ length: 7 }, (_, partitionId) => ({
  partitionErrorCode: 0,
  partitionId,
  leader: partitionId === 3 ? -1 : 1,
  replicas: [1],
  isr: [1],
}))

for (const name of ['DefaultPartitioner', 'LegacyPartitioner', 'JavaCompatiblePartitioner'] as const)
  test(`kafkajs: ${name} sends every key where kafkajs sends it`, () => {
    const seed = seedFromEnvironment()
    const random = new SeededRandom(seed)
    const [our, their] = [Partitioners[name](), theirs.Partitioners[name]()]
    for (let i = 0; i < 2_000; i++) {
      const bytes = Buffer.from(Array.from({ length: random.below(40) }, () => random.below(256)))
      const key = i % 2 === 0 ? bytes : bytes.toString('latin1')
      const about = { topic: 't', partitionMetadata, message: { key, value: 'v' } }
      assert.equal(our(about), their(about), `SEED=${seed} ${bytes.toString('hex')}`)
    }
  })
test('kafkajs: a partition that is named is taken; without a key those that are led take turns', () => {
  const partition = Partitioners.DefaultPartitioner()
  assert.equal(partition({ topic: 't', partitionMetadata, message: { key: 'k', value: 'v', partition: 3 } }), 3)
  const turns = Array.from({ length: 12 }, () => partition({ topic: 't', partitionMetadata, message: { value: 'v' } }))
  assert.deepEqual(new Set(turns), new Set([0, 1, 2, 4, 5, 6]))
  for (const [i, turn] of turns.entries()) if (i >= 6) assert.equal(turn, turns[i - 6])
})
