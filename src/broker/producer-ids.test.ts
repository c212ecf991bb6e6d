import assert from 'node:assert/strict'
import { test } from 'node:test'

import { type Metadata, MetadataUnwritable } from '../metadata/index.ts'
import { ProducerIds } from './producer-ids.ts'

test('no producer id is to be had while no block of them can be written down, and then the next', async () => {
  let error: Error | undefined
  const allocateProducerIds = () =>
    error === undefined ? Promise.resolve({ first: 4_000, count: 1_000 }) : Promise.reject(error)
  const ids = new ProducerIds({ allocateProducerIds } as unknown as Metadata, 1)
  error = new MetadataUnwritable('the disk is full', undefined)
  assert.deepEqual(await Promise.all([ids.next(), ids.next()]), [undefined, undefined])
  error = new Error('a bug')
  await assert.rejects(ids.next(), /a bug/)
  error = undefined
  assert.deepEqual(await Promise.all([ids.next(), ids.next()]), [4_000, 4_001])
})
