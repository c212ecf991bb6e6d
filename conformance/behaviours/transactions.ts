// Section 3.8.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const transactions: Section = {
  title: '3.8 Transactions',
  behaviours: [
    ['InitProducerId ends an open transaction, CONCURRENT_TRANSACTIONS until it is done.',                { later: 'transactions' }],
    ['InitProducerId with a timeout of 0, or above the largest, is INVALID_TRANSACTION_TIMEOUT.',         { later: 'transactions' }],
    ['InitProducerId v3+ with another id and epoch is PRODUCER_FENCED (v4), or INVALID_PRODUCER_EPOCH.',  { later: 'transactions' }],
    ['PRODUCER_FENCED is INVALID_PRODUCER_EPOCH to clients of before it.',                                { later: 'transactions' }],
    ['When the epochs are used up, a transactional id gets a new producer id.',                           { later: 'transactions' }],
    ['A transaction that takes too long is aborted, and its epoch is fenced.',                            { later: 'transactions' }],
    ['EndTxn again is the same answer, in the other direction INVALID_TXN_STATE.',                        { later: 'transactions' }],
    ['To end an Empty transaction is INVALID_TXN_STATE, of version 2 an abort is taken.',                 { later: 'transactions' }],
    ['Markers are control batches, and take an offset each.',                                             { later: 'transactions' }],
    ['Offsets of a transaction are seen once it is committed, and dropped when it is aborted.',           { later: 'transactions' }],
    ['TxnOffsetCommit v3+ is of a member and its generation.',                                            { later: 'transactions' }],
    ['Transactions of version 2 are those of a cluster whose feature transaction.version is 2.',          { later: 'transactions' }],
    ['The batched AddPartitionsToTxn, v4 and v5, is not advertised.',                                     { test: 'broker/handlers/api-versions > 3.1 ApiVersions: versions that promise more*' }],
    ['FindCoordinator knows a coordinator for any transactional id.',                                     { test: 'broker/handlers/groups > 3.8 FindCoordinator: a transactional id that nobody has used*' }],
    ['The internal topics are made on one broker, with one replica.',                                     { test: 'broker/handlers/groups > 3.8 FindCoordinator: on one broker the internal topics are made*' }],
  ],
}
