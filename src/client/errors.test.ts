import assert from 'node:assert/strict'
import { test } from 'node:test'

import type { ErrorName } from '../protocol/index.ts'
import { KafkaError, type ClientErrorName } from './errors.ts'

// oxfmt-ignore
const cases: [ErrorName | ClientErrorName, string][] = [
  // code                          what is left to do
  ['NOT_LEADER_OR_FOLLOWER',       'again or abort'],
  ['CONCURRENT_TRANSACTIONS',      'again or abort'],
  ['NO_BROKER_AVAILABLE',          'again or abort'],
  ['TRANSACTION_ABORTABLE',        'abort'],
  ['MESSAGE_TOO_LARGE',            'abort'],
  ['DELIVERY_TIMED_OUT',           'abort'],
  ['OUT_OF_ORDER_SEQUENCE_NUMBER', 'abort'],
  ['PRODUCER_FENCED',              'close'],
  ['FENCED_INSTANCE_ID',           'close'],
  ['SASL_AUTHENTICATION_FAILED',   'close'],
  ['CLOSED',                       'close'],
]
for (const [code, remedy] of cases)
  test(`after ${code}: ${remedy}`, () => {
    const { retriable, abortable, fatal } = new KafkaError(code)
    const remedies = [retriable && 'again', abortable && 'abort', fatal && 'close']
    assert.equal(remedies.filter(Boolean).join(' or '), remedy)
  })
