// InitProducerId: the id and epoch of an idempotent producer, or of a transactional one.

import { transactionApi } from '../../coordinator/index.ts'
import { errorCode, initProducerId, type ErrorName } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const initProducerIdHandler = handler(
  initProducerId,
  {
    versions: '0-5',
    authorization: asksItself('WRITE TRANSACTIONAL_ID', 'IDEMPOTENT_WRITE CLUSTER', 'WRITE TOPIC'),
    differs: [
      'A request that meets the end of the transaction before waits for it, up to add.partitions.to.txn.retry.backoff.max.ms, before the client is told to come again.',
    ],
  },
  async ({ body, version, context, access }) => {
    const { transactionalId } = body
    const refused = (error: ErrorName) => ({ errorCode: errorCode(error), producerId: -1, producerEpoch: -1 })
    if (transactionalId !== null) {
      if (!access.allows('WRITE', 'TRANSACTIONAL_ID', transactionalId))
        return refused('TRANSACTIONAL_ID_AUTHORIZATION_FAILED')
    }
    // KIP-679: who may write to any topic may do so once.
    else if (
      !access.allows('IDEMPOTENT_WRITE', 'CLUSTER', undefined, { quietly: true }) &&
      !access.allowsSome('WRITE', 'TOPIC')
    )
      return refused('CLUSTER_AUTHORIZATION_FAILED')
    if (transactionalId !== null)
      return transactionApi.initProducerId(context.transactions, { ...body, transactionalId }, version)
    // KIP-360 lets a producer that lost track ask for a higher epoch of its id. Only a transaction coordinator keeps
    // epochs, so an idempotent producer gets a new id, as Kafka gives it.
    const producerId = await context.producerIds.next()
    // Producers come again, as Kafka has them do.
    if (producerId === undefined) return refused('COORDINATOR_LOAD_IN_PROGRESS')
    return { errorCode: errorCode('NONE'), producerId, producerEpoch: 0 }
  },
)
