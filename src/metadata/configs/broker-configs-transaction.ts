// Producer ids and transactions.

import { any, atLeast, config } from './definition.ts'

// oxfmt-ignore
export const transactionConfigs = {
  'transaction.state.log.min.isr':                               config('INT',     2,           atLeast(1)),
  'transaction.state.log.load.buffer.size':                      config('INT',     5_242_880,   atLeast(1)),
  'transaction.state.log.replication.factor':                    config('SHORT',   3,           atLeast(1)),
  'transaction.state.log.num.partitions':                        config('INT',     50,          atLeast(1)),
  'transaction.state.log.segment.bytes':                         config('INT',     104_857_600, atLeast(1)),
  'transaction.partition.verification.enable':                   config('BOOLEAN', true,        any,        'cluster-wide'),
  'producer.id.expiration.ms':                                   config('INT',     86_400_000,  atLeast(1), 'cluster-wide'),
  'transactional.id.expiration.ms':                              config('INT',     604_800_000, atLeast(1)),
  'transaction.max.timeout.ms':                                  config('INT',     900_000,     atLeast(1)),
  'transaction.abort.timed.out.transaction.cleanup.interval.ms': config('INT',     10_000,      atLeast(1)),
  'transaction.remove.expired.transaction.cleanup.interval.ms':  config('INT',     3_600_000,   atLeast(1)),
  'transaction.two.phase.commit.enable':                         config('BOOLEAN', false,       any),
  'add.partitions.to.txn.retry.backoff.max.ms':                  config('INT',     100,         atLeast(0)),
  'add.partitions.to.txn.retry.backoff.ms':                      config('INT',     20,          atLeast(1)),
} as const
