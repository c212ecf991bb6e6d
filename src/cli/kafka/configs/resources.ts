// kafka-configs of topics, brokers, their loggers, groups and metrics of clients: configs as the cluster keeps them.

import type { Client } from '../../../client/index.ts'
import {
  describeConfigs,
  incrementalAlterConfigs,
  listConfigResources,
  listGroups,
  type DecodedResponseOf,
} from '../../../protocol/index.ts'
import type { Terminal } from '../../command.ts'
import { accept } from '../java-exceptions.ts'
import { ToolError } from '../tool.ts'
import type { Changes } from './changes.ts'
import type { EntityType } from './options.ts'

export type ResourceEntity = Exclude<EntityType, 'users' | 'clients' | 'ips'>

const kinds: { readonly [E in ResourceEntity]: { readonly resource: number; readonly dynamic: string | undefined } } = {
  topics: { resource: 2, dynamic: 'DYNAMIC_TOPIC_CONFIG' },
  brokers: { resource: 4, dynamic: 'DYNAMIC_BROKER_CONFIG' },
  'broker-loggers': { resource: 8, dynamic: undefined },
  'client-metrics': { resource: 16, dynamic: 'DYNAMIC_CLIENT_METRICS_CONFIG' },
  groups: { resource: 32, dynamic: 'DYNAMIC_GROUP_CONFIG' },
}
/** Of the protocol's numbers. */
const sources = [
  'UNKNOWN',
  'DYNAMIC_TOPIC_CONFIG',
  'DYNAMIC_BROKER_CONFIG',
  'DYNAMIC_DEFAULT_BROKER_CONFIG',
  'STATIC_BROKER_CONFIG',
  'DEFAULT_CONFIG',
  'DYNAMIC_BROKER_LOGGER_CONFIG',
  'DYNAMIC_CLIENT_METRICS_CONFIG',
  'DYNAMIC_GROUP_CONFIG',
]
const sourceOf = (code: number) => sources[code] ?? 'UNKNOWN'

/** 'topic' of 'topics' */
export const singular = (type: string): string => type.slice(0, -1)

export async function describeResources(
  client: Client,
  { type, name, isAll }: { readonly type: ResourceEntity; readonly name: string | undefined; readonly isAll: boolean },
  terminal: Terminal,
): Promise<void> {
  if (!isAll && name !== undefined && !(await exists(client, type, name))) {
    terminal.out(`The ${singular(type)} '${name}' doesn't exist and doesn't have dynamic config.`)
    return
  }
  for (const entity of name === undefined ? await all(client, type) : [name]) {
    if (entity === '') terminal.out(`Default configs for ${type} in the cluster are:`)
    else terminal.out(`${isAll ? 'All' : 'Dynamic'} configs for ${singular(type)} ${entity} are:`)
    for (const { name, value, isSensitive, synonyms } of await configsOf(client, type, entity, isAll)) {
      const told = synonyms.map(other => `${sourceOf(other.source)}:${other.name}=${other.value}`).join(', ')
      terminal.out(`  ${name}=${value} sensitive=${isSensitive} synonyms={${told}}`)
    }
  }
}

export async function alterResource(
  client: Client,
  { type, name }: { readonly type: ResourceEntity; readonly name: string },
  { set, remove }: Changes,
): Promise<void> {
  const old = new Set((await configsOf(client, type, name, false)).map(config => config.name))
  if (type === 'broker-loggers') {
    const invalid = [...remove, ...set.keys()].filter(one => !old.has(one))
    if (invalid.length > 0) throw new ToolError(`Invalid broker logger(s): ${invalid.join(',')}`)
  }
  const invalid = remove.filter(one => !old.has(one))
  if (invalid.length > 0) throw new ToolError(`Invalid config(s): ${invalid.join(',')}`)
  const configs = [
    ...remove.map(one => ({ name: one, configOperation: 1, value: '' })),
    ...[...set].map(([one, value]) => ({ name: one, configOperation: 0, value })),
  ]
  const draft = {
    resources: [{ resourceType: kinds[type].resource, resourceName: name, configs }],
    validateOnly: false,
  }
  const broker = brokerOf(type, name)
  const answer =
    broker === undefined
      ? await client.admin.requests.controller(incrementalAlterConfigs, draft)
      : await client.admin.requests.broker(broker, incrementalAlterConfigs, draft)
  for (const { errorCode, errorMessage } of answer.responses) accept(errorCode, errorMessage)
}

type Config = DecodedResponseOf<typeof describeConfigs>['results'][number]['configs'][number]

/** By name; those that were set for this very entity, or all in force. */
async function configsOf(client: Client, type: ResourceEntity, name: string, isAll: boolean): Promise<Config[]> {
  if (type === 'topics') refuseName(name)
  const draft = {
    resources: [{ resourceType: kinds[type].resource, resourceName: name, configurationKeys: null }],
    includeSynonyms: true,
  }
  const broker = brokerOf(type, name)
  const answer =
    broker === undefined
      ? await client.admin.requests.any(describeConfigs, draft)
      : await client.admin.requests.broker(broker, describeConfigs, draft)
  const [result] = answer.results
  accept(result!.errorCode, result!.errorMessage)
  const dynamic = type === 'brokers' && name === '' ? 'DYNAMIC_DEFAULT_BROKER_CONFIG' : kinds[type].dynamic
  return result!.configs
    .filter(({ configSource }) => isAll || dynamic === undefined || sourceOf(configSource) === dynamic)
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}

/** A broker's own configs are asked of itself. */
const brokerOf = (type: ResourceEntity, name: string): number | undefined =>
  (type === 'brokers' || type === 'broker-loggers') && name !== '' ? Number(name) : undefined

/** As Kafka's Topic.validate. */
function refuseName(name: string): void {
  const invalid = (message: string) => new ToolError(`Topic name is invalid: ${message}`)
  if (name === '') throw invalid('the empty string is not allowed')
  if (name === '.' || name === '..') throw invalid(`'.' or '..' is not allowed`)
  if (name.length > 249) throw invalid(`the length of '${name}' is longer than the max allowed length 249`)
  if (!/^[a-zA-Z0-9._-]+$/.test(name))
    throw invalid(`'${name}' contains one or more characters other than ASCII alphanumerics, '.', '_' and '-'`)
}

async function exists(client: Client, type: ResourceEntity, name: string): Promise<boolean> {
  if (type === 'topics') refuseName(name)
  if (name === '' && type !== 'topics') return true
  return (await all(client, type)).includes(name)
}

/** The names of all there are; of brokers their default too. */
async function all(client: Client, type: ResourceEntity): Promise<string[]> {
  const { requests, topics } = client.admin
  if (type === 'topics') return (await topics.list({ internal: true })).map(({ name }) => name)
  const brokers = await requests.brokers()
  if (type === 'brokers' || type === 'broker-loggers') return [...brokers.map(({ nodeId }) => String(nodeId)), '']
  const listed = await requests.any(listConfigResources, version =>
    version === 0 ? {} : { resourceTypes: [kinds[type].resource] },
  )
  accept(listed.errorCode)
  const names = listed.configResources
    .filter(({ resourceType }) => resourceType === kinds[type].resource)
    .map(({ resourceName }) => resourceName)
  if (type === 'client-metrics') return names
  const groups = await Promise.all(brokers.map(({ nodeId }) => requests.broker(nodeId, listGroups, {})))
  return [...new Set([...groups.flatMap(answer => answer.groups.map(({ groupId }) => groupId)), ...names])]
}
