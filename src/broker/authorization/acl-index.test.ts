import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { Acl, AclOperation } from '../../metadata/index.ts'
import { AclIndex } from './acl-index.ts'

/** 'allow alice READ orders', 'deny * ALL ord… @10.0.0.1': a name that ends in … is a prefix. */
function parse(text: string): Acl {
  const [permission, user, operation, name, host = '@*'] = text.split(' ')
  return {
    resourceType: 'TOPIC',
    resourceName: name!.replace('…', ''),
    patternType: name!.endsWith('…') ? 'PREFIXED' : 'LITERAL',
    principal: `User:${user}`,
    host: host.slice(1),
    operation: operation as AclOperation,
    permission: permission === 'deny' ? 'DENY' : 'ALLOW',
  }
}
const alice = { principal: 'User:alice', host: '127.0.0.1' }
const index = (acls: readonly string[], isAllowedWithout = false) => new AclIndex(acls.map(parse), { isAllowedWithout })

// oxfmt-ignore
const decisions: readonly (readonly [string, string[], AclOperation, boolean])[] = [
  ['nothing is said',                               [],                                                        'READ',             false],
  ['it is allowed',                                 ['allow alice READ orders'],                               'READ',             true],
  ['another operation is allowed',                  ['allow alice READ orders'],                               'WRITE',            false],
  ['it is allowed to another',                      ['allow bob READ orders'],                                 'READ',             false],
  ['it is allowed to everybody',                    ['allow * READ orders'],                                   'READ',             true],
  ['it is allowed for another topic',               ['allow alice READ order'],                                'READ',             false],
  ['it is allowed for all topics',                  ['allow alice READ *'],                                    'READ',             true],
  ['it is allowed for a prefix',                    ['allow alice READ ord…'],                                 'READ',             true],
  ['it is allowed for the whole name as a prefix',  ['allow alice READ orders…'],                              'READ',             true],
  ['it is allowed for a longer prefix',             ['allow alice READ orders-…'],                             'READ',             false],
  ['it is allowed for a topic that is called *…',   ['allow alice READ *…'],                                   'READ',             false],
  ['everything is allowed',                         ['allow alice ALL orders'],                                'ALTER_CONFIGS',    true],
  ['it is allowed from another host',               ['allow alice READ orders @10.0.0.1'],                     'READ',             false],
  ['it is allowed from this host',                  ['allow alice READ orders @127.0.0.1'],                    'READ',             true],
  ['it is allowed and denied',                      ['allow alice READ orders', 'deny alice READ orders'],     'READ',             false],
  ['a prefix is allowed, the topic denied',         ['allow alice READ ord…', 'deny alice READ orders'],       'READ',             false],
  ['the topic is allowed, all topics denied',       ['allow alice READ orders', 'deny * READ *'],              'READ',             false],
  ['it is denied from another host',                ['allow alice READ *', 'deny alice READ * @10.0.0.1'],     'READ',             true],
  ['reading is allowed: describing is, too',        ['allow alice READ orders'],                               'DESCRIBE',         true],
  ['writing is allowed: describing is, too',        ['allow alice WRITE orders'],                              'DESCRIBE',         true],
  ['deleting is allowed: describing is, too',       ['allow alice DELETE orders'],                             'DESCRIBE',         true],
  ['altering is allowed: describing is, too',       ['allow alice ALTER orders'],                              'DESCRIBE',         true],
  ['creating is allowed: describing is not',        ['allow alice CREATE orders'],                             'DESCRIBE',         false],
  ['altering configs is allowed: describing them, too', ['allow alice ALTER_CONFIGS orders'],                  'DESCRIBE_CONFIGS', true],
  ['reading is denied: describing is not',          ['allow alice DESCRIBE orders', 'deny alice READ orders'], 'DESCRIBE',         true],
  ['describing is allowed: reading is not',         ['allow alice DESCRIBE orders'],                           'READ',             false],
]
for (const [what, acls, operation, expected] of decisions)
  test(`acl: ${operation} where ${what}`, () => {
    assert.equal(index(acls).decide(alice, operation, 'TOPIC', 'orders').isAllowed, expected)
  })

test('with allow.everyone.if.no.acl.found a resource is open until there is an entry about it, whoever it is about', () => {
  const decide = (...acls: string[]) => index(acls, true).decide(alice, 'READ', 'TOPIC', 'orders')
  assert.deepEqual(decide(), { isAllowed: true, rule: 'DefaultAllow' })
  assert.equal(decide('allow bob READ other').isAllowed, true)
  assert.deepEqual(decide('allow bob WRITE ord…'), { isAllowed: false, rule: 'DefaultDeny' })
  assert.equal(index(['allow bob READ orders'], true).decide(alice, 'READ', 'GROUP', 'orders').isAllowed, true)
})
test('the rule is told as Kafka tells it', () => {
  assert.equal(
    index(['deny alice READ ord…']).decide(alice, 'READ', 'TOPIC', 'orders').rule,
    'MatchingAcl(acl=StandardAcl(resourceType=TOPIC, resourceName=ord, patternType=PREFIXED, principal=User:alice, host=*, operation=READ, permissionType=DENY))',
  )
})

// oxfmt-ignore
const somewhere: readonly (readonly [string, string[], boolean])[] = [
  ['nothing is said',                              [],                                                        false],
  ['one topic may be written to',                  ['allow alice WRITE orders'],                              true],
  ['topics of a prefix may be written to',         ['allow alice WRITE ord…'],                                true],
  ['that one topic is denied',                     ['allow alice WRITE orders', 'deny alice WRITE orders'],   false],
  ['its prefix is denied',                         ['allow alice WRITE orders', 'deny alice WRITE ord…'],     false],
  ['a longer prefix is denied',                    ['allow alice WRITE ord…', 'deny alice WRITE orders…'],    true],
  ['all topics are denied',                        ['allow alice WRITE orders', 'deny * WRITE *'],            false],
  ['all are allowed, one denied',                  ['allow alice WRITE *', 'deny alice WRITE orders'],        true],
  ['one may be read',                              ['allow alice READ orders'],                               false],
]
for (const [what, acls, expected] of somewhere)
  test(`acl: writing to any topic where ${what}`, () => {
    assert.equal(index(acls).allowsSome(alice, 'WRITE', 'TOPIC'), expected)
  })
