// Whether configs may be set on a resource: what Kafka's ControllerConfigurationValidator, LogConfig, GroupConfig,
// ClientMetricsConfigs and DynamicBrokerConfig say of them, in their words.

import { type Refusal, refusal } from '../decision.ts'
import type { Configs } from '../image.ts'
import { topicNameFault } from '../topic-name.ts'
import type { BrokerConfig } from './broker-config.ts'
import type { ConfigDefinition } from './definition.ts'
import {
  baseName,
  brokerConfig,
  type BrokerConfigName,
  clientMetricsConfigs,
  groupConfigs,
  type GroupConfigName,
  isListenerConfig,
  topicConfigs,
} from './tables.ts'
import { TopicConfig } from './topic-config.ts'
import { parseValue } from './value.ts'

const invalidConfig = (message: string) => refusal('INVALID_CONFIG', message)
const invalidRequest = (message: string) => refusal('INVALID_REQUEST', message)

/** All configs that a topic would then have. */
export function topicConfigsFault(own: Configs, config: BrokerConfig): Refusal | undefined {
  for (const name of own.keys()) if (!topicConfigs.has(name)) return invalidConfig(`Unknown topic config name: ${name}`)
  const fault = valueFault(own, topicConfigs)
  if (fault !== undefined) return invalidConfig(fault)
  const topic = new TopicConfig(own, config)
  const min = topic.number('min.compaction.lag.ms'),
    max = topic.number('max.compaction.lag.ms')
  if (min > max)
    return invalidConfig(
      `conflict topic config setting min.compaction.lag.ms (${topic.text('min.compaction.lag.ms')}) > ` +
        `max.compaction.lag.ms (${topic.text('max.compaction.lag.ms')})`,
    )
  if (topic.boolean('remote.storage.enable'))
    return invalidConfig(
      'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.',
    )
  return undefined
}

export function topicResourceFault(name: string): Refusal | undefined {
  if (name === '') return invalidRequest('Default topic resources are not allowed.')
  const fault = topicNameFault(name)
  return fault === undefined ? undefined : refusal('INVALID_TOPIC_EXCEPTION', fault)
}

const groupRanges: readonly (readonly [GroupConfigName, BrokerConfigName | undefined, BrokerConfigName | undefined])[] =
  [
    ...ranges('consumer.heartbeat.interval.ms', 'group.consumer.min', 'group.consumer.max'),
    ...ranges('consumer.session.timeout.ms', 'group.consumer.min', 'group.consumer.max'),
    ...ranges('share.heartbeat.interval.ms', 'group.share.min', 'group.share.max'),
    ...ranges('share.session.timeout.ms', 'group.share.min', 'group.share.max'),
    ...ranges('share.record.lock.duration.ms', 'group.share.min', 'group.share.max'),
    ...ranges('streams.heartbeat.interval.ms', 'group.streams.min', 'group.streams.max'),
    ...ranges('streams.session.timeout.ms', 'group.streams.min', 'group.streams.max'),
    ['streams.num.standby.replicas', undefined, 'group.streams.max.standby.replicas'],
  ]
/** The bounds of a group's config are named as it is, below another prefix. */
function ranges(name: GroupConfigName, min: string, max: string) {
  const rest = name.slice(name.indexOf('.'))
  return [[name, min + rest, max + rest]] as [GroupConfigName, BrokerConfigName, BrokerConfigName][]
}

export function groupConfigsFault(group: string, own: Configs, config: BrokerConfig): Refusal | undefined {
  if (group === '') return invalidRequest('Default group resources are not allowed.')
  for (const name of own.keys()) if (!groupConfigs.has(name)) return invalidConfig(`Unknown group config name: ${name}`)
  const fault = valueFault(own, groupConfigs)
  if (fault !== undefined) return invalidConfig(fault)
  for (const [name, min, max] of groupRanges) {
    const text = own.get(name)
    if (text === undefined) continue
    const value = Number(text.trim())
    if (min !== undefined && value < config.number(min))
      return invalidConfig(`${name} must be greater than or equal to ${min}`)
    if (max !== undefined && value > config.number(max))
      return invalidConfig(`${name} must be less than or equal to ${max}`)
  }
  return undefined
}

const intervalMsMin = 100
const intervalMsMax = 3_600_000
const matchNames = [
  'client_instance_id',
  'client_id',
  'client_software_name',
  'client_software_version',
  'client_source_address',
  'client_source_port',
]
export function clientMetricsConfigsFault(subscription: string, own: Configs): Refusal | undefined {
  if (subscription === '') return invalidRequest("Subscription name can't be empty")
  for (const name of own.keys())
    if (!clientMetricsConfigs.has(name)) return invalidRequest(`Unknown client metrics configuration: ${name}`)
  const fault = valueFault(own, clientMetricsConfigs)
  if (fault !== undefined) return invalidConfig(fault)
  const interval = own.get('interval.ms')
  if (interval !== undefined && (Number(interval) < intervalMsMin || Number(interval) > intervalMsMax))
    return invalidRequest(
      `Invalid value ${Number(interval)} for interval.ms, interval must be between 100 and 3600000 (1 hour)`,
    )
  for (const pattern of own.get('match')?.split(/\s*,\s*/) ?? []) {
    const [name, value, more] = pattern.split('=')
    if (pattern !== '' && (!matchNames.includes(name!.trim()) || value === undefined || more !== undefined))
      return invalidConfig(`Illegal client matching pattern: ${pattern}`)
  }
  return undefined
}

/** TLS key material is a listener's: these can be changed below the prefix of a listener only. */
const listenerOnly = [
  'ssl.keystore.type',
  'ssl.keystore.location',
  'ssl.keystore.password',
  'ssl.key.password',
  'ssl.keystore.key',
  'ssl.keystore.certificate.chain',
  'ssl.truststore.type',
  'ssl.truststore.location',
  'ssl.truststore.password',
  'ssl.truststore.certificates',
]
/** All that would be set for one broker (`id`), or by default for all of them (''). */
export function brokerConfigsFault(id: string, own: Configs): Refusal | undefined {
  if (id !== '' && !/^\d+$/.test(id)) return invalidRequest(`Node id must be an integer, but it is: ${id}`)
  const names = [...own.keys()]
  const fault =
    complaint(
      'Cannot update these configs dynamically',
      names.filter(name => brokerConfig(name)?.update === 'read-only'),
    ) ??
    complaint(
      'These security configs can be dynamically updated only per-listener using the listener prefix',
      names.filter(name => listenerOnly.includes(name)),
      'HashSet',
    ) ??
    valueFault(own, { get: brokerConfig }) ??
    (id === ''
      ? complaint(
          'Cannot update these configs at default cluster level, broker id must be specified',
          names.filter(name => brokerConfig(baseName(name))?.update === 'per-broker' || isListenerConfig(name)),
        )
      : undefined)
  return fault === undefined ? undefined : invalidRequest(fault)
}
/** Sets are written as Kafka's Scala writes them: by their class, which depends on their size or origin. */
function complaint(what: string, names: readonly string[], set = names.length > 4 ? 'HashSet' : 'Set') {
  return names.length > 0 ? `${what}: ${set}(${names.join(', ')})` : undefined
}

function valueFault(
  own: Configs,
  definitions: { get(name: string): ConfigDefinition | undefined },
): string | undefined {
  for (const [name, text] of own) {
    const definition = definitions.get(name)
    const fault = definition && parseValue(name, definition, text).fault
    if (fault !== undefined) return fault
  }
  return undefined
}
