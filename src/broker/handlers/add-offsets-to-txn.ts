// AddOffsetsToTxn: the offsets of a group join a transaction.

import { transactionApi } from '../../coordinator/index.ts'
import { addOffsetsToTxn } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const addOffsetsToTxnHandler = handler(addOffsetsToTxn, { versions: '0-4' }, ({ body, version, context }) =>
  transactionApi.addOffsetsToTxn(context.transactions, body, version, context.groups.partitionFor(body.groupId)),
)
