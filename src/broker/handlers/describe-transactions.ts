// DescribeTransactions: the transactions that this broker coordinates, by their ids.

import { transactionApi } from '../../coordinator/index.ts'
import { describeTransactions } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const describeTransactionsHandler = handler(describeTransactions, { versions: '0' }, ({ body, context }) =>
  transactionApi.describeTransactions(context.transactions, body),
)
