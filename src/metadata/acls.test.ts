import assert from 'node:assert/strict'
import { test } from 'node:test'

import { aclAny, aclMatch, type AclFilter, createAcls, deleteAcls, findAcls, type RawAcl } from './acls.ts'
import { apply, imageOf, snapshotOf } from './apply.ts'
import { isRefusal } from './decision.ts'
import { type ClusterImage, emptyImage } from './image.ts'
import { after } from './testing.ts'

const [topic, group, cluster] = [2, 3, 4]
const [literal, prefixed] = [3, 4]
const [read, write] = [3, 4]
const [deny, allow] = [2, 3]
const acl = (changes: Partial<RawAcl> = {}): RawAcl => ({
  resourceType: topic!,
  resourceName: 'orders',
  patternType: literal!,
  principal: 'User:alice',
  host: '*',
  operation: read!,
  permission: allow!,
  ...changes,
})
const filter = (changes: Partial<AclFilter> = {}): AclFilter => ({
  resourceType: aclAny,
  resourceName: null,
  patternType: aclAny,
  principal: null,
  host: null,
  operation: aclAny,
  permission: aclAny,
  ...changes,
})
const create = (image: ClusterImage, ...acls: RawAcl[]) => after(image, createAcls(image, acls))
const some = create(
  emptyImage,
  acl(),
  acl({ resourceName: 'ord', patternType: prefixed! }),
  acl({ resourceName: '*' }),
  acl({ resourceName: 'other', operation: write! }),
  acl({ resourceType: group!, principal: 'User:bob', permission: deny! }),
)

test('an entry that exists is created again without a record', () => {
  const twice = createAcls(some, [acl(), acl({ host: '10.0.0.1' }), acl({ host: '10.0.0.1' })])
  assert.deepEqual(
    twice.outcome.map(({ error }) => error),
    ['NONE', 'NONE', 'NONE'],
  )
  assert.equal(twice.records.length, 1)
})
// oxfmt-ignore
const refused: readonly (readonly [string, Partial<RawAcl>, string])[] = [
  ['of any type of resource',        { resourceType: aclAny },                            'Invalid resourceType ANY'],
  ['of an unknown type of resource', { resourceType: 99 },                                'Invalid resourceType UNKNOWN'],
  ['of another cluster',             { resourceType: cluster!, resourceName: 'mine' },    'The only valid name for the CLUSTER resource is kafka-cluster'],
  ['of a pattern that matches',      { patternType: aclMatch },                           'Invalid patternType MATCH'],
  ['of any operation',               { operation: aclAny },                               'Invalid operation ANY'],
  ['of any permission',              { permission: aclAny },                              'Invalid permissionType ANY'],
  ['of nothing',                     { resourceName: '' },                                'Invalid empty resource name'],
  ['of a name without a type',       { principal: 'alice' },                              'Invalid principal "alice": expected Type:name, as in User:alice'],
]
for (const [what, changes, message] of refused)
  test(`an entry ${what} is refused, and the others of the request are made`, () => {
    const { outcome, records } = createAcls(emptyImage, [acl(changes), acl()])
    const [first, second] = outcome
    assert.ok(isRefusal(first!))
    assert.deepEqual([first.error, first.message], ['INVALID_REQUEST', message])
    assert.deepEqual([second!.error, records.length], ['NONE', 1])
  })

// oxfmt-ignore
const filters: readonly (readonly [string, Partial<AclFilter>, string[]])[] = [
  ['nothing: all',                                   {},                                                                ['orders', 'ord', '*', 'other', 'orders']],
  ['a name',                                         { resourceName: 'orders' },                                        ['orders', 'orders']],
  ['a literal name of a topic',                      { resourceName: 'orders', patternType: literal!, resourceType: topic! }, ['orders']],
  ['a prefix',                                       { resourceName: 'ord', patternType: prefixed! },                   ['ord']],
  ['whatever applies to a topic',                    { resourceName: 'orders', patternType: aclMatch, resourceType: topic! }, ['orders', 'ord', '*']],
  ['a principal',                                    { principal: 'User:bob' },                                         ['orders']],
  ['an operation',                                   { operation: write! },                                             ['other']],
  ['a permission',                                   { permission: deny! },                                             ['orders']],
  ['a host that none has',                           { host: '10.0.0.1' },                                              []],
]
for (const [what, changes, expected] of filters)
  test(`a filter for ${what}`, () => {
    const found = findAcls(some, filter(changes))
    assert.ok(!isRefusal(found))
    assert.deepEqual(
      found.map(({ resourceName }) => resourceName),
      expected,
    )
  })
test('what filters find is deleted, once, and told to each of them', () => {
  const decision = deleteAcls(some, [
    filter({ operation: write! }),
    filter({ resourceType: topic! }),
    filter({ operation: 99 }),
  ])
  assert.deepEqual(
    decision.outcome.map(each => (isRefusal(each) ? each.error : each.acls.length)),
    [1, 4, 'INVALID_REQUEST'],
  )
  assert.equal(decision.records.length, 4)
  assert.deepEqual(
    [...after(some, decision).acls.values()].map(({ principal }) => principal),
    ['User:bob'],
  )
})
test('a snapshot keeps entries', () => {
  const named = apply(some, [{ type: 'clusterCreated', clusterId: 'c' }])
  assert.deepEqual(imageOf({ records: snapshotOf(named), end: named.offset }), named)
})
