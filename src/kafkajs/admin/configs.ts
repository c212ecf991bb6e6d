// Configs of topics and brokers, as kafkajs's admin describes and alters them.

import type { Cluster } from '../../client/index.ts'
import {
  alterConfigs,
  describeConfigs,
  type AnyApi,
  type DecodedResponseOf,
  type RequestDraftOf,
} from '../../protocol/index.ts'
import { check } from '../error-of.ts'
import type { Admin, ConfigEntries, IResourceConfig, ResourceConfigQuery } from '../types/admin.ts'
import { ConfigResourceTypes, type ConfigSource } from '../types/enumerations.ts'
import { asking, checkNumbers, invalid, type AdminOutside } from './requests.ts'

export function configMethods(outside: AdminOutside): Pick<Admin, 'describeConfigs' | 'alterConfigs'> {
  return {
    async describeConfigs({ resources, includeSynonyms }) {
      checkResources(resources)
      const wrong = resources.find(({ configNames }) => !Array.isArray(configNames ?? []))
      if (wrong !== undefined)
        throw invalid(`Invalid resource configNames ${wrong.configNames}: ${JSON.stringify(wrong)}`)
      const answers = await asking(outside, cluster =>
        byBroker(cluster, resources, describeConfigs, list => ({
          resources: list.map(({ type, name, configNames }) => ({
            resourceType: type,
            resourceName: name,
            configurationKeys: configNames === undefined || configNames.length === 0 ? null : configNames,
          })),
          includeSynonyms: Boolean(includeSynonyms),
        })),
      )
      const described = answers.flatMap(({ results }) =>
        results.map(({ errorCode, errorMessage, resourceType, resourceName, configs }) => {
          check(errorCode)
          const configEntries = configs.map(entryOf)
          return {
            errorCode,
            errorMessage: errorMessage!,
            resourceType: resourceType as ConfigResourceTypes,
            resourceName,
            configEntries,
          }
        }),
      )
      return { resources: described, throttleTime: 0 }
    },
    async alterConfigs({ resources, validateOnly }) {
      checkResources(resources)
      const wrong = resources.find(({ configEntries }) => !Array.isArray(configEntries))
      if (wrong !== undefined)
        throw invalid(
          `Invalid resource configEntries ${wrong.configEntries as unknown as string}: ${JSON.stringify(wrong)}`,
        )
      const unfit = resources.find(({ configEntries }) =>
        configEntries.some(({ name, value }) => typeof name !== 'string' || typeof value !== 'string'),
      )
      if (unfit !== undefined) throw invalid(`Invalid resource config value: ${JSON.stringify(unfit)}`)
      const answers = await asking(outside, cluster =>
        byBroker(cluster, resources, alterConfigs, list => ({
          resources: list.map(({ type, name, configEntries }) => ({
            resourceType: type,
            resourceName: name,
            configs: configEntries,
          })),
          validateOnly: Boolean(validateOnly),
        })),
      )
      const altered = answers.flatMap(({ responses }) =>
        responses.map(({ errorCode, errorMessage, resourceType, resourceName }) => {
          check(errorCode)
          return { errorCode, errorMessage, resourceType, resourceName }
        }),
      )
      return { resources: altered }
    },
  }
}

function checkResources(resources: readonly (ResourceConfigQuery | IResourceConfig)[]): void {
  if (!resources || !Array.isArray(resources))
    throw invalid(`Invalid resources array ${resources as unknown as string}`)
  if (resources.length === 0) throw invalid('Resources array cannot be empty')
  checkNumbers(resources as ResourceConfigQuery[], 'type', ConfigResourceTypes, 'resource type')
  const unnamed = resources.find(({ name }) => !name || typeof name !== 'string')
  if (unnamed !== undefined) throw invalid(`Invalid resource name ${unnamed.name}: ${JSON.stringify(unnamed)}`)
}

/** A broker's own configs are asked of itself: only it knows its file. */
function byBroker<A extends AnyApi, R extends { readonly type: ConfigResourceTypes; readonly name: string }>(
  cluster: Cluster,
  resources: readonly R[],
  api: A,
  draft: (resources: R[]) => RequestDraftOf<A>,
): Promise<DecodedResponseOf<A>[]> {
  const { BROKER, BROKER_LOGGER } = ConfigResourceTypes
  const groups = Map.groupBy(resources, ({ type, name }) =>
    type === BROKER || type === BROKER_LOGGER ? Number(name) : undefined,
  )
  return Promise.all(
    [...groups].map(([nodeId, list]) =>
      nodeId === undefined ? cluster.askController(api, draft(list)) : cluster.ask(nodeId, 'main', api, draft(list)),
    ),
  )
}

type Described = DecodedResponseOf<typeof describeConfigs>['results'][number]['configs'][number]
const defaultConfig = 5
function entryOf({ name, value, readOnly, configSource, isSensitive, synonyms }: Described): ConfigEntries {
  return {
    configName: name,
    // Null for what is not told, whatever the type says.
    configValue: value!,
    readOnly,
    isDefault: configSource === defaultConfig,
    configSource: configSource as ConfigSource,
    isSensitive,
    configSynonyms: synonyms.map(({ name, value, source }) => ({
      configName: name,
      configValue: value!,
      configSource: source as ConfigSource,
    })),
  }
}
