// Section 3.8.

import type { Section } from '../behaviour.ts'

// oxfmt-ignore
export const transactions: Section = {
  title: '3.8 Transactions',
  behaviours: [
    ['InitProducerId ends an open transaction, CONCURRENT_TRANSACTIONS until it is done.',                { test: ['coordinator/transaction/transactions > Ongoing: initProducerId * answers CONCURRENT_TRANSACTIONS, then PrepareAbort 7:3', 'coordinator/transaction/transactions > PrepareAbort: initProducerId * answers CONCURRENT_TRANSACTIONS*', 'broker/transactions > InitProducerId while a transaction is open aborts it*'] }],
    ['InitProducerId with a timeout of 0, or above the largest, is INVALID_TRANSACTION_TIMEOUT.',         { test: 'broker/transactions > a timeout above transaction.max.timeout.ms, or none, *' }],
    ['InitProducerId v3+ with another id and epoch is PRODUCER_FENCED (v4), or INVALID_PRODUCER_EPOCH.',  { test: ['coordinator/transaction/transactions > Empty: initProducerId * answers PRODUCER_FENCED*', 'broker/transactions > InitProducerId while a transaction is open *fences who has begun it'] }],
    ['PRODUCER_FENCED is INVALID_PRODUCER_EPOCH to clients of before it.',                                { test: 'broker/transactions > InitProducerId while a transaction is open *fences who has begun it' }],
    ['When the epochs are used up, a transactional id gets a new producer id.',                           { test: 'coordinator/transaction/transactions > with version 1 an id whose epochs are used up gets another producer id' }],
    ['A transaction that takes too long is aborted, and its epoch is fenced.',                            { test: 'broker/transactions > a transaction that takes longer than its timeout is aborted*' }],
    ['EndTxn again is the same answer, in the other direction INVALID_TXN_STATE.',                        { test: 'broker/transactions > an end that is asked for twice is answered twice*' }],
    ['To end an Empty transaction is INVALID_TXN_STATE, of version 2 an abort is taken.',                 { test: ['coordinator/transaction/transactions > Empty: endTransaction * clientVersion 0 answers INVALID_TXN_STATE*', 'coordinator/transaction/transactions > Empty: endTransaction *, result abort, clientVersion 2 answers NONE 7:3*'] }],
    ['Markers are control batches, and take an offset each.',                                             { test: ['broker/committed-reads > *with the marker and the aborted transactions', 'protocol/records/batch-builder > a marker is a control batch*'] }],
    ['Offsets of a transaction are seen once it is committed, and dropped when it is aborted.',           { test: ['broker/transactions > offsets of a transaction count once it commits*', 'coordinator/offsets/transactions > what a transaction commits *'] }],
    ['TxnOffsetCommit v3+ is of a member and its generation.',                                            { test: 'coordinator/offsets/transactions > KIP-447: a transaction commits for a member of the present generation*' }],
    ['Transactions of version 2 are those of a cluster whose feature transaction.version is 2.',          { later: 'transactions of version 2' }],
    ['The batched AddPartitionsToTxn, v4 and v5, is not advertised.',                                     { test: 'broker/handlers/api-versions > 3.1 ApiVersions: versions that promise more*' }],
    ['FindCoordinator knows a coordinator for any transactional id.',                                     { test: 'broker/handlers/groups > 3.8 FindCoordinator: a transactional id that nobody has used*' }],
    ['The internal topics are made on one broker, with one replica.',                                     { test: 'broker/handlers/groups > 3.8 FindCoordinator: on one broker the internal topics are made*' }],
  ],
}
