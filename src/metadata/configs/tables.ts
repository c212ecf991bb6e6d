// All configs by what they belong to, and which of a broker's configs stand behind a topic's or a group's.

import { groupConfigs as groupCoordinatorConfigs } from './broker-configs-group.ts'
import { internalConfigs } from './broker-configs-internal.ts'
import { logConfigs } from './broker-configs-log.ts'
import { networkConfigs } from './broker-configs-network.ts'
import { observationConfigs } from './broker-configs-observation.ts'
import { quorumConfigs } from './broker-configs-quorum.ts'
import { remoteConfigs } from './broker-configs-remote.ts'
import { replicationConfigs } from './broker-configs-replication.ts'
import { saslConfigs } from './broker-configs-sasl.ts'
import { securityConfigs } from './broker-configs-security.ts'
import { shareConfigs } from './broker-configs-share.ts'
import { transactionConfigs } from './broker-configs-transaction.ts'
import { clientMetricsConfigs as clientMetricsTable } from './client-metrics-configs.ts'
import type { ConfigDefinition } from './definition.ts'
import { groupConfigs as groupTable } from './group-configs.ts'
import { topicConfigs as topicTable } from './topic-configs.ts'

const brokerTable = {
  ...networkConfigs,
  ...logConfigs,
  ...replicationConfigs,
  ...groupCoordinatorConfigs,
  ...transactionConfigs,
  ...shareConfigs,
  ...observationConfigs,
  ...securityConfigs,
  ...saslConfigs,
  ...quorumConfigs,
  ...remoteConfigs,
  ...internalConfigs,
}
export type BrokerConfigName = keyof typeof brokerTable
export type TopicConfigName = keyof typeof topicTable
export type GroupConfigName = keyof typeof groupTable

type Table<Name extends string = string> = ReadonlyMap<Name, ConfigDefinition>
const table = <Name extends string>(rows: Record<Name, ConfigDefinition>): Table<string> =>
  new Map(Object.entries<ConfigDefinition>(rows))

export const brokerConfigs = table(brokerTable)
export const topicConfigs = table(topicTable)
export const groupConfigs = table(groupTable)
export const clientMetricsConfigs = table(clientMetricsTable)

const internal: ReadonlySet<string> = new Set([...Object.keys(internalConfigs), 'internal.segment.bytes'])
/** Whether it can be set, and is not shown. */
export function isInternalConfig(name: string): boolean {
  return internal.has(name)
}

const hourMs = 3_600_000
const minuteMs = 60_000
export interface Synonym {
  readonly name: BrokerConfigName
  /** What a value of the broker's config is multiplied by to be one of the topic's. */
  readonly factor: number
}
const same = (name: BrokerConfigName): readonly Synonym[] => [{ name, factor: 1 }]

/** The broker's configs that stand behind a topic's: the first that is set is the topic's default. */
// oxfmt-ignore
export const topicSynonyms: Readonly<Partial<Record<string, readonly Synonym[]>>> = {
  'segment.bytes':                   same('log.segment.bytes'),
  'segment.ms':                      [{ name: 'log.roll.ms', factor: 1 }, { name: 'log.roll.hours', factor: hourMs }],
  'segment.jitter.ms':               [{ name: 'log.roll.jitter.ms', factor: 1 }, { name: 'log.roll.jitter.hours', factor: hourMs }],
  'segment.index.bytes':             same('log.index.size.max.bytes'),
  'flush.messages':                  same('log.flush.interval.messages'),
  'flush.ms':                        [{ name: 'log.flush.interval.ms', factor: 1 }, { name: 'log.flush.scheduler.interval.ms', factor: 1 }],
  'retention.bytes':                 same('log.retention.bytes'),
  'retention.ms':                    [{ name: 'log.retention.ms', factor: 1 }, { name: 'log.retention.minutes', factor: minuteMs }, { name: 'log.retention.hours', factor: hourMs }],
  'max.message.bytes':               same('message.max.bytes'),
  'index.interval.bytes':            same('log.index.interval.bytes'),
  'delete.retention.ms':             same('log.cleaner.delete.retention.ms'),
  'min.compaction.lag.ms':           same('log.cleaner.min.compaction.lag.ms'),
  'max.compaction.lag.ms':           same('log.cleaner.max.compaction.lag.ms'),
  'file.delete.delay.ms':            same('log.segment.delete.delay.ms'),
  'min.cleanable.dirty.ratio':       same('log.cleaner.min.cleanable.ratio'),
  'cleanup.policy':                  same('log.cleanup.policy'),
  'unclean.leader.election.enable':  same('unclean.leader.election.enable'),
  'min.insync.replicas':             same('min.insync.replicas'),
  'compression.type':                same('compression.type'),
  'compression.gzip.level':          same('compression.gzip.level'),
  'compression.lz4.level':           same('compression.lz4.level'),
  'compression.zstd.level':          same('compression.zstd.level'),
  'preallocate':                     same('log.preallocate'),
  'message.timestamp.type':          same('log.message.timestamp.type'),
  'message.timestamp.before.max.ms': same('log.message.timestamp.before.max.ms'),
  'message.timestamp.after.max.ms':  same('log.message.timestamp.after.max.ms'),
  'local.retention.ms':              same('log.local.retention.ms'),
  'local.retention.bytes':           same('log.local.retention.bytes'),
}

/** The broker's config that is the default of a group's. */
// oxfmt-ignore
export const groupSynonyms: Readonly<Record<GroupConfigName, BrokerConfigName | undefined>> = {
  'consumer.session.timeout.ms':        'group.consumer.session.timeout.ms',
  'consumer.heartbeat.interval.ms':     'group.consumer.heartbeat.interval.ms',
  'share.session.timeout.ms':           'group.share.session.timeout.ms',
  'share.heartbeat.interval.ms':        'group.share.heartbeat.interval.ms',
  'share.record.lock.duration.ms':      'group.share.record.lock.duration.ms',
  'share.auto.offset.reset':            undefined,
  'share.isolation.level':              undefined,
  'streams.session.timeout.ms':         'group.streams.session.timeout.ms',
  'streams.heartbeat.interval.ms':      'group.streams.heartbeat.interval.ms',
  'streams.num.standby.replicas':       'group.streams.num.standby.replicas',
  'streams.initial.rebalance.delay.ms': 'group.streams.initial.rebalance.delay.ms',
}
/** Configs of a broker that are one thing in several units: the first that is set counts. */
const chains: readonly (readonly BrokerConfigName[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
]
const listenerPrefix = /^listener\.name\.[^.]*\.(.*)$/
/** Configs that a listener sets for one SASL mechanism: listener.name.<listener>.<mechanism>.<config>. */
const mechanismConfigs = [
  'sasl.jaas.config',
  'sasl.login.callback.handler.class',
  'sasl.login.class',
  'sasl.server.callback.handler.class',
  'connections.max.reauth.ms',
]
/** Under which names a broker's config may be set, the strongest first. */
export function brokerSynonyms(name: string): readonly string[] {
  if (name === 'log.flush.interval.ms') return [name, 'log.flush.scheduler.interval.ms']
  const base = baseName(name)
  if (base !== name) return [name, base]
  return chains.find(chain => (chain as readonly string[]).includes(name)) ?? [name]
}
/** Without the prefix of a listener. */
export function baseName(name: string): string {
  const base = listenerPrefix.exec(name)?.[1]
  return base === undefined ? name : (mechanismConfigs.find(config => base.endsWith(config)) ?? base)
}
export function isListenerConfig(name: string): boolean {
  return listenerPrefix.test(name)
}
/** What is known of a broker's config, also under the prefix of a listener. */
export function brokerConfig(name: string): ConfigDefinition | undefined {
  return brokerConfigs.get(name) ?? brokerConfigs.get(baseName(name))
}
