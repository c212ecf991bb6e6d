// Broker configs that are taken, and shown only where they are set: Kafka's internal ones, whose update mode has no
// meaning, and the rates that tools throttle replication by while partitions move (KIP-73).

import { any, atLeast, between, config, longMax } from './definition.ts'

// oxfmt-ignore
export const internalConfigs = {
  'remote.log.manager.task.retry.backoff.ms':              config('LONG',    500,                       atLeast(1)),
  'remote.log.manager.task.retry.backoff.max.ms':          config('LONG',    30_000,                    atLeast(1)),
  'remote.log.manager.task.retry.jitter':                  config('DOUBLE',  '0.2',                     between(0, 0.5)),
  'unstable.api.versions.enable':                          config('BOOLEAN', false,                     any),
  'unstable.feature.versions.enable':                      config('BOOLEAN', false,                     any),
  'controller.performance.sample.period.ms':               config('LONG',    60_000,                    atLeast(100)),
  'controller.performance.always.log.threshold.ms':        config('LONG',    2000,                      atLeast(0)),
  'server.max.startup.time.ms':                            config('LONG',    longMax,                   atLeast(0)),
  'internal.metadata.log.segment.bytes':                   config('INT',     null,                      any),
  'internal.metadata.max.batch.size.in.bytes':             config('INT',     8_388_608,                 any),
  'internal.metadata.max.fetch.size.in.bytes':             config('INT',     8_388_608,                 any),
  'internal.metadata.delete.delay.millis':                 config('LONG',    60_000,                    any),
  'unclean.leader.election.interval.ms':                   config('LONG',    300_000,                   atLeast(1)),
  'group.consumer.regex.refresh.interval.ms':              config('INT',     600_000,                   atLeast(10_000)),
  'group.share.initialize.retry.interval.ms':              config('INT',     30_000,                    atLeast(1)),
  'log.initial.task.delay.ms':                             config('LONG',    30_000,                    atLeast(0)),
  'group.share.enable':                                    config('BOOLEAN', false,                     any),
  'group.share.persister.class.name':                      config('STRING',  'org.apache.kafka.server.share.persister.DefaultStatePersister', any),
  'share.coordinator.state.topic.prune.interval.ms':       config('INT',     300_000,                   atLeast(1)),
  'share.coordinator.cold.partition.snapshot.interval.ms': config('INT',     300_000,                   atLeast(1)),
  'producer.id.expiration.check.interval.ms':              config('INT',     600_000,                   atLeast(1)),
  'leader.replication.throttled.rate':                     config('LONG',    null,                      atLeast(0),        'cluster-wide'),
  'follower.replication.throttled.rate':                   config('LONG',    null,                      atLeast(0),        'cluster-wide'),
  'replica.alter.log.dirs.io.max.bytes.per.second':        config('LONG',    null,                      atLeast(0),        'cluster-wide'),
} as const
