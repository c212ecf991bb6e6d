// What the coordinator of transactions is told by the broker's configuration, under Kafka's names.

import type { TransactionConfig } from '../coordinator/index.ts'
import { featureLevel, type BrokerConfig, type Metadata } from '../metadata/index.ts'
import { transactionVersion } from './features.ts'

export const transactionsTopic = '__transaction_state'

export function transactionConfigOf(
  config: BrokerConfig,
  { metadata }: { readonly metadata: Metadata },
): TransactionConfig {
  return {
    timeoutMsMax: config.number('transaction.max.timeout.ms'),
    expirationMs: config.number('transactional.id.expiration.ms'),
    expirationCheckIntervalMs: config.number('transaction.remove.expired.transaction.cleanup.interval.ms'),
    transitionWaitMsMax: config.number('add.partitions.to.txn.retry.backoff.max.ms'),
    get transactionVersion() {
      return featureLevel(metadata.image, transactionVersion)
    },
  }
}
