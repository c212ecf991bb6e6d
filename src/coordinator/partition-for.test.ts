import assert from 'node:assert/strict'
import { test } from 'node:test'

import { partitionFor } from './partition-for.ts'

// oxfmt-ignore
const groups = [
  // id                       of 50, as Java reckons it
  ['',                        0],
  ['g',                       3],
  ['my-group',                12],
  ['console-consumer-12345',  6],
  ['connect-cluster',         13],
  ['schema-registry',         29],
  ['ünïcödé ✓',               38],
  ['polygenelubricants',      0], // its hash is the one that has no positive counterpart
] as const

test('__consumer_offsets: the partition of a group is abs(hashCode) of its id, in 32 bits, by the number of partitions', () => {
  for (const [id, partition] of groups) assert.equal(partitionFor(id, 50), partition, id)
})
