// Configs as DescribeConfigs shows them: the value, where it comes from, and everything weaker that stands behind it. The
// rules are Kafka's ConfigHelper, so that tools print the same.

import type { Configs } from '../image.ts'
import type { BrokerConfig } from './broker-config.ts'
import type { ConfigType } from './definition.ts'
import { brokerDocumentation, groupDocumentation, topicDocumentation } from './documentation.ts'
import {
  brokerConfig,
  brokerConfigs,
  brokerSynonyms,
  clientMetricsConfigs,
  groupConfigs,
  type GroupConfigName,
  groupSynonyms,
  isInternalConfig,
  type TopicConfigName,
  topicConfigs,
  topicSynonyms,
} from './tables.ts'
import { topicConfigText } from './topic-config.ts'
import { canonical } from './value.ts'

/** Kafka's ConfigSource, with its numbers. */
export const configSources = {
  UNKNOWN: 0,
  DYNAMIC_TOPIC_CONFIG: 1,
  DYNAMIC_BROKER_CONFIG: 2,
  DYNAMIC_DEFAULT_BROKER_CONFIG: 3,
  STATIC_BROKER_CONFIG: 4,
  DEFAULT_CONFIG: 5,
  DYNAMIC_BROKER_LOGGER_CONFIG: 6,
  CLIENT_METRICS_CONFIG: 7,
  GROUP_CONFIG: 8,
} as const
export type ConfigSource = keyof typeof configSources

/** Kafka's DescribeConfigsResponse.ConfigType, with its numbers. */
export const configTypes: Readonly<Record<ConfigType | 'UNKNOWN', number>> = {
  UNKNOWN: 0,
  BOOLEAN: 1,
  STRING: 2,
  INT: 3,
  SHORT: 4,
  LONG: 5,
  DOUBLE: 6,
  LIST: 7,
  CLASS: 8,
  PASSWORD: 9,
}

export interface ConfigSynonym {
  readonly name: string
  readonly value: string | null
  readonly source: ConfigSource
}
export interface DescribedConfig {
  readonly name: string
  /** null: none, or not to be shown. */
  readonly value: string | null
  readonly type: ConfigType | 'UNKNOWN'
  readonly source: ConfigSource
  readonly readOnly: boolean
  readonly sensitive: boolean
  /** The strongest first; the first is the value itself where it is not a built-in default. */
  readonly synonyms: readonly ConfigSynonym[]
  readonly documentation: string | undefined
}

/** All configs of a topic, by name. */
export function describeTopicConfigs(own: Configs, config: BrokerConfig): DescribedConfig[] {
  return shown(topicConfigs.keys(), own).map(name => {
    const { type } = topicConfigs.get(name)!
    const value = topicConfigText(name as TopicConfigName, own, config)
    const behind = topicSynonyms[name]?.[0]?.name
    const synonyms = behind === undefined ? [] : synonymsOf(behind, config)
    if (own.has(name)) synonyms.unshift({ name, value, source: 'DYNAMIC_TOPIC_CONFIG' })
    return described({ name, value, type, synonyms, documentation: topicDocumentation[name] })
  })
}

/** All configs of a broker, those too that it was given and that Kafka does not know. */
export function describeBrokerConfigs(config: BrokerConfig): DescribedConfig[] {
  const given = new Set(config.layers.flatMap(({ values }) => [...values.keys()]))
  return shown(new Set([...brokerConfigs.keys(), ...given]), given).map(name => brokerEntry(name, config))
}
/** What is set for all brokers by default, and nothing else. */
export function describeDefaultBrokerConfigs(config: BrokerConfig): DescribedConfig[] {
  const layer = config.layers.find(({ source }) => source === 'DYNAMIC_DEFAULT_BROKER_CONFIG')
  return shown(layer?.values.keys() ?? [], layer?.values).map(name => {
    const entry = brokerEntry(name, config)
    const synonyms = entry.synonyms.filter(({ source }) => source === 'DYNAMIC_DEFAULT_BROKER_CONFIG')
    const text = layer!.values.get(name)!
    const value = entry.sensitive ? null : canonical(entry.type === 'UNKNOWN' ? 'STRING' : entry.type, text)
    return { ...entry, value, synonyms, source: synonyms[0]?.source ?? 'DEFAULT_CONFIG' }
  })
}
function brokerEntry(name: string, config: BrokerConfig): DescribedConfig {
  const definition = brokerConfig(name)
  const readOnly =
    definition === undefined || !brokerConfigs.has(name) || isInternalConfig(name) || definition.update === 'read-only'
  return {
    ...described({
      name,
      value: config.text(name),
      type: definition?.type ?? 'UNKNOWN',
      synonyms: synonymsOf(name, config),
      documentation: brokerDocumentation[name],
    }),
    readOnly,
  }
}

/** All configs of a group. */
export function describeGroupConfigs(own: Configs, config: BrokerConfig): DescribedConfig[] {
  return shown(groupConfigs.keys()).map(name => {
    const { type, default: initial } = groupConfigs.get(name)!
    const behind = groupSynonyms[name as GroupConfigName]
    const fallback = (behind === undefined ? initial : config.text(behind)) ?? initial
    const set = own.get(name)
    const value = set === undefined ? fallback : canonical(type, set)
    const synonyms: ConfigSynonym[] = [
      set === undefined ? { name, value: initial, source: 'DEFAULT_CONFIG' } : { name, value, source: 'GROUP_CONFIG' },
    ]
    return described({ name, value, type, synonyms, documentation: groupDocumentation[name] })
  })
}

/** All configs of a subscription to client metrics. */
export function describeClientMetricsConfigs(own: Configs): DescribedConfig[] {
  return shown(clientMetricsConfigs.keys()).map(name => {
    const { type, default: initial } = clientMetricsConfigs.get(name)!
    const set = own.get(name)
    const value = set === undefined ? initial : canonical(type, set)
    const synonyms: ConfigSynonym[] = set === undefined ? [] : [{ name, value, source: 'CLIENT_METRICS_CONFIG' }]
    return described({ name, value, type, synonyms, documentation: undefined })
  })
}

/** In the order of their names; of the internal ones those that were set. */
function shown(names: Iterable<string>, set?: { has(name: string): boolean }): string[] {
  return [...names].filter(name => !isInternalConfig(name) || set?.has(name)).sort()
}

function described({
  name,
  value,
  type,
  synonyms,
  documentation,
}: Pick<DescribedConfig, 'name' | 'value' | 'type' | 'synonyms' | 'documentation'>): DescribedConfig {
  // What is not known may be a secret of somebody's.
  const sensitive = type === 'PASSWORD' || type === 'UNKNOWN'
  return {
    name,
    value: sensitive ? null : value,
    type,
    source: synonyms[0]?.source ?? 'DEFAULT_CONFIG',
    readOnly: false,
    sensitive,
    synonyms: sensitive ? synonyms.map(synonym => ({ ...synonym, value: null })) : synonyms,
    documentation,
  }
}

/** Everything that a broker's config could be taken from, the strongest first, beginning with its own name. */
function synonymsOf(name: string, config: BrokerConfig): ConfigSynonym[] {
  const names = brokerSynonyms(name)
  const all: ConfigSynonym[] = config.layers.flatMap(({ source, values }) =>
    names.flatMap(name => {
      const value = values.get(name)
      return value === undefined ? [] : [{ name, value, source }]
    }),
  )
  for (const name of names) {
    const initial = brokerConfigs.get(name)?.default
    if (initial !== undefined && initial !== null) all.push({ name, value: initial, source: 'DEFAULT_CONFIG' })
  }
  const own = all.findIndex(synonym => synonym.name === name)
  return own === -1 ? [] : all.slice(own)
}
