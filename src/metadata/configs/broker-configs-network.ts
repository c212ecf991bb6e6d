// Listeners, connections, requests: what stands between a socket and a handler.

import { any, atLeast, config, intMax, listOf, someOf } from './definition.ts'

// oxfmt-ignore
export const networkConfigs = {
  'broker.id':                                 config('INT',    -1,                        any),
  'num.io.threads':                            config('INT',    8,                         atLeast(1), 'cluster-wide'),
  'background.threads':                        config('INT',    10,                        atLeast(1), 'cluster-wide'),
  'request.timeout.ms':                        config('INT',    30_000,                    any),
  'socket.connection.setup.timeout.ms':        config('LONG',   10_000,                    any),
  'socket.connection.setup.timeout.max.ms':    config('LONG',   30_000,                    any),
  'config.providers':                          config('LIST',   '',                        listOf(),   'cluster-wide'),
  'early.start.listeners':                     config('LIST',   null,                      listOf()),
  'broker.rack':                               config('STRING', null,                      any),
  'max.incremental.fetch.session.cache.slots': config('INT',    1000,                      atLeast(0)),
  'fetch.max.bytes':                           config('INT',    57_671_680,                atLeast(1024)),
  'max.request.partition.size.limit':          config('INT',    2000,                      atLeast(1)),
  'listeners':                                 config('LIST',   'PLAINTEXT://:9092',       someOf(),   'per-broker'),
  'advertised.listeners':                      config('LIST',   null,                      someOf()),
  'listener.security.protocol.map':            config('STRING', 'SASL_SSL:SASL_SSL,PLAINTEXT:PLAINTEXT,SSL:SSL,SASL_PLAINTEXT:SASL_PLAINTEXT', any,        'per-broker'),
  'socket.send.buffer.bytes':                  config('INT',    102_400,                   any),
  'socket.receive.buffer.bytes':               config('INT',    102_400,                   any),
  'socket.request.max.bytes':                  config('INT',    104_857_600,               atLeast(1)),
  'socket.listen.backlog.size':                config('INT',    50,                        atLeast(1)),
  'max.connections.per.ip':                    config('INT',    intMax,                    atLeast(0), 'cluster-wide'),
  'max.connections.per.ip.overrides':          config('STRING', '',                        any,        'cluster-wide'),
  'max.connections':                           config('INT',    intMax,                    atLeast(0), 'cluster-wide'),
  'max.connection.creation.rate':              config('INT',    intMax,                    atLeast(0), 'cluster-wide'),
  'connections.max.idle.ms':                   config('LONG',   600_000,                   any),
  'connection.failed.authentication.delay.ms': config('INT',    100,                       atLeast(0)),
  'queued.max.requests':                       config('INT',    500,                       atLeast(1)),
  'queued.max.request.bytes':                  config('LONG',   -1,                        any),
  'num.network.threads':                       config('INT',    3,                         atLeast(1), 'cluster-wide'),
  'connections.max.reauth.ms':                 config('LONG',   0,                         any),
} as const
