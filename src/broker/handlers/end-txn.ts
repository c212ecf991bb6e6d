// EndTxn: a transaction commits, or aborts.

import { transactionApi } from '../../coordinator/index.ts'
import { endTxn } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const endTxnHandler = handler(endTxn, { versions: '0-5' }, ({ body, version, context }) =>
  transactionApi.endTxn(context.transactions, body, version),
)
