// AddPartitionsToTxn: partitions join a transaction before anything is written to them; and what brokers ask about that.

import { transactionApi } from '../../coordinator/index.ts'
import { addPartitionsToTxn } from '../../protocol/index.ts'
import { handler } from '../handler.ts'

export const addPartitionsToTxnHandler = handler(
  addPartitionsToTxn,
  {
    versions: '0-5',
    // The later ones are of another shape, and brokers' own: a client that takes the highest would take them.
    advertised: '0-3',
    differs: [
      'A request that meets the end of the transaction before waits for it, up to add.partitions.to.txn.retry.backoff.max.ms, before the client is told to come again.',
      'Versions 4 and 5, by which brokers verify transactions with each other, are served and not advertised.',
    ],
  },
  ({ body, version, context }) => {
    const { topics } = context.metadata.image
    return transactionApi.addPartitionsToTxn(
      context.transactions,
      body,
      version,
      (topic, partition) => topics.get(topic)?.partitions[partition] !== undefined,
    )
  },
)
