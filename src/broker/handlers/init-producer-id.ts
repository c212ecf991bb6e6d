// InitProducerId: the id and epoch of an idempotent producer.

import { errorCode, initProducerId } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const initProducerIdHandler = handler(
  initProducerId,
  {
    versions: '0-5',
    differs: [
      'Transactions are not served: a transactional id is answered with TRANSACTIONAL_ID_AUTHORIZATION_FAILED, at which clients give up at once.',
    ],
  },
  async ({ body, context }) => {
    if (body.transactionalId !== null)
      return { errorCode: errorCode('TRANSACTIONAL_ID_AUTHORIZATION_FAILED'), producerId: -1, producerEpoch: -1 }
    // KIP-360 lets a producer that lost track ask for a higher epoch of its id. Only a transaction coordinator keeps
    // epochs, so an idempotent producer gets a new id, as Kafka gives it.
    return { errorCode: errorCode('NONE'), producerId: await context.producerIds.next(), producerEpoch: 0 }
  },
)
