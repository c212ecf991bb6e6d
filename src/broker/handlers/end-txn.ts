// EndTxn: a transaction commits, or aborts.

import { transactionApi } from '../../coordinator/index.ts'
import { endTxn } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const endTxnHandler = handler(
  endTxn,
  {
    versions: '0-5',
    differs: [
      'A request that meets the end of the transaction before waits for it, up to add.partitions.to.txn.retry.backoff.max.ms, before the client is told to come again.',
    ],
  },
  ({ body, version, context }) => transactionApi.endTxn(context.transactions, body, version),
)
