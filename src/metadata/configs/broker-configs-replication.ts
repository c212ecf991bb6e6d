// Replicas, their fetchers and their leaders.

import { any, atLeast, config, oneOf } from './definition.ts'

// oxfmt-ignore
export const replicationConfigs = {
  'num.replica.alter.log.dirs.threads':               config('INT',     null,        any),
  'controlled.shutdown.enable':                       config('BOOLEAN', true,        any),
  'controller.socket.timeout.ms':                     config('INT',     30_000,      any),
  'default.replication.factor':                       config('INT',     1,           any),
  'replica.lag.time.max.ms':                          config('LONG',    30_000,      any),
  'replica.socket.timeout.ms':                        config('INT',     30_000,      any),
  'replica.socket.receive.buffer.bytes':              config('INT',     65_536,      any),
  'replica.fetch.max.bytes':                          config('INT',     1_048_576,   atLeast(0)),
  'replica.fetch.wait.max.ms':                        config('INT',     500,         any),
  'replica.fetch.backoff.ms':                         config('INT',     1000,        atLeast(0)),
  'replica.fetch.min.bytes':                          config('INT',     1,           any),
  'replica.fetch.response.max.bytes':                 config('INT',     10_485_760,  atLeast(0)),
  'num.replica.fetchers':                             config('INT',     1,           atLeast(1), 'cluster-wide'),
  'replica.high.watermark.checkpoint.interval.ms':    config('LONG',    5000,        any),
  'fetch.purgatory.purge.interval.requests':          config('INT',     1000,        any),
  'producer.purgatory.purge.interval.requests':       config('INT',     1000,        any),
  'delete.records.purgatory.purge.interval.requests': config('INT',     1,           any),
  'auto.leader.rebalance.enable':                     config('BOOLEAN', true,        any),
  'leader.imbalance.check.interval.seconds':          config('LONG',    300,         atLeast(1)),
  'security.inter.broker.protocol':                   config('STRING',  'PLAINTEXT', oneOf('PLAINTEXT', 'SSL', 'SASL_PLAINTEXT', 'SASL_SSL')),
  'inter.broker.listener.name':                       config('STRING',  null,        any),
  'replica.selector.class':                           config('STRING',  null,        any),
  'share.fetch.purgatory.purge.interval.requests':    config('INT',     1000,        any),
} as const
