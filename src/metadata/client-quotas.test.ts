import assert from 'node:assert/strict'
import { test } from 'node:test'

import { apply, imageOf, snapshotOf } from './apply.ts'
import { alterClientQuotas, findClientQuotas, type QuotaAlteration, type QuotaFilter } from './client-quotas.ts'
import { isRefusal } from './decision.ts'
import { type ClusterImage, emptyImage } from './image.ts'
import { after } from './testing.ts'

/** 'user=alice client-id' */
const entityOf = (text: string) =>
  text
    .split(' ')
    .filter(Boolean)
    .map(part => {
      const [type, name] = part.split('=')
      return { type: type!, name: name ?? null }
    })
const alteration = (entity: string, ...ops: readonly (readonly [string, number?])[]): QuotaAlteration => ({
  entity: entityOf(entity),
  ops: ops.map(([key, value]) => ({ key, value })),
})
const set = (image: ClusterImage, ...alterations: readonly QuotaAlteration[]) =>
  after(image, alterClientQuotas(image, alterations))
const shown = (image: ClusterImage) =>
  [...image.clientQuotas.values()].map(({ entity, values }) => [entity, Object.fromEntries(values)])

test('a quota is set, changed and removed, and its entity goes with its last', () => {
  const one = set(emptyImage, alteration('user=alice', ['producer_byte_rate', 1000], ['request_percentage', 12.5]))
  assert.deepEqual(shown(one), [[{ user: 'alice' }, { producer_byte_rate: 1000, request_percentage: 12.5 }]])
  const less = set(one, alteration('user=alice', ['producer_byte_rate', 5], ['request_percentage']))
  assert.deepEqual(shown(less), [[{ user: 'alice' }, { producer_byte_rate: 5 }]])
  assert.deepEqual(shown(set(less, alteration('user=alice', ['producer_byte_rate']))), [])
})
test('a user with a client id is one entity, in whichever order its parts come', () => {
  const image = set(emptyImage, alteration('client-id=app user', ['consumer_byte_rate', 1]))
  assert.equal(set(image, alteration('user client-id=app', ['consumer_byte_rate', 2])).clientQuotas.size, 1)
})
test('what stays the same costs no record, and nothing is kept of a validation', () => {
  const same = alteration('ip=127.0.0.1', ['connection_creation_rate', 10])
  const image = set(emptyImage, same)
  assert.deepEqual(alterClientQuotas(image, [same]).records, [])
  assert.deepEqual(alterClientQuotas(emptyImage, [same], { validateOnly: true }).records, [])
  assert.deepEqual(alterClientQuotas(emptyImage, [alteration('user=a', ['producer_byte_rate'])]).records, [])
})
test('a snapshot keeps quotas', () => {
  const image = apply(set(emptyImage, alteration('user client-id=app', ['consumer_byte_rate', 1])), [
    { type: 'clusterCreated', clusterId: 'c' },
  ])
  assert.deepEqual(imageOf({ records: snapshotOf(image), end: image.offset }), image)
})

// oxfmt-ignore
const refused: readonly (readonly [string, QuotaAlteration, string])[] = [
  ['of nobody',                 alteration('', ['producer_byte_rate', 1]),                    'Invalid empty client quota entity'],
  ['of an unknown type',        alteration('team=a', ['producer_byte_rate', 1]),              'Unhandled client quota entity type: team'],
  ['of an empty name',          alteration('user=', ['producer_byte_rate', 1]),               'Empty user not supported'],
  ['of an address and a user',  alteration('ip user', ['connection_creation_rate', 1]),       'Invalid quota entity combination, IP entity should not be combined with User or ClientId'],
  ['of no address',             alteration('ip=a_b', ['connection_creation_rate', 1]),        'a_b is not a valid IP or resolvable host.'],
  ['of an unknown key',         alteration('user=a', ['speed', 1]),                           'Invalid configuration key speed'],
  ['of a key of addresses',     alteration('user=a', ['connection_creation_rate', 1]),        'Invalid configuration key connection_creation_rate'],
  ['of nothing',                alteration('user=a', ['producer_byte_rate', 0]),              'Quota producer_byte_rate must be greater than 0'],
  ['of half a byte',            alteration('user=a', ['producer_byte_rate', 0.5]),            'producer_byte_rate cannot be a fractional value.'],
  ['of too many connections',   alteration('ip', ['connection_creation_rate', 2 ** 31]),      'Proposed value for connection_creation_rate is too large for an INT.'],
  ['of one key twice',          alteration('user=a', ['producer_byte_rate', 1], ['producer_byte_rate', 2]), 'Duplicate quota key producer_byte_rate not updating quota for this entity ClientQuotaEntity(entries={user=a})'],
]
for (const [what, wrong, message] of refused)
  test(`a quota ${what} is refused, and others of the request are set`, () => {
    const { records, outcome } = alterClientQuotas(emptyImage, [wrong, alteration('user=b', ['producer_byte_rate', 1])])
    const [{ result } = assert.fail(), other] = outcome
    assert.ok(isRefusal(result))
    assert.deepEqual([result.error, result.message], ['INVALID_REQUEST', message])
    assert.deepEqual([other!.result.error, records.length], ['NONE', 1])
  })
test('an entity that is named twice is told once, as refused', () => {
  const twice = [1, 2].map(value => alteration('user=a', ['producer_byte_rate', value]))
  const { outcome } = alterClientQuotas(emptyImage, twice)
  assert.deepEqual(
    outcome.map(({ result }) => result.error),
    ['INVALID_REQUEST'],
  )
})

const quota = ['producer_byte_rate', 1] as const
const many = set(
  emptyImage,
  ...['user=a', 'user=b', 'user', 'client-id=x', 'user=a client-id=x', 'user=a client-id'].map(each =>
    alteration(each, quota),
  ),
  alteration('ip=10.0.0.1', ['connection_creation_rate', 1]),
)
const exactly = (type: string, name: string | null) => ({ type, match: { name } })
const any = (type: string) => ({ type, match: 'any' as const })
// oxfmt-ignore
const filters: readonly (readonly [string, QuotaFilter, string[]])[] = [
  ['nothing: all',                          { strict: false, components: [] },                                             ['user=a', 'user=b', 'user', 'client-id=x', 'user=a client-id=x', 'user=a client-id', 'ip=10.0.0.1']],
  ['nothing, strictly: none',               { strict: true,  components: [] },                                             []],
  ['a user, whatever else',                 { strict: false, components: [exactly('user', 'a')] },                         ['user=a', 'user=a client-id=x', 'user=a client-id']],
  ['a user and nothing else',               { strict: true,  components: [exactly('user', 'a')] },                         ['user=a']],
  ['the default user',                      { strict: false, components: [exactly('user', null)] },                        ['user']],
  ['any user and nothing else',             { strict: true,  components: [any('user')] },                                  ['user=a', 'user=b', 'user']],
  ['a user with the default client id',     { strict: true,  components: [exactly('user', 'a'), exactly('client-id', null)] }, ['user=a client-id']],
  ['any address',                           { strict: false, components: [any('ip')] },                                    ['ip=10.0.0.1']],
]
for (const [what, filter, expected] of filters)
  test(`a filter for ${what}`, () => {
    const found = findClientQuotas(many, filter)
    assert.ok(!isRefusal(found))
    const texts = found.map(({ entity }) =>
      Object.entries(entity)
        .map(([type, name]) => (name === null ? type : `${type}=${name}`))
        .join(' '),
    )
    assert.deepEqual(texts, expected)
  })
test('a filter that makes no sense is refused', () => {
  const errorOf = (...components: QuotaFilter['components']) => {
    const found = findClientQuotas(many, { strict: false, components })
    return isRefusal(found) ? found.error : 'NONE'
  }
  assert.equal(errorOf(any('')), 'INVALID_REQUEST')
  assert.equal(errorOf(any('user'), any('user')), 'INVALID_REQUEST')
  assert.equal(errorOf(any('team')), 'UNSUPPORTED_VERSION')
  assert.equal(errorOf(any('ip'), any('user')), 'INVALID_REQUEST')
})
