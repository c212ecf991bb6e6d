// ListTransactions: the transactions that this broker coordinates.

import { transactionApi } from '../../coordinator/index.ts'
import { listTransactions } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const listTransactionsHandler = handler(
  listTransactions,
  { versions: '0-2', authorization: asksItself('DESCRIBE TRANSACTIONAL_ID') },
  async ({ body, context, access }) => {
    const listed = await transactionApi.listTransactions(context.transactions, body, context.clock.now())
    const transactionStates = listed.transactionStates.filter(({ transactionalId }) =>
      access.allows('DESCRIBE', 'TRANSACTIONAL_ID', transactionalId, { quietly: true }),
    )
    return { ...listed, transactionStates }
  },
)
