// UnregisterBroker: takes a broker that will not come back out of the cluster.

import { errorCode, errorMessage, unregisterBroker } from '../../protocol/index.ts'
import { needsCluster } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const unregisterBrokerHandler = handler(
  unregisterBroker,
  {
    versions: '0',
    authorization: needsCluster('ALTER', (_, error) => ({
      errorCode: errorCode(error),
      errorMessage: errorMessage(error),
    })),
    differs: ['A broker that runs registers again at once, and loses its leaderships for a moment only.'],
  },
  async ({ body: { brokerId }, context }) =>
    (await context.metadata.unregisterBroker(brokerId))
      ? { errorCode: errorCode('NONE'), errorMessage: null }
      : {
          errorCode: errorCode('BROKER_ID_NOT_REGISTERED'),
          errorMessage: `Broker ID ${brokerId} is not currently registered`,
        },
)
