import assert from 'node:assert/strict'
import { test } from 'node:test'

import { quotaEntityKey, type QuotaEntity } from '../../metadata/index.ts'
import { limitOf } from './quota-limits.ts'

/** In Kafka's order: each has a limit of its own, its place in the list. */
const entities: readonly QuotaEntity[] = [
  { user: 'alice', 'client-id': 'app' },
  { user: 'alice', 'client-id': null },
  { user: 'alice' },
  { user: null, 'client-id': 'app' },
  { user: null, 'client-id': null },
  { user: null },
  { 'client-id': 'app' },
  { 'client-id': null },
]
const quotasFrom = (first: number) =>
  new Map(
    entities
      .slice(first)
      .map((entity, index) => [
        quotaEntityKey(entity),
        { entity, values: new Map([['producer_byte_rate', first + index + 1]]) },
      ]),
  )
for (const [index, entity] of entities.entries())
  test(`the quota of ${JSON.stringify(entity)} holds where there is none that is more specific`, () => {
    const limit = limitOf(quotasFrom(index), { user: 'alice', clientId: 'app' }, 'producer_byte_rate')
    assert.equal(limit?.limit, index + 1)
  })
test('without any, and for another key, there is no limit', () => {
  const client = { user: 'alice', clientId: 'app' }
  assert.equal(limitOf(new Map(), client, 'producer_byte_rate'), undefined)
  assert.equal(limitOf(quotasFrom(0), client, 'consumer_byte_rate'), undefined)
})

// oxfmt-ignore
const shared: readonly (readonly [string, QuotaEntity, [string, string], [string, string], boolean])[] = [
  ['the quota of a user is shared by its client ids',          { user: 'alice' },                    ['alice', 'a'], ['alice', 'b'], true],
  ['the default of users is for each user',                    { user: null },                       ['alice', 'a'], ['bob', 'a'],   false],
  ['the default of users is shared by the client ids of one',  { user: null },                       ['alice', 'a'], ['alice', 'b'], true],
  ['the quota of a client id is shared by its users',          { 'client-id': 'a' },                 ['alice', 'a'], ['bob', 'a'],   true],
  ['the default of client ids is for each client id',          { 'client-id': null },                ['alice', 'a'], ['alice', 'b'], false],
  ['the default of both is for each pair',                     { user: null, 'client-id': null },    ['alice', 'a'], ['alice', 'b'], false],
]
for (const [what, entity, one, other, expected] of shared)
  test(what, () => {
    const quotas = new Map([[quotaEntityKey(entity), { entity, values: new Map([['producer_byte_rate', 1]]) }]])
    const [first, second] = [one, other].map(([user, clientId]) =>
      limitOf(quotas, { user, clientId }, 'producer_byte_rate'),
    )
    assert.equal(first!.sharedBy === second!.sharedBy, expected)
  })
