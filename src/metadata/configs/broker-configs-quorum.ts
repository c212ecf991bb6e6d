// The controller quorum (KRaft), which a Millrace broker does not have: its metadata log is another (metadata-log.ts).

import { any, atLeast, config, listOf, someOf } from './definition.ts'

// oxfmt-ignore
export const quorumConfigs = {
  'process.roles':                                   config('LIST',    null,          someOf('broker', 'controller')),
  'node.id':                                         config('INT',     null,          atLeast(0)),
  'initial.broker.registration.timeout.ms':          config('INT',     60_000,        any),
  'broker.heartbeat.interval.ms':                    config('INT',     2000,          any),
  'broker.session.timeout.ms':                       config('INT',     9000,          any),
  'controller.listener.names':                       config('LIST',    null,          someOf()),
  'sasl.mechanism.controller.protocol':              config('STRING',  'GSSAPI',      any),
  'metadata.log.max.record.bytes.between.snapshots': config('LONG',    20_971_520,    atLeast(1)),
  'metadata.log.max.snapshot.interval.ms':           config('LONG',    3_600_000,     atLeast(0)),
  'metadata.log.dir':                                config('STRING',  null,          any),
  'metadata.log.segment.bytes':                      config('INT',     1_073_741_824, atLeast(8_388_608)),
  'metadata.log.segment.ms':                         config('LONG',    604_800_000,   any),
  'metadata.max.retention.bytes':                    config('LONG',    104_857_600,   any),
  'metadata.max.retention.ms':                       config('LONG',    604_800_000,   any),
  'metadata.max.idle.interval.ms':                   config('INT',     500,           atLeast(0)),
  'controller.quorum.voters':                        config('LIST',    '',            listOf()),
  'controller.quorum.bootstrap.servers':             config('LIST',    '',            listOf()),
  'controller.quorum.election.timeout.ms':           config('INT',     1000,          atLeast(0)),
  'controller.quorum.fetch.timeout.ms':              config('INT',     2000,          atLeast(0)),
  'controller.quorum.election.backoff.max.ms':       config('INT',     1000,          atLeast(0)),
  'controller.quorum.append.linger.ms':              config('INT',     25,            atLeast(0)),
  'controller.quorum.request.timeout.ms':            config('INT',     2000,          atLeast(0)),
  'controller.quorum.retry.backoff.ms':              config('INT',     20,            atLeast(0)),
  'controller.quorum.auto.join.enable':              config('BOOLEAN', false,         any),
} as const
