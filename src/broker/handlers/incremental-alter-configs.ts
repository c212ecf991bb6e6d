// IncrementalAlterConfigs (KIP-339): configs are changed key by key.

import { refusal, type ConfigAlteration, type ConfigOperation, type Refusal } from '../../metadata/index.ts'
import { incrementalAlterConfigs, type RequestOf } from '../../protocol/index.ts'
import { answerAlterConfigs } from '../altered-configs.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

type Configs = RequestOf<typeof incrementalAlterConfigs>['resources'][number]['configs']

/** By their numbers. */
const operations: readonly ConfigOperation[] = ['SET', 'DELETE', 'APPEND', 'SUBTRACT']

export const incrementalAlterConfigsHandler = handler(
  incrementalAlterConfigs,
  {
    versions: '0-1',
    authorization: asksItself('ALTER_CONFIGS CLUSTER', 'ALTER_CONFIGS TOPIC', 'ALTER_CONFIGS GROUP'),
    differs: [
      'The level of a logger (BROKER_LOGGER) cannot be changed: INVALID_REQUEST.',
      'APPEND and SUBTRACT on a broker config that is not known are INVALID_CONFIG, where Kafka answers UNKNOWN_SERVER_ERROR.',
    ],
  },
  async ({ body: { resources, validateOnly }, context, access }) => ({
    responses: await answerAlterConfigs(
      { context, access },
      resources.map(resource => ({ ...resource, configs: alterations(resource.configs) })),
      { mode: 'incremental', validateOnly },
    ),
  }),
)

function alterations(configs: Configs): ConfigAlteration[] | Refusal {
  const unknown = configs.find(({ configOperation }) => operations[configOperation] === undefined)
  return unknown === undefined
    ? configs.map(({ name, configOperation, value }) => ({ name, operation: operations[configOperation]!, value }))
    : refusal('INVALID_REQUEST', `Unknown operations type ${unknown.configOperation}`)
}
