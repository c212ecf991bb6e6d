// AddPartitionsToTxn: partitions join a transaction before anything is written to them; and what brokers ask about that.

import { transactionApi } from '../../coordinator/index.ts'
import { addPartitionsToTxn, errorCode, type ErrorName, type RequestOf, type ResponseOf } from '../../protocol/index.ts'
import { type Access } from '../authorization/access.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

type Request = RequestOf<typeof addPartitionsToTxn>
type Response = ResponseOf<typeof addPartitionsToTxn>

export const addPartitionsToTxnHandler = handler(
  addPartitionsToTxn,
  {
    versions: '0-5',
    authorization: asksItself('CLUSTER_ACTION CLUSTER', 'WRITE TRANSACTIONAL_ID', 'WRITE TOPIC'),
    // The later ones are of another shape, and brokers' own: a client that takes the highest would take them.
    advertised: '0-3',
    differs: [
      'A request that meets the end of the transaction before waits for it, up to add.partitions.to.txn.retry.backoff.max.ms, before the client is told to come again.',
      'Versions 4 and 5, by which brokers verify transactions with each other, are served and not advertised.',
    ],
  },
  ({ body, version, context, access }) => {
    const unauthorized = version >= 4 ? refusedToBroker(access) : refusedToClient(access, body)
    if (unauthorized !== undefined) return unauthorized
    const { topics } = context.metadata.image
    return transactionApi.addPartitionsToTxn(
      context.transactions,
      body,
      version,
      (topic, partition) => topics.get(topic)?.partitions[partition] !== undefined,
    )
  },
)

function refusedToBroker(access: Access): Response | undefined {
  if (access.allows('CLUSTER_ACTION', 'CLUSTER')) return undefined
  return { errorCode: errorCode('CLUSTER_AUTHORIZATION_FAILED'), resultsByTransaction: [] }
}
/** All of the partitions join or none: where one may not, the others are not tried. */
function refusedToClient(access: Access, body: Request): Response | undefined {
  const refused = (errorOf: (topic: string) => ErrorName): Response => ({
    resultsByTopicV3AndBelow: body.v3AndBelowTopics.map(({ name, partitions }) => ({
      name,
      resultsByPartition: partitions.map(partitionIndex => ({
        partitionIndex,
        partitionErrorCode: errorCode(errorOf(name)),
      })),
    })),
  })
  if (!access.allows('WRITE', 'TRANSACTIONAL_ID', body.v3AndBelowTransactionalId))
    return refused(() => 'TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
  const names = body.v3AndBelowTopics.map(({ name }) => name)
  const unauthorized = new Set(names.filter(name => !access.allows('WRITE', 'TOPIC', name)))
  if (unauthorized.size === 0) return undefined
  return refused(name => (unauthorized.has(name) ? 'TOPIC_AUTHORIZATION_FAILED' : 'OPERATION_NOT_ATTEMPTED'))
}
