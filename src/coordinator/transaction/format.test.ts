import assert from 'node:assert/strict'
import { test } from 'node:test'

import { TransactionFormat } from './format.ts'
import { noPartitions, type Transaction, type TransactionRecord } from './transaction.ts'

const transaction: Transaction = {
  producerId: 4_000,
  producerEpoch: 3,
  previousProducerId: 4_000,
  nextProducerId: -1,
  lastProducerEpoch: -1,
  timeoutMs: 60_000,
  state: 'Ongoing',
  partitions: new Map([
    ['orders', new Set([0, 2])],
    ['__consumer_offsets', new Set([49])],
  ]),
  updatedAt: 1_700_000_000_000,
  startedAt: 1_600_000_000_000,
  clientVersion: 2,
}

test('what is written of a transaction is read again, whatever its state', () => {
  const format = new TransactionFormat()
  const records: TransactionRecord[] = [
    ...(['Ongoing', 'PrepareCommit', 'PrepareAbort'] as const).map(state => ({ ...transaction, state })),
    ...(['Empty', 'CompleteCommit', 'CompleteAbort'] as const).map(state => ({
      ...transaction,
      state,
      partitions: noPartitions,
      nextProducerId: 5_000,
    })),
    null,
  ].map((value, i) => ({ is: 'transaction', transactionalId: `t${i}`, value }))
  assert.deepEqual(format.decode(format.encode(records, 1_700_000_000_000), 0), records)
})
