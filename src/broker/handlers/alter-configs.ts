// AlterConfigs: all configs of a resource are replaced. Deprecated in Kafka, and still what older clients send.

import { alterConfigs } from '../../protocol/index.ts'
import { answerAlterConfigs } from '../altered-configs.ts'
import { asksItself } from '../authorization/authorization.ts'
import { handler } from '../handler.ts'

export const alterConfigsHandler = handler(
  alterConfigs,
  { versions: '0-2', authorization: asksItself('ALTER_CONFIGS CLUSTER', 'ALTER_CONFIGS TOPIC', 'ALTER_CONFIGS GROUP') },
  async ({ body: { resources, validateOnly }, context, access }) => ({
    responses: await answerAlterConfigs(
      { context, access },
      resources.map(({ configs, ...resource }) => ({
        ...resource,
        configs: configs.map(({ name, value }) => ({ name, operation: 'SET', value })),
      })),
      { mode: 'replace', validateOnly },
    ),
  }),
)
