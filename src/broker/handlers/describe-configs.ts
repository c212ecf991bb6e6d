// DescribeConfigs: everything that a resource is configured by, and where it comes from.

import {
  configsOf,
  configSources,
  configTypes,
  describeBrokerConfigs,
  describeClientMetricsConfigs,
  describeDefaultBrokerConfigs,
  describeGroupConfigs,
  describeTopicConfigs,
  isRefusal,
  refusal,
  topicNameFault,
  type DescribedConfig,
  type Refusal,
} from '../../metadata/index.ts'
import { describeConfigs, errorCode, type RequestOf, type ResponseOf } from '../../protocol/index.ts'
import { asksItself } from '../authorization/authorization.ts'
import { configRefusal } from '../authorization/config-access.ts'
import { brokerLogger, configResourceType } from '../config-resource.ts'
import type { BrokerContext } from '../context.ts'
import { handler } from '../handler.ts'

type Request = RequestOf<typeof describeConfigs>
type Resource = Request['resources'][number]
type ResourceAnswer = ResponseOf<typeof describeConfigs>['results'][number]

export const describeConfigsHandler = handler(
  describeConfigs,
  {
    versions: '1-4',
    authorization: asksItself('DESCRIBE_CONFIGS CLUSTER', 'DESCRIBE_CONFIGS TOPIC', 'DESCRIBE_CONFIGS GROUP'),
    differs: [
      'A broker has no loggers whose level could be described: the answer for a BROKER_LOGGER is empty.',
      'Documentation is given for the configs that have an effect, in words of our own.',
    ],
  },
  ({ body, context, access }) => ({
    results: body.resources.map(resource => {
      const refused = configRefusal(access, 'DESCRIBE_CONFIGS', resource)
      return answer(body, resource, refused ?? describe(context, resource))
    }),
  }),
)

function answer(request: Request, resource: Resource, described: DescribedConfig[] | Refusal): ResourceAnswer {
  const { resourceType, resourceName, configurationKeys: keys } = resource
  if (isRefusal(described)) {
    const { error, message } = described
    return { errorCode: errorCode(error), errorMessage: message, resourceType, resourceName, configs: [] }
  }
  const wanted = keys === null || keys.length === 0 ? described : described.filter(({ name }) => keys.includes(name))
  return {
    errorCode: errorCode('NONE'),
    errorMessage: null,
    resourceType,
    resourceName,
    configs: wanted.map(({ name, value, readOnly, source, sensitive, synonyms, type, documentation }) => ({
      name,
      value,
      readOnly,
      configSource: configSources[source],
      isSensitive: sensitive,
      synonyms: request.includeSynonyms
        ? synonyms.map(synonym => ({ ...synonym, source: configSources[synonym.source] }))
        : [],
      configType: configTypes[type],
      documentation: request.includeDocumentation ? (documentation ?? null) : null,
    })),
  }
}

function describe(
  { metadata, config, nodeId }: BrokerContext,
  { resourceType, resourceName: name }: Resource,
): DescribedConfig[] | Refusal {
  const { image } = metadata
  const invalid = (message: string) => refusal('INVALID_REQUEST', message)
  switch (configResourceType(resourceType)) {
    case 'TOPIC': {
      const fault = topicNameFault(name)
      if (fault !== undefined) return refusal('INVALID_TOPIC_EXCEPTION', fault)
      const topic = image.topics.get(name)
      return topic === undefined
        ? refusal('UNKNOWN_TOPIC_OR_PARTITION', '')
        : describeTopicConfigs(topic.configs, config)
    }
    case 'BROKER': {
      if (name === '') return describeDefaultBrokerConfigs(config)
      const fault = brokerFault(name, nodeId, `${nodeId} or empty string`)
      return fault === undefined ? describeBrokerConfigs(config) : invalid(fault)
    }
    case 'GROUP':
      return name === ''
        ? invalid('Group name must not be empty')
        : describeGroupConfigs(configsOf(image, 'GROUP', name), config)
    case 'CLIENT_METRICS':
      return name === ''
        ? invalid('Client metrics subscription name must not be empty')
        : describeClientMetricsConfigs(configsOf(image, 'CLIENT_METRICS', name))
    case undefined: {
      if (resourceType !== brokerLogger) return invalid(`Unexpected resource type for resource ${name}`)
      const fault = name === '' ? 'Broker id must not be empty' : brokerFault(name, nodeId, String(nodeId))
      return fault === undefined ? [] : invalid(fault)
    }
  }
}
/** A broker describes itself only. */
function brokerFault(name: string, nodeId: number, expected: string): string | undefined {
  if (!/^[+-]?\d+$/.test(name)) return `Broker id must be an integer, but it is: ${name}`
  return Number(name) === nodeId ? undefined : `Unexpected broker id, expected ${expected}, but received ${name}`
}
