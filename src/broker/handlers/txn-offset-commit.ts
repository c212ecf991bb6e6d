// TxnOffsetCommit: how far a group has come, once the transaction commits.

import { refusedTxnOffsetCommit } from '../../coordinator/index.ts'
import { txnOffsetCommit, type ErrorName, type ResponseOf } from '../../protocol/index.ts'
import { asksItself, partition as split } from '../authorization/authorization.ts'
import { groupCall } from '../group-call.ts'
import { handler } from '../handler.ts'
import type { ClientSupport } from '../transaction-joining.ts'

const supportOf = (version: number): ClientSupport => (version >= 5 ? 'joining' : version === 4 ? 'abortable' : 'none')

type Response = ResponseOf<typeof txnOffsetCommit>

export const txnOffsetCommitHandler = handler(
  txnOffsetCommit,
  { versions: '0-5', authorization: asksItself('WRITE TRANSACTIONAL_ID', 'READ GROUP', 'READ TOPIC') },
  async ({ body: asked, version, request, context, access }): Promise<Response> => {
    if (!access.allows('WRITE', 'TRANSACTIONAL_ID', asked.transactionalId))
      return refusedTxnOffsetCommit(asked, 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
    if (!access.allows('READ', 'GROUP', asked.groupId))
      return refusedTxnOffsetCommit(asked, 'GROUP_AUTHORIZATION_FAILED')
    const [topics, unauthorized] = split(asked.topics, ({ name }) => access.allows('READ', 'TOPIC', name))
    const refused = refusedTxnOffsetCommit({ ...asked, topics: unauthorized }, 'TOPIC_AUTHORIZATION_FAILED')
    if (topics.length === 0 && unauthorized.length > 0) return refused
    const body = { ...asked, topics }
    const withRefused = (answer: Response): Response => ({ ...answer, topics: [...answer.topics, ...refused.topics] })
    const { groups, partitions, transactionJoining } = context
    const partition = partitions.byName('__consumer_offsets').find(groups.partitionFor(body.groupId))
    if (typeof partition === 'string') return refusedTxnOffsetCommit(body, 'NOT_COORDINATOR')
    const support = supportOf(version)
    const commit = async () => withRefused(await groups.txnOffsetCommit(body, groupCall(request)))
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
