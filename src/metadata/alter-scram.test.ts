import assert from 'node:assert/strict'
import { suite, test } from 'node:test'

import { alterScramCredentials, type ScramDeletion, type ScramUpsertion } from './alter-scram.ts'
import { apply, imageOf, snapshotOf } from './apply.ts'
import { emptyImage } from './image.ts'

const credential = { salt: 'c2FsdA==', iterations: 4096, storedKey: 'c3RvcmVk', serverKey: 'c2VydmVy' }
const set = (user: string, iterations = 4096, mechanism: ScramUpsertion['mechanism'] = 'SCRAM-SHA-256') => ({
  user,
  mechanism,
  credential: { ...credential, iterations },
})
const remove = (user: string, mechanism: ScramDeletion['mechanism'] = 'SCRAM-SHA-256') => ({ user, mechanism })
const alter = (deletions: ScramDeletion[], upsertions: ScramUpsertion[], image = withAlice) =>
  alterScramCredentials(image, { deletions, upsertions })
const withAlice = apply(emptyImage, [
  { type: 'scramCredentialSet', user: 'alice', mechanism: 'SCRAM-SHA-256', credential },
])

suite('credentials of SCRAM', () => {
  // oxfmt-ignore
  const cases: [what: string, deletions: ScramDeletion[], upsertions: ScramUpsertion[], outcomes: string[]][] = [
    ['a new user',                            [],                                 [set('bob')],                             ['bob NONE']],
    ['a user of both mechanisms',             [],                                 [set('alice', 4096, 'SCRAM-SHA-512')],    ['alice NONE']],
    ['a user who goes',                       [remove('alice')],                  [],                                       ['alice NONE']],
    ['a mechanism that the user has not',     [remove('alice', 'SCRAM-SHA-512')], [],                                       ['alice RESOURCE_NOT_FOUND']],
    ['a user who is not there',               [remove('bob')],                    [],                                       ['bob RESOURCE_NOT_FOUND']],
    ['a user twice',                          [remove('alice')],                  [set('alice'), set('bob')],               ['alice DUPLICATE_RESOURCE', 'bob NONE']],
    ['no name',                               [],                                 [set('')],                                [' UNACCEPTABLE_CREDENTIAL']],
    ['too few iterations',                    [],                                 [set('bob', 4095)],                       ['bob UNACCEPTABLE_CREDENTIAL']],
    ['too many iterations',                   [],                                 [set('bob', 16_385)],                     ['bob UNACCEPTABLE_CREDENTIAL']],
    ['a mechanism that is not known',         [{ user: 'bob', mechanism: undefined }], [],                                  ['bob UNSUPPORTED_SASL_MECHANISM']],
  ]
  for (const [what, deletions, upsertions, outcomes] of cases)
    test(`${what}: ${outcomes.join(', ')}`, () => {
      const { outcome, records } = alter(deletions, upsertions)
      assert.deepEqual(
        outcome.map(({ user, error }) => `${user} ${error}`),
        outcomes,
      )
      assert.equal(records.length, outcomes.filter(text => text.endsWith('NONE')).length)
    })
  test('what is set is in the image, and in its snapshot; the last that goes takes the user along', () => {
    const both = apply(withAlice, alter([], [set('alice', 8192, 'SCRAM-SHA-512')]).records)
    assert.deepEqual([...both.scramCredentials.get('alice')!.keys()], ['SCRAM-SHA-256', 'SCRAM-SHA-512'])
    assert.deepEqual(imageOf({ records: snapshotOf(both), end: both.offset }), both)
    const none = apply(withAlice, alter([remove('alice')], []).records)
    assert.equal(none.scramCredentials.size, 0)
    assert.equal(withAlice.scramCredentials.size, 1)
  })
})
