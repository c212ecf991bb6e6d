// EndTxn: a transaction commits, or aborts.

import { transactionApi } from '../../coordinator/index.ts'
import { endTxn, errorCode } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const endTxnHandler = handler(
  endTxn,
  {
    versions: '0-5',
    authorization: asksItself('WRITE TRANSACTIONAL_ID'),
    differs: [
      'A request that meets the end of the transaction before waits for it, up to add.partitions.to.txn.retry.backoff.max.ms, before the client is told to come again.',
    ],
  },
  ({ body, version, context, access }) =>
    access.allows('WRITE', 'TRANSACTIONAL_ID', body.transactionalId)
      ? transactionApi.endTxn(context.transactions, body, version)
      : Promise.resolve({ errorCode: errorCode('TRANSACTIONAL_ID_AUTHORIZATION_FAILED') }),
)
