import assert from 'node:assert/strict'
import { test } from 'node:test'

import { errorCode, errorMessage, errorName, errors, isRetriable, needsRefresh, type ErrorName } from './errors.ts'

test('the codes run from -1 to 133 without a gap, in order', () => {
  assert.deepEqual(
    Object.values(errors).map(({ code }) => code),
    Array.from({ length: 135 }, (_, i) => i - 1),
  )
})
test('a name has its code, and a code its name', () => {
  for (const name of Object.keys(errors) as ErrorName[]) assert.equal(errorName(errorCode(name)), name)
  assert.equal(errorCode('NOT_LEADER_OR_FOLLOWER'), 6)
  assert.equal(errorCode('UNKNOWN_TOPIC_ID'), 100)
})
test('a code that is not known is an unexpected error of the server, and is not retried', () => {
  assert.equal(errorName(4242), 'UNKNOWN_SERVER_ERROR')
  assert.equal(isRetriable(4242), false)
  assert.equal(errorMessage(4242), errorMessage('UNKNOWN_SERVER_ERROR'))
})

// oxfmt-ignore
const remedies = [
  // error                         may be retried   after a new look-up
  ['NONE',                         false,           false],
  ['OFFSET_OUT_OF_RANGE',          false,           false],
  ['UNKNOWN_TOPIC_OR_PARTITION',   true,            true],
  ['NOT_COORDINATOR',              true,            true],
  ['COORDINATOR_LOAD_IN_PROGRESS', true,            false],
  ['NOT_ENOUGH_REPLICAS',          true,            false],
  ['REBALANCE_IN_PROGRESS',        false,           false],
] as const
for (const [name, retriable, refresh] of remedies) {
  test(`${name} ${retriable ? 'may be' : 'is not'} retried${refresh ? ', of whom a new look-up names' : ''}`, () => {
    assert.deepEqual([isRetriable(name), needsRefresh(name)], [retriable, refresh])
    assert.deepEqual([isRetriable(errorCode(name)), needsRefresh(errorCode(name))], [retriable, refresh])
  })
}
