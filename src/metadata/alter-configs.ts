// Configs are changed: key by key (KIP-339, incremental), or all of a resource's replaced (the older AlterConfigs). A
// resource is changed as a whole or not at all.

import type { BrokerConfig } from './configs/broker-config.ts'
import type { ConfigDefinition } from './configs/definition.ts'
import { brokerConfig, clientMetricsConfigs, groupConfigs, topicConfigs } from './configs/tables.ts'
import {
  brokerConfigsFault,
  clientMetricsConfigsFault,
  groupConfigsFault,
  topicConfigsFault,
  topicResourceFault,
} from './configs/validate.ts'
import { type Decision, isRefusal, type Refusal, refusal, type Result } from './decision.ts'
import { type ClusterImage, type Configs, configsOf } from './image.ts'
import type { ConfigResourceType, MetadataRecord } from './records.ts'

export type ConfigOperation = 'SET' | 'DELETE' | 'APPEND' | 'SUBTRACT'
export interface ConfigAlteration {
  readonly name: string
  readonly operation: ConfigOperation
  readonly value: string | null
}
export interface AlteredResource {
  readonly type: ConfigResourceType
  readonly name: string
  /** 'replace': what is not named is unset. Each alteration is then a SET. */
  readonly mode: 'incremental' | 'replace'
  readonly configs: readonly ConfigAlteration[]
}
export type AlterConfigsOutcome = Pick<AlteredResource, 'type' | 'name'> & Result
export interface AlterConfigsOptions {
  readonly config: BrokerConfig
  /** The broker that was asked: it changes its own configs and those of all, not another's. */
  readonly nodeId: number
  readonly validateOnly?: boolean
  /** Why that broker could not go on with these; `name` is '' for those of all brokers. */
  readonly brokerFault?: (name: string, after: Configs, changed: readonly string[]) => string | undefined
}

/** Kafka's Short.MAX_VALUE, the longest string of its older protocol versions. */
const valueLengthMax = 32_767

export function alterConfigs(
  image: ClusterImage,
  resources: readonly AlteredResource[],
  options: AlterConfigsOptions,
): Decision<readonly AlterConfigsOutcome[]> {
  const keys = resources.map(({ type, name }) => `${type} ${name}`)
  const records: MetadataRecord[] = []
  const outcome = resources.map((resource, index): AlterConfigsOutcome => {
    const { type, name } = resource
    const twice = keys.indexOf(keys[index]!) !== keys.lastIndexOf(keys[index]!)
    const altered = twice
      ? refusal('INVALID_REQUEST', 'Each resource must appear at most once.')
      : alterResource(image, resource, options)
    if (isRefusal(altered)) return { type, name, ...altered }
    records.push(...altered)
    return { type, name, error: 'NONE' }
  })
  return { records: options.validateOnly ? [] : records, outcome }
}

function alterResource(
  image: ClusterImage,
  resource: AlteredResource,
  { config, nodeId, brokerFault }: AlterConfigsOptions,
): MetadataRecord[] | Refusal {
  const { type, name, configs } = resource
  const names = configs.map(alteration => alteration.name)
  if (new Set(names).size !== names.length) return refusal('INVALID_REQUEST', 'Error due to duplicate config keys')
  const nulls = configs.filter(({ operation, value }) => operation !== 'DELETE' && value === null)
  if (nulls.length > 0)
    return refusal('INVALID_REQUEST', `Null value not supported for : ${nulls.map(each => each.name).join(', ')}`)
  if (type === 'BROKER' && name !== '' && Number(name) !== nodeId)
    return refusal(
      'INVALID_REQUEST',
      /^-?\d+$/.test(name)
        ? `Unexpected broker id, expected ${nodeId}, but received ${name}`
        : `Node id must be an integer, but it is: ${name}`,
    )

  const before = configsOf(image, type, name)
  const after = altered(resource, before)
  if (isRefusal(after)) return after
  const fault = resourceFault(image, resource, after, config)
  if (fault !== undefined) return fault

  const changed = [...new Set([...before.keys(), ...after.keys()])].filter(key => before.get(key) !== after.get(key))
  const unusable = type === 'BROKER' ? brokerFault?.(name, after, changed) : undefined
  if (unusable !== undefined) return refusal('INVALID_REQUEST', unusable)
  return changed.map(key => ({ type: 'configChanged', resource: type, name, key, value: after.get(key) ?? null }))
}

/** What is set afterwards. */
function altered({ type, mode, configs }: AlteredResource, before: Configs): Configs | Refusal {
  const after = new Map(mode === 'replace' ? [] : before)
  for (const { name, operation, value } of configs) {
    if (operation === 'DELETE') after.delete(name)
    else if (operation === 'SET') after.set(name, value!)
    else {
      const list = changedList(type, { name, operation, value }, before)
      if (typeof list !== 'string') return list
      after.set(name, list)
    }
    if ((after.get(name)?.length ?? 0) > valueLengthMax)
      return refusal(
        'INVALID_CONFIG',
        `The configuration value cannot be added because it exceeds the maximum value size of ${valueLengthMax} bytes.`,
      )
  }
  return after
}
function changedList(
  type: ConfigResourceType,
  { name, operation, value }: ConfigAlteration,
  before: Configs,
): string | Refusal {
  const definition = definitionOf(type, name)
  if (definition?.type !== 'LIST')
    return refusal(
      'INVALID_CONFIG',
      type !== 'BROKER'
        ? `Can't ${operation} to key ${name} because its type is not LIST.`
        : definition === undefined
          ? `Unknown config name: ${name}`
          : `Config value ${operation.toLowerCase()} is not allowed for config key: ${name}`,
    )
  const old = (before.get(name) ?? definition.default ?? '').split(',').filter(Boolean)
  const given = value!.split(',')
  return (
    operation === 'APPEND'
      ? [...old, ...given.filter(item => !old.includes(item))]
      : old.filter(item => !given.includes(item))
  ).join(',')
}
function definitionOf(type: ConfigResourceType, name: string): ConfigDefinition | undefined {
  switch (type) {
    case 'TOPIC':
      return topicConfigs.get(name)
    case 'BROKER':
      return brokerConfig(name)
    case 'GROUP':
      return groupConfigs.get(name)
    case 'CLIENT_METRICS':
      return clientMetricsConfigs.get(name)
  }
}

function resourceFault(
  image: ClusterImage,
  { type, name }: AlteredResource,
  after: Configs,
  config: BrokerConfig,
): Refusal | undefined {
  switch (type) {
    case 'TOPIC':
      return (
        topicResourceFault(name) ??
        topicConfigsFault(after, config) ??
        (image.topics.has(name)
          ? undefined
          : refusal('UNKNOWN_TOPIC_OR_PARTITION', `The topic '${name}' does not exist.`))
      )
    case 'BROKER':
      return brokerConfigsFault(name, after)
    case 'GROUP':
      return groupConfigsFault(name, after, config)
    case 'CLIENT_METRICS':
      return clientMetricsConfigsFault(name, after)
  }
}
