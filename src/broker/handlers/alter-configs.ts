// AlterConfigs: all configs of a resource are replaced. Deprecated in Kafka, and still what older clients send.

import { alterConfigs } from '../../protocol/index.ts'
import { answerAlterConfigs } from '../altered-configs.ts'
import { handler } from '../handler.ts'

export const alterConfigsHandler = handler(
  alterConfigs,
  { versions: '0-2' },
  async ({ body: { resources, validateOnly }, context }) => ({
    responses: await answerAlterConfigs(
      context,
      resources.map(({ configs, ...resource }) => ({
        ...resource,
        configs: configs.map(({ name, value }) => ({ name, operation: 'SET', value })),
      })),
      { mode: 'replace', validateOnly },
    ),
  }),
)
