// InitProducerId: the id and epoch of an idempotent producer, or of a transactional one.

import { transactionApi } from '../../coordinator/index.ts'
import { errorCode, initProducerId } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const initProducerIdHandler = handler(
  initProducerId,
  {
    versions: '0-5',
    differs: [
      'A request that meets the end of the transaction before waits for it, up to add.partitions.to.txn.retry.backoff.max.ms, before the client is told to come again.',
    ],
  },
  async ({ body, version, context }) => {
    const { transactionalId } = body
    if (transactionalId !== null)
      return transactionApi.initProducerId(context.transactions, { ...body, transactionalId }, version)
    // KIP-360 lets a producer that lost track ask for a higher epoch of its id. Only a transaction coordinator keeps
    // epochs, so an idempotent producer gets a new id, as Kafka gives it.
    return { errorCode: errorCode('NONE'), producerId: await context.producerIds.next(), producerEpoch: 0 }
  },
)
