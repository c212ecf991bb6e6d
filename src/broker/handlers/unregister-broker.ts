// UnregisterBroker: takes a broker that will not come back out of the cluster.

import { isRefusal } from '../../metadata/index.ts'
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
  async ({ body: { brokerId }, context }) => {
    const outcome = await context.metadata.unregisterBroker(brokerId)
    return { errorCode: errorCode(outcome.error), errorMessage: isRefusal(outcome) ? outcome.message : null }
  },
)
