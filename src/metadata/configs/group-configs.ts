// The configs of a group.

import { atLeast, oneOf, resourceConfig, shareOffsetReset } from './definition.ts'

// oxfmt-ignore
export const groupConfigs = {
  'consumer.session.timeout.ms':        resourceConfig('INT',    45_000,             atLeast(1)),
  'consumer.heartbeat.interval.ms':     resourceConfig('INT',    5000,               atLeast(1)),
  'share.session.timeout.ms':           resourceConfig('INT',    45_000,             atLeast(1)),
  'share.heartbeat.interval.ms':        resourceConfig('INT',    5000,               atLeast(1)),
  'share.record.lock.duration.ms':      resourceConfig('INT',    30_000,             atLeast(1000)),
  'share.auto.offset.reset':            resourceConfig('STRING', 'latest',           shareOffsetReset),
  'share.isolation.level':              resourceConfig('STRING', 'read_uncommitted', oneOf('read_committed', 'read_uncommitted')),
  'streams.session.timeout.ms':         resourceConfig('INT',    45_000,             atLeast(1)),
  'streams.heartbeat.interval.ms':      resourceConfig('INT',    5000,               atLeast(1)),
  'streams.num.standby.replicas':       resourceConfig('INT',    0,                  atLeast(0)),
  'streams.initial.rebalance.delay.ms': resourceConfig('INT',    3000,               atLeast(0)),
} as const
