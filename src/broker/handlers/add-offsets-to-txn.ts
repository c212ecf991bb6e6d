// AddOffsetsToTxn: the offsets of a group join a transaction.

import { transactionApi } from '../../coordinator/index.ts'
import { addOffsetsToTxn, errorCode } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const addOffsetsToTxnHandler = handler(
  addOffsetsToTxn,
  { versions: '0-4', authorization: asksItself('WRITE TRANSACTIONAL_ID', 'READ GROUP') },
  async ({ body, version, context, access }) => {
    if (!access.allows('WRITE', 'TRANSACTIONAL_ID', body.transactionalId))
      return { errorCode: errorCode('TRANSACTIONAL_ID_AUTHORIZATION_FAILED') }
    if (!access.allows('READ', 'GROUP', body.groupId)) return { errorCode: errorCode('GROUP_AUTHORIZATION_FAILED') }
    return transactionApi.addOffsetsToTxn(
      context.transactions,
      body,
      version,
      context.groups.partitionFor(body.groupId),
    )
  },
)
