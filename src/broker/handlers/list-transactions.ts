// ListTransactions: the transactions that this broker coordinates.

import { transactionApi } from '../../coordinator/index.ts'
import { listTransactions } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const listTransactionsHandler = handler(listTransactions, { versions: '0-2' }, ({ body, context }) =>
  transactionApi.listTransactions(context.transactions, body, context.clock.now()),
)
