// Share groups (KIP-932) and their coordinator.

import { any, atLeast, between, config, someOf } from './definition.ts'

// oxfmt-ignore
export const shareConfigs = {
  'group.share.session.timeout.ms':                         config('INT',   45_000,      atLeast(1)),
  'group.share.min.session.timeout.ms':                     config('INT',   45_000,      atLeast(1)),
  'group.share.max.session.timeout.ms':                     config('INT',   60_000,      atLeast(1)),
  'group.share.heartbeat.interval.ms':                      config('INT',   5000,        atLeast(1)),
  'group.share.min.heartbeat.interval.ms':                  config('INT',   5000,        atLeast(1)),
  'group.share.max.heartbeat.interval.ms':                  config('INT',   15_000,      atLeast(1)),
  'group.share.max.size':                                   config('INT',   200,         between(1, 1000)),
  'group.share.assignors':                                  config('LIST',  'simple',    someOf()),
  'group.share.delivery.count.limit':                       config('INT',   5,           between(2, 10)),
  'group.share.record.lock.duration.ms':                    config('INT',   30_000,      between(1000, 3_600_000)),
  'group.share.min.record.lock.duration.ms':                config('INT',   15_000,      between(1000, 30_000)),
  'group.share.max.record.lock.duration.ms':                config('INT',   60_000,      between(30_000, 3_600_000)),
  'group.share.partition.max.record.locks':                 config('INT',   2000,        between(100, 10_000)),
  'group.share.max.share.sessions':                         config('INT',   2000,        atLeast(1)),
  'share.coordinator.state.topic.num.partitions':           config('INT',   50,          atLeast(1)),
  'share.coordinator.state.topic.replication.factor':       config('SHORT', 3,           atLeast(1)),
  'share.coordinator.state.topic.min.isr':                  config('SHORT', 2,           atLeast(1)),
  'share.coordinator.state.topic.segment.bytes':            config('INT',   104_857_600, atLeast(1)),
  'share.coordinator.threads':                              config('INT',   1,           atLeast(1)),
  'share.coordinator.snapshot.update.records.per.snapshot': config('INT',   500,         atLeast(0)),
  'share.coordinator.load.buffer.size':                     config('INT',   5_242_880,   atLeast(1)),
  'share.coordinator.state.topic.compression.codec':        config('INT',   0,           any),
  'share.coordinator.append.linger.ms':                     config('INT',   -1,          atLeast(-1)),
  'share.coordinator.write.timeout.ms':                     config('INT',   5000,        atLeast(1)),
} as const
