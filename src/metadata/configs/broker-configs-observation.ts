// Metrics, telemetry and quotas.

import { any, atLeast, config, listOf } from './definition.ts'

// oxfmt-ignore
export const observationConfigs = {
  'metrics.num.samples':                                  config('INT',    2,                         atLeast(1)),
  'metrics.sample.window.ms':                             config('LONG',   30_000,                    atLeast(1)),
  'metric.reporters':                                     config('LIST',   'org.apache.kafka.common.metrics.JmxReporter', listOf(), 'cluster-wide'),
  'metrics.recording.level':                              config('STRING', 'INFO',                    any),
  'kafka.metrics.reporters':                              config('LIST',   '',                        listOf()),
  'kafka.metrics.polling.interval.secs':                  config('INT',    10,                        atLeast(1)),
  'telemetry.max.bytes':                                  config('INT',    1_048_576,                 atLeast(1)),
  'quota.window.num':                                     config('INT',    11,                        atLeast(1)),
  'replication.quota.window.num':                         config('INT',    11,                        atLeast(1)),
  'alter.log.dirs.replication.quota.window.num':          config('INT',    11,                        atLeast(1)),
  'controller.quota.window.num':                          config('INT',    11,                        atLeast(1)),
  'quota.window.size.seconds':                            config('INT',    1,                         atLeast(1)),
  'replication.quota.window.size.seconds':                config('INT',    1,                         atLeast(1)),
  'alter.log.dirs.replication.quota.window.size.seconds': config('INT',    1,                         atLeast(1)),
  'controller.quota.window.size.seconds':                 config('INT',    1,                         atLeast(1)),
  'client.quota.callback.class':                          config('CLASS',  null,                      any),
} as const
