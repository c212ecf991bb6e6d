// DescribeTransactions: the transactions that this broker coordinates, by their ids.

import { transactionApi } from '../../coordinator/index.ts'
import { describeTransactions, errorCode } from '../../protocol/index.ts'
import { asksItself, partition } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const describeTransactionsHandler = handler(
  describeTransactions,
  { versions: '0', authorization: asksItself('DESCRIBE TRANSACTIONAL_ID', 'DESCRIBE TOPIC') },
  async ({ body, context, access }) => {
    const [transactionalIds, refused] = partition(body.transactionalIds, id =>
      access.allows('DESCRIBE', 'TRANSACTIONAL_ID', id),
    )
    const { transactionStates } = await transactionApi.describeTransactions(context.transactions, {
      ...body,
      transactionalIds,
    })
    return {
      transactionStates: [
        ...transactionStates.map(state => ({
          ...state,
          topics: state.topics.filter(({ topic }) => access.allows('DESCRIBE', 'TOPIC', topic, { quietly: true })),
        })),
        ...refused.map(transactionalId => ({
          errorCode: errorCode('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'),
          transactionalId,
          transactionState: '',
          transactionTimeoutMs: 0,
          transactionStartTimeMs: 0,
          producerId: 0,
          producerEpoch: 0,
          topics: [],
        })),
      ],
    }
  },
)
