// Tiered storage (KIP-405).

import { any, atLeast, config, longMax, notEmpty } from './definition.ts'

// oxfmt-ignore
export const remoteConfigs = {
  'remote.log.storage.system.enable':                   config('BOOLEAN', false,                     any),
  'remote.log.storage.manager.impl.prefix':             config('STRING',  'rsm.config.',             notEmpty),
  'remote.log.metadata.manager.impl.prefix':            config('STRING',  'rlmm.config.',            notEmpty),
  'remote.log.storage.manager.class.name':              config('STRING',  null,                      notEmpty),
  'remote.log.storage.manager.class.path':              config('STRING',  null,                      any),
  'remote.log.metadata.manager.class.name':             config('STRING',  'org.apache.kafka.server.log.remote.metadata.storage.TopicBasedRemoteLogMetadataManager', notEmpty),
  'remote.log.metadata.manager.class.path':             config('STRING',  null,                      any),
  'remote.log.metadata.manager.listener.name':          config('STRING',  null,                      notEmpty),
  'remote.log.metadata.custom.metadata.max.bytes':      config('INT',     128,                       atLeast(0)),
  'remote.log.index.file.cache.total.size.bytes':       config('LONG',    1_073_741_824,             atLeast(1),  'cluster-wide'),
  'remote.log.manager.thread.pool.size':                config('INT',     2,                         atLeast(1)),
  'remote.log.manager.copier.thread.pool.size':         config('INT',     10,                        atLeast(1),  'cluster-wide'),
  'remote.log.manager.expiration.thread.pool.size':     config('INT',     10,                        atLeast(1),  'cluster-wide'),
  'remote.log.manager.follower.thread.pool.size':       config('INT',     2,                         atLeast(1),  'cluster-wide'),
  'remote.log.manager.task.interval.ms':                config('LONG',    30_000,                    atLeast(1)),
  'remote.log.reader.threads':                          config('INT',     10,                        atLeast(1),  'cluster-wide'),
  'remote.log.reader.max.pending.tasks':                config('INT',     100,                       atLeast(1)),
  'log.local.retention.ms':                             config('LONG',    -2,                        atLeast(-2), 'cluster-wide'),
  'log.local.retention.bytes':                          config('LONG',    -2,                        atLeast(-2), 'cluster-wide'),
  'remote.log.manager.copy.max.bytes.per.second':       config('LONG',    longMax,                   atLeast(1),  'cluster-wide'),
  'remote.log.manager.copy.quota.window.num':           config('INT',     11,                        atLeast(1)),
  'remote.log.manager.copy.quota.window.size.seconds':  config('INT',     1,                         atLeast(1)),
  'remote.log.manager.fetch.max.bytes.per.second':      config('LONG',    longMax,                   atLeast(1),  'cluster-wide'),
  'remote.log.manager.fetch.quota.window.num':          config('INT',     11,                        atLeast(1)),
  'remote.log.manager.fetch.quota.window.size.seconds': config('INT',     1,                         atLeast(1)),
  'remote.fetch.max.wait.ms':                           config('INT',     500,                       atLeast(1),  'cluster-wide'),
  'remote.list.offsets.request.timeout.ms':             config('LONG',    30_000,                    atLeast(1),  'cluster-wide'),
} as const
