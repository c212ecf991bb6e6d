// TxnOffsetCommit: how far a group has come, once the transaction commits.

import { refusedTxnOffsetCommit } from '../../coordinator/index.ts'
import { txnOffsetCommit, type ErrorName, type ResponseOf } from '../../protocol/index.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'
import type { ClientSupport } from '../transaction-joining.ts'

const supportOf = (version: number): ClientSupport => (version >= 5 ? 'joining' : version === 4 ? 'abortable' : 'none')

export const txnOffsetCommitHandler = handler(
  txnOffsetCommit,
  { versions: '0-5' },
  async ({ body, version, request, context }): Promise<ResponseOf<typeof txnOffsetCommit>> => {
    const { groups, partitions, transactionJoining } = context
    const partition = partitions.byName('__consumer_offsets').find(groups.partitionFor(body.groupId))
    if (typeof partition === 'string') return refusedTxnOffsetCommit(body, 'NOT_COORDINATOR')
    const support = supportOf(version)
    const commit = () => groups.txnOffsetCommit(body, groupCall(request))
    if (!transactionJoining.isNeeded(partition, { ...body, support })) return commit()
    return new Promise((resolve, reject) => {
      transactionJoining.join({ ...body, partitions: [partition], support }, ([error]) => {
        if (error === 'NONE') commit().then(resolve, reject)
        else resolve(refusedTxnOffsetCommit(body, toClient(error!)))
      })
    })
  },
)
/** Clients of old versions come again at this, and look for no other coordinator of the group. */
function toClient(error: ErrorName): ErrorName {
  switch (error) {
    case 'NETWORK_EXCEPTION':
    case 'NOT_COORDINATOR':
    case 'COORDINATOR_NOT_AVAILABLE':
      return 'COORDINATOR_LOAD_IN_PROGRESS'
    default:
      return error
  }
}
